"""Loaded data that passed their suite are not looked at again until they or the rules change."""

from pathlib import Path

import duckdb
import pytest

from expectations.suite import load_suite
from orchestration.asset_checks.suite_memory import passed_at, remember, state_of
from warehouse.settings import load_settings


@pytest.fixture
def con() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    con.execute("create schema raw_lupp")
    con.execute("create table raw_lupp.respondent as select 1 as row_number")
    con.execute("create table raw_lupp.load as select timestamp '2026-01-01' as loaded_at")
    return con


def test_only_the_same_data_and_rules_are_known_to_pass(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    settings = load_settings(data_dir=tmp_path)
    paths, suite = settings.paths.make(), load_suite("raw_lupp__respondent")
    state = state_of(con, suite, settings)
    assert passed_at(paths, suite, state) is None
    remember(paths, suite, state)
    assert passed_at(paths, suite, state_of(con, suite, settings))
    other_rules = suite.model_copy(update={"expectations": suite.expectations[:1]})
    assert passed_at(paths, suite, state_of(con, other_rules, settings)) is None
    other_origin = load_settings(data_dir=tmp_path, surveys="delivered")
    assert passed_at(paths, suite, state_of(con, suite, other_origin)) is None
    con.execute("delete from raw_lupp.respondent")
    assert passed_at(paths, suite, state_of(con, suite, settings)) is None
    con.execute("insert into raw_lupp.respondent values (2)")
    con.execute("insert into raw_lupp.load values (timestamp '2026-01-02')")
    assert passed_at(paths, suite, state_of(con, suite, settings)) is None


def test_what_is_built_is_checked_whenever_it_is_built(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    settings = load_settings(data_dir=tmp_path)
    paths = settings.paths.make()
    for name in ("core__fct_value", "raw_kolada__reading"):
        suite = load_suite(name)
        assert state_of(con, suite, settings) is None
        remember(paths, suite, None)
        assert passed_at(paths, suite, None) is None
