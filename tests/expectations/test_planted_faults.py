"""Every rule of every shipped suite fails on the fault it is there for, and no other does."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import duckdb
import pytest

from expectations.runner import run_suite
from expectations.suite import load_suite
from tests.expectations.tables import READING, VALUE, build, failed_ids


class Fault(NamedTuple):
    """SQL that breaks a table, the rules that must fail, and parts of the failing keys."""

    sql: str
    fails: set[str]
    keys: list[dict[str, Any]]


def _row(columns: str, key: dict[str, Any]) -> str:
    return " and ".join(f"{name} = '{key[name]}'" for name in columns.split())


RAW_KEY: dict[str, Any] = {
    "kpi": "N00925",
    "municipality": "2080",
    "period": 2021,
    "gender": "K",
}
RAW_ROW = _row("kpi municipality period gender", RAW_KEY)
FCT_KEY: dict[str, Any] = {
    "indicator_id": "N00925",
    "area_id": "2080",
    "year_end": 2021,
    "gender": "K",
}
FCT_ROW = _row("indicator_id area_id year_end gender", FCT_KEY)


def raw(assignment: str, *fails: str, **change: Any) -> Fault:
    sql = f"update {READING} set {assignment} where {RAW_ROW}"
    return Fault(sql, set(fails), [RAW_KEY | change])


def fct(assignment: str, *fails: str, **change: Any) -> Fault:
    sql = f"update {VALUE} set {assignment} where {FCT_ROW}"
    return Fault(sql, set(fails), [FCT_KEY | change])


RAW_FAULTS = [
    Fault(f"alter table {READING} add column extra integer", {"columns_as_declared"}, []),
    Fault(f"delete from {READING}", {"has_rows"}, []),
    raw("kpi = null", "kpi_present", kpi=None),
    raw("kpi = 'N0092'", "kpi_form", kpi="N0092"),
    raw("kpi = 'N009255'", "kpi_form", kpi="N009255"),
    raw("municipality = null", "municipality_present", municipality=None),
    raw("municipality = '20'", "municipality_form", municipality="20"),
    raw("municipality = 'G3500'", "municipality_form", municipality="G3500"),
    raw("period = null", "period_present", period=None),
    raw("period = 20211", "period_is_a_year", period=20211),
    raw("period = 1969", "period_is_a_year", period=1969),
    raw("gender = null", "gender_present", gender=None),
    raw("gender = 'X'", "gender_known", gender="X"),
    raw("gender = 't'", "gender_known", gender="t"),
    raw('"count" = null', "count_present"),
    raw('"count" = 0', "count_positive"),
    raw("isdeleted = null", "isdeleted_present"),
    raw("read_at = null", "read_at_present", read_at=None),
    raw("value = 'inf'", "value_finite"),
    raw("value = '-inf'", "value_finite"),
    raw("value = 'nan'", "value_finite"),
    raw("status = null", "status_present"),
    Fault(f"insert into {READING} from {READING} where {RAW_ROW}", {"reading_once"}, [RAW_KEY]),
    Fault(f"update {READING} set value = null where kpi <> 'N00923'", {"value_mostly_present"}, []),
]
FCT_FAULTS = [
    Fault(f"alter table {VALUE} alter value type float", {"columns_as_declared"}, []),
    Fault(f"delete from {VALUE}", {"has_rows"}, []),
    fct("is_demonstration = true", "one_origin")._replace(keys=[]),
    fct("indicator_id = null", "indicator_id_present", indicator_id=None),
    fct("indicator_id = 'X00925'", "indicator_id_form", indicator_id="X00925"),
    fct("area_id = null", "area_id_present", area_id=None),
    fct("area_id = '208'", "area_id_form", area_id="208"),
    fct("year_end = null", "year_end_present", year_end=None),
    fct("year_end = 20211", "year_end_is_a_year", year_end=20211),
    fct("year_start = null", "year_start_present"),
    fct("year_start = 2022", "years_in_order"),
    fct("gender = null", "gender_present", gender=None),
    fct("gender = 'X'", "gender_known", gender="X"),
    fct("is_demonstration = null", "is_demonstration_present"),
    fct("read_at = null", "read_at_present"),
    fct("value = 'inf'", "value_finite"),
    fct("value = 'nan'", "value_finite"),
    fct("status = null", "status_present"),
    Fault(f"insert into {VALUE} from {VALUE} where {FCT_ROW}", {"value_once"}, [FCT_KEY]),
    Fault(
        f"update {VALUE} set value = null where indicator_id <> 'N00923'",
        {"value_mostly_present"},
        [],
    ),
]
FAULTS = {"raw_kolada__reading": RAW_FAULTS, "core__fct_value": FCT_FAULTS}
CASES = [(name, fault) for name, faults in FAULTS.items() for fault in faults]


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        build(connection)
        yield connection


@pytest.mark.parametrize("name", FAULTS)
def test_sound_table_passes(con: duckdb.DuckDBPyConnection, name: str) -> None:
    result = run_suite(con, load_suite(name))
    assert failed_ids(result) == set()
    assert result.passed
    assert result.worst_severity is None
    assert all(answer.n_checked for answer in result.results)


@pytest.mark.parametrize(("name", "fault"), CASES, ids=[fault.sql for _, fault in CASES])
def test_planted_fault(con: duckdb.DuckDBPyConnection, name: str, fault: Fault) -> None:
    suite = load_suite(name)
    con.execute(fault.sql)
    result = run_suite(con, suite)
    assert failed_ids(result) == fault.fails
    (answer,) = result.failed
    assert answer.n_failed >= 1
    assert answer.observed
    assert result.worst_severity == answer.severity
    if fault.keys:
        found = [{name: key[name] for name in fault.keys[0]} for key in answer.failing_keys]
        assert found == fault.keys


def test_every_rule_of_both_can_fail() -> None:
    for name, faults in FAULTS.items():
        exercised = set().union(*(fault.fails for fault in faults))
        assert exercised == {rule.id for rule in load_suite(name).expectations}
