"""Checks on a Kolada load: was everything known, read and understood.

What belongs here: rules on the load's own books. What does not: rules on values
(`expectations/`, dbt's tests).
"""

from collections.abc import Iterator

import dagster as dg

from ingestion.kolada.tables import SCHEMA
from orchestration.asset_checks.finding import (
    Finding,
    RowsRule,
    check_result,
    check_spec,
    rows_check,
)
from orchestration.resources import Warehouse
from warehouse.register import register_ids

_LAST_READ_AT = f"(select max(read_at) from {SCHEMA}.load)"
_LAST_LOAD = f"(select load_id from {SCHEMA}.load order by read_at desc limit 1)"

_ASKED = check_spec(
    "load",
    "every_asked_kpi_is_known",
    dg.AssetKey([SCHEMA, "load_kpi"]),
    "Every KPI that was asked for, of areas or of units, is in Kolada's list as one with such "
    "values, or has values.",
)


@dg.multi_asset_check(specs=[_ASKED], name=_ASKED.name)
def every_asked_kpi_is_known(warehouse: Warehouse) -> Iterator[dg.AssetCheckResult]:
    """Name unknown KPIs, and fail the run: the rest is loaded and published all the same."""
    # It brings the client along, which the code location need not wait for.
    from ingestion.kolada.books import unknown_kpis

    with warehouse.raw_kolada() as con:
        row = con.execute(f"select {_LAST_LOAD}").fetchone()
        unknown = unknown_kpis(con, row[0]) if row else []
    names = ", ".join(unknown)
    finding = Finding(
        passed=not unknown,
        expected="no unknown KPI",
        found=names or "none",
        n_failing=len(unknown),
        failing_keys=[{"kpi": kpi} for kpi in unknown],
    )
    yield check_result(warehouse, _ASKED, finding)
    if unknown:
        raise dg.Failure(
            f"Kolada knows nothing of {names}; all other KPIs were loaded. "
            "Correct the ids in KPIS and OU_KPIS.",
            allow_retries=False,
        )


RULES = [
    RowsRule(
        name="every_value_is_understood",
        table="reading",
        rule="No value of the last load had to be rejected.",
        expected="0 rejected values",
        query=f"""
            select kpi, municipality, period, gender, reason
            from {SCHEMA}.rejection where load_id = {_LAST_LOAD} order by all
        """,
    ),
    RowsRule(
        name="register_is_in_kolada",
        table="kpi",
        rule="Every indicator of the register is in Kolada's list of KPIs.",
        expected="all register KPIs listed",
        query=f"""
            select register.kpi from (select unnest(?) as kpi) as register
            where register.kpi not in (
                select id from {SCHEMA}.kpi
                qualify row_number() over (partition by id order by read_at desc) = 1
                    and not isdeleted
            )
            order by all
        """,
        parameters=lambda: [register_ids()],
    ),
    RowsRule(
        name="metadata_stay",
        table="kpi",
        rule="The last load found no KPI retitled, re-flagged, withdrawn or back again.",
        expected="no KPI changed",
        query=f"""
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
        """,
    ),
    RowsRule(
        name="similar_areas_stay",
        table="municipality_group_member",
        rule="The last load found the members of all groups of similar areas unchanged.",
        expected="no member changed",
        query=f"""
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
        """,
    ),
    RowsRule(
        name="refreshes_miss_nothing",
        table="load",
        rule="A full reading found no value changed that Kolada had not given as changed.",
        expected="no full reading, of those last, with values missed",
        query=f"""
            select load_id, values_missed from (
                from {SCHEMA}.load where is_full and state = 'complete'
                order by read_at desc limit 1
            ) where values_missed > 0
        """,
        severity="error",
    ),
]

CHECKS = [
    every_asked_kpi_is_known,
    *(rows_check(SCHEMA, rule, Warehouse.raw_kolada) for rule in RULES),
]
