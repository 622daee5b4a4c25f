"""Checks on a load of Folkhälsodata: was every table read and understood.

What belongs here: rules on the load's own books. What does not: rules on values (dbt's tests).
"""

import dagster as dg

from ingestion.folkhalsodata.tables import SCHEMA
from orchestration.asset_checks.kolada import MAX_ROWS, table_metadata
from orchestration.resources import Warehouse

_LAST_LOAD = f"(select load_id from {SCHEMA}.load order by read_at desc limit 1)"


def _result(
    warehouse: Warehouse, query: str, severity: dg.AssetCheckSeverity, expected: str, remedy: str
) -> dg.AssetCheckResult:
    """Failed when the query finds rows in the books of the last load."""
    with warehouse.raw_folkhalsodata() as con:
        found = table_metadata(con.execute(f"{query} limit {MAX_ROWS}"))
    lines = [" ".join(str(cell) for cell in row.data.values()) for row in found.records]
    return dg.AssetCheckResult(
        passed=not found.records,
        severity=severity,
        description="\n".join(lines) or None,
        metadata={
            "origin": warehouse.settings.folkhalsodata_origin,
            "expected": expected,
            "found": len(found.records),
            "rows": found,
            "remedy": remedy,
        },
    )


@dg.asset_check(
    asset=dg.AssetKey([SCHEMA, "load_table"]),
    name="every_table_is_read",
    description="The last load read every table of ingestion/folkhalsodata/tables.yml.",
)
def every_table_is_read(warehouse: Warehouse) -> dg.AssetCheckResult:
    """Tables that were moved, renamed or not answered, each with its remedy."""
    return _result(
        warehouse,
        f"select path, problem, remedy from {SCHEMA}.load_table "
        f"where load_id = {_LAST_LOAD} and not is_read order by path",
        dg.AssetCheckSeverity.ERROR,
        "no table that could not be read",
        "Each row says what to do; what was read before stands.",
    )


@dg.asset_check(
    asset=dg.AssetKey([SCHEMA, "rejection"]),
    name="every_estimate_is_understood",
    description="Nothing in the tables of the last load had to be left out.",
)
def every_estimate_is_understood(warehouse: Warehouse) -> dg.AssetCheckResult:
    """Estimates and periods that were left out, with their place and reason."""
    return _result(
        warehouse,
        f"select table_id, place, reason from {SCHEMA}.rejection "
        f"where load_id = {_LAST_LOAD} order by all",
        dg.AssetCheckSeverity.WARN,
        "nothing left out",
        "Compare with the table in a browser.",
    )


CHECKS = [every_table_is_read, every_estimate_is_understood]
