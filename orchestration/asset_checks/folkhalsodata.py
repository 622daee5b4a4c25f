"""Checks on a load of Folkhälsodata: was every table read, understood and of the known items.

What belongs here: rules on the load's own books. What does not: rules on values (dbt's tests,
`expectations/`).
"""

from ingestion.folkhalsodata.tables import SCHEMA
from orchestration.asset_checks.finding import RowsRule, rows_check
from orchestration.resources import Warehouse

_LAST_LOAD = f"(select load_id from {SCHEMA}.load order by read_at desc limit 1)"

RULES = [
    RowsRule(
        name="every_table_is_read",
        table="load_table",
        rule="The last load read every table of ingestion/folkhalsodata/tables.yml.",
        expected="no table that could not be read",
        query=f"select path, problem, remedy from {SCHEMA}.load_table "
        f"where load_id = {_LAST_LOAD} and not is_read order by path",
        severity="error",
    ),
    RowsRule(
        name="every_estimate_is_understood",
        table="rejection",
        rule="Nothing in the tables of the last load had to be left out.",
        expected="nothing left out",
        query=f"select table_id, place, reason from {SCHEMA}.rejection "
        f"where load_id = {_LAST_LOAD} order by all",
    ),
    RowsRule(
        name="every_item_has_estimates",
        table="content_item",
        rule="Every table that was read has the words that tables.yml maps to items.",
        expected="estimates of every item",
        query=f"select item.table_id, item.content_text, item.item_id "
        f"from {SCHEMA}.content_item as item join {SCHEMA}.load_table as done "
        f"on done.table_id = item.table_id and done.is_read and done.load_id = {_LAST_LOAD} "
        f"where not exists (select 1 from {SCHEMA}.estimate as one "
        "where one.table_id = item.table_id and one.content_text = item.content_text) order by all",
    ),
]

CHECKS = [
    rows_check(
        SCHEMA,
        rule,
        Warehouse.raw_folkhalsodata,
        more=lambda warehouse: {"source_origin": warehouse.settings.folkhalsodata_origin},
    )
    for rule in RULES
]
