"""Checks on a load of Folkhälsodata: was every table read, understood and of the known items.

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


@dg.asset_check(
    asset=dg.AssetKey([SCHEMA, "content_item"]),
    name="every_item_has_estimates",
    description="Every table that was read has the words that tables.yml maps to items.",
)
def every_item_has_estimates(warehouse: Warehouse) -> dg.AssetCheckResult:
    """Words that a table does not have: its estimates would stand without an item."""
    return _result(
        warehouse,
        f"select item.table_id, item.content_text, item.item_id from {SCHEMA}.content_item as item "
        f"join {SCHEMA}.load_table as done on done.table_id = item.table_id and done.is_read "
        f"and done.load_id = {_LAST_LOAD} where not exists (select 1 from {SCHEMA}.estimate as one "
        "where one.table_id = item.table_id and one.content_text = item.content_text) order by all",
        dg.AssetCheckSeverity.WARN,
        "estimates of every item",
        "Write the table's own words (raw_folkhalsodata.table_metadata) in tables.yml.",
    )


CHECKS = [every_table_is_read, every_estimate_is_understood, every_item_has_estimates]
