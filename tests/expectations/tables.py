"""Small tables in the form that the shipped suites expect, and how to break them."""

from typing import Any

import duckdb

from expectations.result import SuiteResult
from expectations.suite import Suite

READING = "raw_kolada.reading"
VALUE = "core.fct_value"
NOT_NULL = "expect_column_values_to_not_be_null"

_READINGS = """
    select kpi, municipality, period, gender, value, '' as status, 1::integer as count,
        false as isdeleted, timestamp '2026-01-01 06:00:00' as read_at
    from {source}
"""
_GENERATED = """(
    select kpi, municipality, period::integer as period, gender,
        case when period = 2020 then null else period / 7.0 end as value
    from unnest(['N00923', 'N00925', 'U01405']) as k(kpi),
        unnest(['0000', '0020', '2080']) as m(municipality),
        range(2019, 2023) as p(period), unnest(['T', 'K', 'M']) as g(gender)
)"""


def build(con: duckdb.DuckDBPyConnection, source: str = _GENERATED) -> None:
    """Make both tables from a relation with kpi, municipality, period, gender, value."""
    con.execute("create schema raw_kolada; create schema core")
    con.execute(f"create table {READING} as {_READINGS.format(source=source)}")
    con.execute(
        f"""create table {VALUE} as
        select kpi as indicator_id, municipality as area_id, period as year_start,
            period as year_end, gender, value, status, null::varchar as value_note,
            false as is_demonstration, read_at
        from {READING}"""
    )


def failed_ids(result: SuiteResult) -> set[str]:
    return {answer.id for answer in result.failed}


def suite_of(rules: list[dict[str, Any]], **changes: Any) -> Suite:
    """A suite over `main.t` with key `k`; what a rule or the suite leaves out is filled in."""
    filled = [
        {"severity": "error", "meaning": "m", "why": "w", "id": f"rule_{number}"} | rule
        for number, rule in enumerate(rules)
    ]
    base = {"table": "main.t", "key": ["k"], "chunk_by": "k", "description": "d"}
    return Suite.model_validate(base | {"expectations": filled} | changes)
