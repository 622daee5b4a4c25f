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
_LAST_LOAD = f"(select load_id from {SCHEMA}.load order by read_at desc limit 1)"


def _key(table: str) -> dg.AssetKey:
    return dg.AssetKey([SCHEMA, table])


def table_metadata(relation: duckdb.DuckDBPyConnection) -> dg.MetadataValue:
    """Rows of an executed query as a table in the UI."""
    names = [column[0] for column in relation.description or []]
    rows = [dict(zip(names, map(str, row), strict=True)) for row in relation.fetchall()]
    return dg.MetadataValue.table(
        [dg.TableRecord(row) for row in rows],
        schema=dg.TableSchema([dg.TableColumn(name) for name in names]),
    )


@dg.asset_check(
    asset=_key("load_kpi"),
    name="every_asked_kpi_is_known",
    description="Every KPI that was asked for is in Kolada's list or has values.",
)
def every_asked_kpi_is_known(warehouse: Warehouse) -> Iterator[dg.AssetCheckResult]:
    """Name unknown KPIs, and fail the run: the rest is loaded and published all the same."""
    with warehouse.raw_kolada() as con:
        rows = con.execute(
            f"select kpi from {SCHEMA}.load_kpi "
            f"where load_id = {_LAST_LOAD} and not is_known order by kpi"
        ).fetchall()
    unknown = ", ".join(kpi for (kpi,) in rows)
    yield dg.AssetCheckResult(
        passed=not rows,
        severity=dg.AssetCheckSeverity.ERROR,
        metadata={
            "expected": "no unknown KPI",
            "found": unknown or "none",
            "remedy": "Correct the ids in KPIS.",
        },
    )
    if rows:
        raise dg.Failure(
            f"Kolada knows nothing of {unknown}; all other KPIs were loaded. "
            "Correct the ids in KPIS.",
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


CHECKS = [every_asked_kpi_is_known, every_value_is_understood, register_is_in_kolada]
