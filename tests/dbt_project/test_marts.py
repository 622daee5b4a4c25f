"""The marts against the recorded snapshot, computed here another way than in SQL models."""

import json
import math
from pathlib import Path

import duckdb
import pytest

from expectations.runner import run_suite
from expectations.suite import load_suites
from tests.dbt_project.conftest import Dbt
from tests.dbt_project.raw_file import recorded, similar_groups
from warehouse.register import register_ids

Series = dict[str, float]


def _snapshot(shared: Path, kpi: str, year: int, gender: str = "T") -> Series:
    """Values by area, straight from the snapshot; nulls left out."""
    rows = duckdb.execute(
        "select municipality, value from read_parquet(?) "
        "where kpi = ? and period = ? and gender = ? and value is not null",
        [str(shared / "data" / "kolada" / "values.parquet"), kpi, year, gender],
    ).fetchall()
    return dict(rows)


def _gap(
    marts: duckdb.DuckDBPyConnection, kpi: str, area: str, year: int, benchmark: str
) -> dict[str, object]:
    found = marts.execute(
        "select * from equity.area_gap where indicator_id = ? and area_id = ? "
        "and year_end = ? and gender = 'T' and benchmark = ?",
        [kpi, area, year, benchmark],
    )
    names = [column[0] for column in found.description]
    rows = found.fetchall()
    assert len(rows) == 1
    return dict(zip(names, rows[0], strict=True))


def test_whole_build_passed_with_its_known_warnings(built: Dbt) -> None:
    results = json.loads((built.folder / "build_results.json").read_text(encoding="utf-8"))
    # Exposures are no-ops.
    fine = ("success", "pass", "no-op")
    assert {n for n, status in results.items() if status not in fine} == {
        "assert_register_kpis_are_in_kolada",
        "assert_values_break_no_rule",
    }


def test_fct_value_equals_the_snapshot(marts: duckdb.DuckDBPyConnection, shared: Path) -> None:
    parquet = str(shared / "data" / "kolada" / "values.parquet")
    columns = "indicator_id, area_id, year_end, gender, value"
    marts.execute(
        "create temp table snapshot as select kpi as indicator_id, municipality as area_id, "
        "period as year_end, gender, value from read_parquet(?) "
        "where kpi in (select unnest(?))",
        [parquet, register_ids()],
    )
    for one, other in (("snapshot", "core.fct_value"), ("core.fct_value", "snapshot")):
        extra = marts.execute(
            f"select {columns} from {one} except all select {columns} from {other} limit 5"
        ).fetchall()
        assert extra == []
    assert marts.execute("select count(*) from core.fct_value").fetchone() == (591_586,)


def test_groups_are_the_recorded_ones(marts: duckdb.DuckDBPyConnection, shared: Path) -> None:
    groups = recorded(shared, "municipality_groups_v3.json")
    found = marts.execute(
        "select count(*), count(distinct group_id), "
        "count(*) filter (family = 'Liknande kommuner, övergripande') from core.area_group"
    ).fetchone()
    expected = sum(len(group["members"]) for group in groups)
    assert found == (expected, len(groups), 290 * 7)
    assert (expected, len(groups)) == (26_573, 3_630)


@pytest.mark.parametrize(
    ("family", "n_focus"),
    [("Liknande kommuner socioekonomi", 290), ("Liknande regioner socioekonomi", 21)],
)
def test_similar_groups_have_seven_others(
    marts: duckdb.DuckDBPyConnection, shared: Path, family: str, n_focus: int
) -> None:
    rows = marts.execute(
        "select area.name, list(grp.area_id order by grp.area_id) "
        "from core.area_group as grp join core.dim_area as area "
        "on area.area_id = grp.focus_area_id where family = ? group by area.name",
        [family],
    ).fetchall()
    assert len(rows) == n_focus
    assert dict(rows) == {k: sorted(v) for k, v in similar_groups(shared, family).items()}
    assert all(len(set(members)) == 7 for _, members in rows)
    ids = {area["title"]: area["id"] for area in recorded(shared, "municipality_v3.json")}
    kind = "K" if "kommuner" in family else "L"
    ids |= {
        area["title"]: area["id"]
        for area in recorded(shared, "municipality_v3.json")
        if area["type"] == kind
    }
    assert not [name for name, members in rows if ids[name] in members]


@pytest.mark.parametrize("kpi", ["N00925", "N03926", "U01405", "N17461"])
def test_gaps_of_falun(marts: duckdb.DuckDBPyConnection, shared: Path, kpi: str) -> None:
    year, falun = 2022, "2080"
    values = _snapshot(shared, kpi, year)
    better = -1 if kpi == "N03926" else 1
    members = similar_groups(shared, "Liknande kommuner socioekonomi")["Falun"]
    present = [values[area] for area in members if area in values]
    assert len(present) >= 4
    municipalities = {a: v for a, v in values.items() if not a.startswith("00")}
    peers = {
        "riket": municipalities,
        "county": {a: v for a, v in municipalities.items() if a.startswith("20")},
        "similar": {a: values[a] for a in [*members, falun] if a in values},
    }
    benchmarks = {
        "riket": values.get("0000"),
        "county": values.get("0020"),
        "similar": math.fsum(present) / len(present),
    }
    for benchmark, expected in benchmarks.items():
        row = _gap(marts, kpi, falun, year, benchmark)
        own = values[falun]
        others = peers[benchmark].values()
        assert row["value"] == own
        assert row["rank"] == 1 + sum(better * v > better * own for v in others)
        assert row["n_tied"] == sum(v == own for v in others)
        assert row["n_areas"] == len(others)
        if expected is None:
            assert row["benchmark_value"] is None and row["reason"]
            continue
        assert row["benchmark_value"] == pytest.approx(expected, abs=1e-8)
        assert row["difference"] == pytest.approx(own - expected, abs=1e-8)
        assert row["ratio"] == pytest.approx(own / expected)
        assert row["gap_size"] == pytest.approx(better * (expected - own), abs=1e-8)
        worse = better * (expected - own) > 1e-9
        assert row["gap_direction"] == ("worse" if worse else "better")
        assert row["is_group_stand_in"] == (benchmark == "similar")


def test_ranks_with_ties_for_all_municipalities(
    marts: duckdb.DuckDBPyConnection, shared: Path
) -> None:
    # Whole numbers among some hundred municipalities: hardly a rank without a tie.
    values = {a: v for a, v in _snapshot(shared, "U01405", 2018).items() if a[:2] != "00"}
    ordered = sorted(values.values(), reverse=True)
    expected = {area: ordered.index(value) + 1 for area, value in values.items()}
    assert len(set(expected.values())) < len(expected)
    found = marts.execute(
        "select gap.area_id, rank from equity.area_gap as gap "
        "join core.dim_area as area on area.area_id = gap.area_id "
        "where indicator_id = 'U01405' and year_end = 2018 and gender = 'T' "
        "and benchmark = 'riket' and area_type = 'municipality'"
    ).fetchall()
    assert dict(found) == expected


def test_life_expectancy_is_paired(marts: duckdb.DuckDBPyConnection, shared: Path) -> None:
    women, men = _snapshot(shared, "N00925", 2022), _snapshot(shared, "N00923", 2022)
    row = marts.execute(
        "select indicator_id_men, year_start, value_women, value_men, difference, gap_size, "
        "gap_direction from equity.gender_gap "
        "where indicator_id = 'N00925' and area_id = '2080' and year_end = 2022"
    ).fetchall()
    difference = pytest.approx(women["2080"] - men["2080"], abs=1e-8)
    assert row == [
        ("N00923", 2018, women["2080"], men["2080"], difference, difference, "men_worse")
    ]
    own = "select count(*) from equity.gender_gap where indicator_id = 'N00923'"
    assert marts.execute(own).fetchone() == (0,)


def test_gotland_is_compared_with_its_own_region(marts: duckdb.DuckDBPyConnection) -> None:
    row = _gap(marts, "N00925", "0980", 2022, "county")
    assert row["difference"] == 0 and row["gap_direction"] == "equal"
    assert (row["rank"], row["n_areas"]) == (1, 1)


def test_focus_region_is_one_filter_away(marts: duckdb.DuckDBPyConnection) -> None:
    counts = "select area_type, count(*) from core.dim_area where is_focus group by all"
    assert dict(marts.execute(counts).fetchall()) == {"county": 1, "municipality": 15}


def test_withdrawn_register_kpi_is_kept(marts: duckdb.DuckDBPyConnection) -> None:
    rows = marts.execute(
        "select indicator_id, kolada_title from core.dim_indicator where status = 'withdrawn'"
    ).fetchall()
    assert rows == [("U01901", None)]


def test_load_tells_what_was_not_taken(marts: duckdb.DuckDBPyConnection) -> None:
    rows = marts.execute(
        "select unknown_kpis, rejection_summary, rows_kept from quality.load"
    ).fetchall()
    (unknown, summary, kept), *rest = rows
    assert (unknown, kept, rest) == ("N99999", 0, [])
    assert summary.count("no gender") == 20 and summary.endswith("; and 2 more")
    assert marts.execute("select count(*) from quality.load_rejection").fetchone() == (22,)


def test_suites_hold_on_real_data(built: Dbt) -> None:
    """But for the group's value that is planted among the readings, and U01901, withdrawn."""
    failed: dict[tuple[str, str], int] = {}
    with duckdb.connect(str(built.build), read_only=True) as con:
        con.execute(f"attach '{built.raw}' as kolada (read_only)")
        for name, suite in load_suites().items():
            schema = suite.table.split(".")[0]
            # Surveys are not delivered here, and Folkhälsodata is off.
            if schema in ("raw_kolada", "core", "equity") or suite.table.endswith("kolada__value"):
                con.execute(f"use {'kolada' if schema == 'raw_kolada' else 'jamlik'}")
                result = run_suite(con, suite)
                failed |= {(name, one.id): one.n_failed for one in result.failed}
    assert failed == {
        ("core__dim_indicator", "register_is_current"): 1,
        ("raw_kolada__reading", "municipality_form"): 1,
        ("staging__stg_kolada__value", "of_groups"): 1,
        # The planted value is 99 years.
        ("staging__stg_kolada__value", "odd_life_expectancy"): 1,
    }
