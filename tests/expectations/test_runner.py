"""The runner: chunks add up, failures are named, what cannot be asked is said."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expectations.frames import Frames
from expectations.runner import run_suite
from expectations.suite import SuiteError, load_suite
from tests.expectations.tables import NOT_NULL, READING, VALUE, build, failed_ids, suite_of
from tests.support import shared_dir
from warehouse.errors import JamlikError


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        build(connection)
        yield connection


@pytest.mark.parametrize("name", ["raw_kolada__reading", "core__fct_value"])
def test_real_values_pass_read_only(tmp_path: Path, name: str) -> None:
    parquet = shared_dir() / "data" / "kolada" / "values_public_health.parquet"
    file = tmp_path / "real.duckdb"
    with duckdb.connect(str(file)) as writing:
        build(writing, f"'{parquet}'")
        (rows,) = writing.execute(f"select count(*) from {READING}").fetchall()[0]
    with duckdb.connect(str(file), read_only=True) as reading:
        result = run_suite(reading, load_suite(name))
    assert failed_ids(result) == set()
    checked = {answer.id: answer.n_checked for answer in result.results}
    assert checked["gender_known"] == checked["value_mostly_present"] == rows == 622_932


FAULTY = f"""
    update {READING} set gender = 'X' where municipality = '0020' and period = 2021;
    update {READING} set kpi = null where municipality = '2080' and period < 2021;
    insert into {READING} from {READING} where kpi = 'U01405' and period = 2019;
    update {READING} set value = null where kpi = 'U01405';
    update {READING} set value = 'inf' where period = 2022;
"""


@pytest.mark.parametrize("rows_per_chunk", [1, 30, 60])
def test_chunks_add_up(con: duckdb.DuckDBPyConnection, rows_per_chunk: int) -> None:
    con.execute(FAULTY)
    suite = load_suite("raw_kolada__reading")
    assert len(Frames(con, suite).chunks(rows_per_chunk)) > 1
    whole = run_suite(con, suite.model_copy(update={"chunk_by": None}))
    assert failed_ids(whole) == {
        "gender_known",
        "kpi_present",
        "reading_once",
        "value_finite",
        "value_mostly_present",
    }
    assert run_suite(con, suite, rows_per_chunk=rows_per_chunk) == whole


@settings(max_examples=15, deadline=None)
@given(
    values=st.lists(st.sampled_from([None, "a", "b", "b'c", "Å", ""]), max_size=30),
    rows_per_chunk=st.integers(1, 12),
)
def test_chunks_part_the_table(values: list[str | None], rows_per_chunk: int) -> None:
    with duckdb.connect() as own:
        own.execute("create table t (k varchar, n integer)")
        for number, value in enumerate(values):
            own.execute("insert into t values (?, ?)", [value, number])
        frames = Frames(own, suite_of([{"type": NOT_NULL, "kwargs": {"column": "k"}}]))
        pulled = [
            frames.rows(chunk, ["k", "n"]).to_pydict() for chunk in frames.chunks(rows_per_chunk)
        ]
    assert sorted(n for chunk in pulled for n in chunk["n"]) == list(range(len(values)))
    owners = [key for chunk in pulled for key in set(chunk["k"])]
    assert len(owners) == len(set(owners))
    assert all(len(c["n"]) <= rows_per_chunk or len(set(c["k"])) == 1 for c in pulled)


def test_allowed_share_is_of_the_whole_table() -> None:
    rule = {"type": NOT_NULL, "kwargs": {"column": "v", "mostly": 0.75}}
    with duckdb.connect() as own:
        own.execute(
            "create table t as from (values ('a', null), ('b', 1), ('c', 1), ('d', 1)) x(k, v)"
        )
        (answer,) = run_suite(own, suite_of([rule]), rows_per_chunk=1).results
        assert (answer.passed, answer.n_checked, answer.n_failed) == (True, 4, 1)
        assert answer.failing_keys == []
        own.execute("update t set v = null where k = 'c'")
        (answer,) = run_suite(own, suite_of([rule]), rows_per_chunk=1).results
    assert (answer.passed, answer.n_failed) == (False, 2)
    assert answer.failing_keys == [{"k": "a"}, {"k": "c"}]


def test_keys_are_limited_typed_and_storable(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(f"update {READING} set gender = 'X', period = null where period = 2021")
    result = run_suite(con, load_suite("raw_kolada__reading"), max_keys=3, rows_per_chunk=40)
    answer = next(answer for answer in result.failed if answer.id == "gender_known")
    assert answer.n_failed == 27
    assert "27 of 108 rows" in answer.observed
    assert "gender is 'X'" in answer.observed
    assert "value_set=['T', 'K', 'M']" in answer.expected
    assert json.loads(json.dumps(answer.failing_keys)) == [
        {
            "kpi": "N00923",
            "municipality": area,
            "period": None,
            "gender": "X",
            "read_at": "2026-01-01 06:00:00",
        }
        for area in ("0000", "0020", "2080")
    ]


def test_next_year_counts_from_today(con: duckdb.DuckDBPyConnection) -> None:
    suite = load_suite("core__fct_value")
    assert run_suite(con, suite, today=date(2021, 12, 31)).passed
    assert failed_ids(run_suite(con, suite, today=date(2020, 12, 31))) == {"year_end_is_a_year"}


def test_worst_severity(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(f"update {READING} set value = null")
    suite = load_suite("raw_kolada__reading")
    assert run_suite(con, suite).worst_severity == "warn"
    con.execute(f"update {READING} set gender = 'X' where period = 2021")
    assert run_suite(con, suite).worst_severity == "error"


def test_missing_column_fails_its_rules_alone(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(f"alter table {VALUE} drop column value")
    result = run_suite(con, load_suite("core__fct_value"))
    assert failed_ids(result) == {"columns_as_declared", "value_finite", "value_mostly_present"}
    answers = {answer.id: answer.observed for answer in result.failed}
    assert answers["columns_as_declared"] == "missing: value DOUBLE"
    assert "column value is not in the table" in answers["value_mostly_present"]
    assert "could not be checked: value_kind" in answers["value_finite"]


def test_missing_key_column_fails_every_rule_on_rows(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(f"alter table {VALUE} drop column indicator_id")
    suite = load_suite("core__fct_value")
    on_rows = {rule.id for rule in suite.expectations if rule.over == "rows"}
    assert failed_ids(run_suite(con, suite)) == on_rows | {"columns_as_declared"}


def test_other_type_fails_and_says_so(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(f"alter table {VALUE} alter year_end type varchar")
    result = run_suite(con, load_suite("core__fct_value"))
    assert failed_ids(result) == {"columns_as_declared", "year_end_is_a_year", "years_in_order"}
    answers = {answer.id: answer.observed for answer in result.failed}
    assert "unexpected: year_end VARCHAR" in answers["columns_as_declared"]
    assert answers["year_end_is_a_year"].startswith("could not be checked: ")


def test_absent_table_is_named() -> None:
    with duckdb.connect() as empty, pytest.raises(JamlikError, match=r"core\.fct_value"):
        run_suite(empty, load_suite("core__fct_value"))


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ({"type": "expect_column_values_to_be_nice", "kwargs": {"column": "k"}}, "has no expect_"),
        ({"type": NOT_NULL, "kwargs": {"colum": "k"}}, "has no colum"),
        ({"type": NOT_NULL, "kwargs": {}}, "field required"),
        ({"type": "expect_table_row_count_to_equal", "kwargs": {"value": 1}}, "whole table"),
        ({"type": NOT_NULL, "over": "columns", "kwargs": {"column": "k"}}, "no rule on the col"),
    ],
)
def test_rule_unknown_to_great_expectations(rule: dict[str, Any], says: str) -> None:
    with duckdb.connect() as own:
        own.execute("create table t as select 'a' as k")
        with pytest.raises(SuiteError, match=says) as raised:
            run_suite(own, suite_of([rule]))
    assert "main__t.yml: expectations.rule_0" in raised.value.what
