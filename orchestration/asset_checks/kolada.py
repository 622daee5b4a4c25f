"""Checks on a Kolada load: was everything known, read and understood.

What belongs here: rules on the load's own books. What does not: rules on values
(`expectations/`, dbt's tests).
"""

from collections.abc import Iterator
from typing import Any

import dagster as dg
import duckdb

from ingestion.kolada.tables import SCHEMA
from orchestration.resources import Warehouse
from warehouse.register import register_ids

MAX_ROWS = 20
_LAST_READ_AT = f"(select max(read_at) from {SCHEMA}.load)"
_LAST_LOAD = f"(select load_id from {SCHEMA}.load order by read_at desc limit 1)"


def _key(table: str) -> dg.AssetKey:
    return dg.AssetKey([SCHEMA, table])


def table_metadata(relation: duckdb.DuckDBPyConnection) -> dg.TableMetadataValue:
    """Rows of an executed query as a table in the UI."""
    names = [column[0] for column in relation.description or []]
    rows = [dict(zip(names, map(str, row), strict=True)) for row in relation.fetchall()]
    return dg.MetadataValue.table(
        [dg.TableRecord(row) for row in rows],
        schema=dg.TableSchema([dg.TableColumn(name) for name in names]),
    )


@dg.multi_asset_check(
    specs=[
        dg.AssetCheckSpec(
            "every_asked_kpi_is_known",
            asset=_key("load_kpi"),
            description="Every KPI that was asked for, of areas or of units, is in Kolada's list "
            "as one with such values, or has values.",
        )
    ],
    name="every_asked_kpi_is_known",
)
def every_asked_kpi_is_known(warehouse: Warehouse) -> Iterator[dg.AssetCheckResult]:
    """Name unknown KPIs, and fail the run: the rest is loaded and published all the same."""
    # It brings the client along, which the code location need not wait for.
    from ingestion.kolada.books import unknown_kpis

    with warehouse.raw_kolada() as con:
        row = con.execute(f"select {_LAST_LOAD}").fetchone()
        unknown = ", ".join(unknown_kpis(con, row[0])) if row else ""
    yield dg.AssetCheckResult(
        passed=not unknown,
        severity=dg.AssetCheckSeverity.ERROR,
        metadata={
            "expected": "no unknown KPI",
            "found": unknown or "none",
            "remedy": "Correct the ids in KPIS and OU_KPIS.",
        },
    )
    if unknown:
        raise dg.Failure(
            f"Kolada knows nothing of {unknown}; all other KPIs were loaded. "
            "Correct the ids in KPIS and OU_KPIS.",
            allow_retries=False,
        )


@dg.asset_check(
    asset=_key("reading"),
    name="every_value_is_understood",
    description="No value of the last load had to be rejected.",
)
def every_value_is_understood(warehouse: Warehouse) -> dg.AssetCheckResult:
    """Rejected values with their place and reason."""
    with warehouse.raw_kolada() as con:
        where = f"from {SCHEMA}.rejection where load_id = {_LAST_LOAD}"
        row = con.execute(f"select count(*) {where}").fetchone()
        rejected = row[0] if row else 0
        sample = table_metadata(
            con.execute(
                f"select kpi, municipality, period, gender, reason {where} "
                f"order by all limit {MAX_ROWS}"
            )
        )
    return dg.AssetCheckResult(
        passed=rejected == 0,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={
            "expected": "0 rejected values",
            "found": rejected,
            "first_rejected": sample,
            "remedy": "Compare with Kolada; the rows are in quality.load_rejection.",
        },
    )


@dg.asset_check(
    asset=_key("kpi"),
    name="register_is_in_kolada",
    description="Every indicator of the register is in Kolada's list of KPIs.",
)
def register_is_in_kolada(warehouse: Warehouse) -> dg.AssetCheckResult:
    """Register KPIs that Kolada no longer lists."""
    with warehouse.raw_kolada() as con:
        rows = con.execute(f"""
            select id from {SCHEMA}.kpi
            qualify row_number() over (partition by id order by read_at desc) = 1
                and not isdeleted
        """).fetchall()
    listed = {kpi for (kpi,) in rows}
    gone = [kpi for kpi in register_ids() if kpi not in listed]
    metadata: dict[str, Any] = {
        "expected": "all register KPIs listed",
        "found": f"missing: {', '.join(gone)}" if gone else "all listed",
        "remedy": "Mark the row withdrawn in dbt_project/seeds/indicators.csv, or replace it.",
    }
    return dg.AssetCheckResult(
        passed=not gone, severity=dg.AssetCheckSeverity.WARN, metadata=metadata
    )


@dg.asset_check(
    asset=_key("kpi"),
    name="metadata_stay",
    description="The last load found no KPI retitled, re-flagged, withdrawn or back again.",
)
def metadata_stay(warehouse: Warehouse) -> dg.AssetCheckResult:
    """KPIs whose metadata the last load found changed; new KPIs are no change."""
    with warehouse.raw_kolada() as con:
        changed = con.execute(f"""
            with readings as (
                select id, title, is_divided_by_gender, municipality_type, isdeleted, read_at,
                    lag(title) over by_time as old_title,
                    lag(is_divided_by_gender) over by_time as old_flag,
                    lag(isdeleted) over by_time as was_deleted
                from {SCHEMA}.kpi window by_time as (partition by id order by read_at)
            )
            select id as kpi,
                case
                    when isdeleted then 'withdrawn'
                    when was_deleted then 'back again'
                    when title <> old_title then 'retitled'
                    else 're-flagged'
                end as change,
                coalesce(old_title, '') as before, title as now
            from readings
            where read_at = {_LAST_READ_AT} and was_deleted is not null
              and (isdeleted <> was_deleted or title <> old_title
                   or is_divided_by_gender is distinct from old_flag)
            order by kpi
        """)
        return _listed_changes(changed, "no KPI changed", "Compare the register's rows.")


@dg.asset_check(
    asset=_key("municipality_group_member"),
    name="similar_areas_stay",
    description="The last load found the members of all groups of similar areas unchanged.",
)
def similar_areas_stay(warehouse: Warehouse) -> dg.AssetCheckResult:
    """Groups of similar areas whose members the last load found changed."""
    with warehouse.raw_kolada() as con:
        changed = con.execute(f"""
            with groups as (
                select id, arg_max(title, read_at) as title, min(read_at) as first_read_at
                from {SCHEMA}.municipality_group group by id
            )
            select groups.title as area_group, member.member_id as area,
                case when member.isdeleted then 'left' else 'joined' end as change
            from {SCHEMA}.municipality_group_member as member
            join groups on groups.id = member.group_id
            where member.read_at = {_LAST_READ_AT} and groups.first_read_at < member.read_at
              and groups.title like 'Liknande %'
            order by all
        """)
        return _listed_changes(
            changed, "no member changed", "Gaps against similar areas follow from that year on."
        )


@dg.asset_check(
    asset=_key("load"),
    name="refreshes_miss_nothing",
    description="A full reading found no value changed that Kolada had not given as changed.",
)
def refreshes_miss_nothing(warehouse: Warehouse) -> dg.AssetCheckResult:
    """Values that the last full reading found changed behind the refreshes' backs."""
    with warehouse.raw_kolada() as con:
        row = con.execute(
            f"select coalesce(values_missed, 0) from {SCHEMA}.load "
            "where is_full and state = 'complete' order by read_at desc limit 1"
        ).fetchone()
    missed = row[0] if row else 0
    return dg.AssetCheckResult(
        passed=missed == 0,
        severity=dg.AssetCheckSeverity.ERROR,
        metadata={
            "expected": "0 values missed",
            "found": missed,
            "remedy": "The values are in; core.revision lists them. Read in full more often.",
        },
    )


def _listed_changes(
    changed: duckdb.DuckDBPyConnection, expected: str, remedy: str
) -> dg.AssetCheckResult:
    names = [column[0] for column in changed.description or []]
    rows = changed.fetchall()
    records = [
        dg.TableRecord(dict(zip(names, map(str, row), strict=True))) for row in rows[:MAX_ROWS]
    ]
    return dg.AssetCheckResult(
        passed=not rows,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={
            "expected": expected,
            "found": f"{len(rows)} changed",
            "changed": dg.MetadataValue.table(
                records, schema=dg.TableSchema([dg.TableColumn(name) for name in names])
            ),
            "remedy": remedy,
        },
    )


CHECKS = [
    every_asked_kpi_is_known,
    every_value_is_understood,
    register_is_in_kolada,
    metadata_stay,
    similar_areas_stay,
    refreshes_miss_nothing,
]
