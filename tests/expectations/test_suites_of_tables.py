"""Every rule of every suite fails on its fault, counts it, and passes a sound table."""

from collections.abc import Iterator

import duckdb
import pytest

from expectations.runner import run_suite
from expectations.suite import load_suite, load_suites
from tests.expectations.sound_case import Case
from tests.expectations.sound_tables import CASES
from tests.expectations.tables import failed_ids
from tests.expectations.test_planted_faults import FAULTS


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


@pytest.mark.parametrize("case", CASES, ids=[case.table for case in CASES])
def test_a_sound_table_passes_and_every_fault_is_found(
    con: duckdb.DuckDBPyConnection, case: Case
) -> None:
    suite = load_suite(case.table.replace(".", "__"))
    case.build(con)
    assert failed_ids(run_suite(con, suite)) == set()
    assert case.faults.keys() | case.whole.keys() == {rule.id for rule in suite.expectations}
    assert {"error", "warn"} == {rule.severity for rule in suite.expectations}
    for rule, statement in case.whole.items():
        con.execute(f"begin; {statement}")
        assert rule in failed_ids(run_suite(con, suite)), rule
        con.rollback()
    case.plant(con)
    found = {one.id: one for one in run_suite(con, suite).results}
    for rule in case.faults:
        assert not found[rule].passed, rule
        # A key that is there twice is two rows.
        assert found[rule].n_failed in (1, 2), (rule, found[rule].observed)
        assert suite.restricted <= (found[rule].failing_keys == [])


@pytest.mark.parametrize(
    ("table", "column", "rule"),
    [
        ("raw_kolada.municipality", "type", "type_known"),
        ("raw_kolada.kpi", "municipality_type", "municipality_type_known"),
    ],
)
def test_what_kolada_has_put_right_stops_nothing(
    con: duckdb.DuckDBPyConnection, table: str, column: str, rule: str
) -> None:
    """The raw tables keep the wrong state, and no model reads it any more."""
    suite = load_suite(table.replace(".", "__"))
    next(case for case in CASES if case.table == table).build(con)
    con.execute(f"update {table} set {column} = 'X' where id = (select max(id) from {table})")
    assert rule in failed_ids(run_suite(con, suite))
    con.execute(
        f"insert into {table} select * replace ('K' as {column}, "
        f"read_at + interval 1 day as read_at) from {table} where {column} = 'X'"
    )
    assert rule not in failed_ids(run_suite(con, suite))


def test_every_suite_is_tried() -> None:
    assert load_suites().keys() == {
        *FAULTS,
        *(case.table.replace(".", "__") for case in CASES),
    }
