"""What survey marts say beside their numbers: rounds, wording, response, books."""

import csv
import math
import re

import duckdb
import pytest
import yaml

from ingestion.delivered import store
from tests.support import PROJECT_ROOT
from tests.surveys.conftest import HLV_ITEMS, Surveys
from warehouse.register import register_ids

LUDVIKA = "2085"


def test_rounds_are_compared_only_in_the_same_words(marts: duckdb.DuckDBPyConnection) -> None:
    found = marts.execute(
        "select distinct item_id, round, benchmark_round from survey.difference "
        "where benchmark = 'previous_round' and area_id = '0020' and source = 'hlv' "
        "and item_id in ('hlv_ghq5', 'hlv_k6_psyk_hog', 'hlv_stress') order by all"
    ).fetchall()
    assert found == [
        # ghq5 was asked as GHQ-12 in 2014 and not at all from 2020 on; K6 began in 2020.
        ("hlv_k6_psyk_hog", 2024, 2021),
        ("hlv_stress", 2018, 2014),
        ("hlv_stress", 2021, 2018),
        ("hlv_stress", 2024, 2021),
    ]
    asked = marts.execute(
        "select distinct item_id, round from survey.estimate where item_id in "
        "('hlv_ghq5', 'hlv_k6_psyk_hog') order by all"
    ).fetchall()
    assert asked == [
        *(("hlv_ghq5", year) for year in (2014, 2018)),
        *(("hlv_k6_psyk_hog", year) for year in (2021, 2024)),
    ]


def test_each_area_is_compared_with_its_own_last_round(marts: duckdb.DuckDBPyConnection) -> None:
    """Ludvika asks every year, the others every third: 2023 is nobody else's last round."""
    found = marts.execute(
        "select area_id, round, benchmark_round from survey.difference "
        "where item_id = 'lupp_sleep' and survey = 'hs' and benchmark = 'previous_round' "
        "and gender = 'T' and grade = 'all' and birth_country = 'all' "
        "and area_id in (?, '2080', '0020') order by all",
        [LUDVIKA],
    ).fetchall()
    assert found == [
        ("0020", 2024, 2021),
        ("2080", 2024, 2021),
        *((LUDVIKA, year, year - 1) for year in (2022, 2023, 2024)),
    ]


def test_one_municipality_is_not_the_region(marts: duckdb.DuckDBPyConnection) -> None:
    for table in ("estimate", "response", "difference", "gradient"):
        areas = marts.execute(
            f"select distinct area_id, basis from survey.{table} where source = 'lupp' "
            "and round in (2022, 2023)"
        ).fetchall()
        assert "0020" not in {area for area, _ in areas}, table
        assert {area for area, basis in areas if basis == "home"} <= {LUDVIKA}, table
    regions = marts.execute(
        "select distinct round from survey.estimate where source = 'lupp' and area_id = '0020' "
        "order by 1"
    )
    assert regions.fetchall() == [(2021,), (2024,)]
    benchmarks = marts.execute(
        "select count(*) from survey.difference where benchmark = 'county' "
        "and round in (2022, 2023) and source = 'lupp'"
    )
    assert benchmarks.fetchall() == [(0,)]


def test_response_is_of_those_asked(surveys: Surveys, marts: duckdb.DuckDBPyConnection) -> None:
    sizes = yaml.safe_load((surveys.files("lupp") / "rounds.yml").read_text("utf-8"))["rounds"]
    asked = {
        (one["round"], one["survey"], one["municipality"]): (one["invited"], one["answered"])
        for one in sizes
        if one["round"] in (2021, 2022, 2023, 2024)
    }
    rows = marts.execute(
        "select round, survey, area_id, n_invited, n_answered_reported, n_answers, "
        "response_rate_pct from survey.response where source = 'lupp' and basis = 'home' "
        "and area_id <> '0020'"
    ).fetchall()
    assert {row[:3]: row[3:5] for row in rows} == asked
    # A person who stands twice in a file is one answer.
    assert all(row[5] == row[4] for row in rows)
    assert all(row[6] == pytest.approx(100 * row[5] / row[3]) for row in rows)
    region = marts.execute(
        "select n_invited, n_answers, response_rate_pct from survey.response "
        "where (source, round, survey, basis, area_id) = ('lupp', 2024, 'gy', 'home', '0020')"
    ).fetchone()
    of_2024 = [counts for key, counts in asked.items() if key[:2] == (2024, "gy")]
    invited, answered = (sum(one) for one in zip(*of_2024, strict=True))
    assert region == (invited, answered, pytest.approx(100 * answered / invited))
    unknown = marts.execute(
        "select count(n_invited), count(*) from survey.response "
        "where source = 'hlv' or basis = 'school'"
    ).fetchone()
    assert unknown and unknown[0] == 0 < unknown[1]


def test_rounds_say_what_they_are(marts: duckdb.DuckDBPyConnection) -> None:
    rows = marts.execute(
        "select source, round, survey, n_answers, n_invited, population, sample, weights "
        "from quality.source_round order by all"
    ).fetchall()
    hlv = [row for row in rows if row[0] == "hlv"]
    assert [(row[1], row[3], row[4]) for row in hlv] == [
        (2014, 14_500, None),
        (2018, 870, None),
        (2021, 10_100, None),
        (2024, 10_000, None),
    ]
    assert {row[5:] for row in hlv} == {
        ("16-84 år", "sample", "calibrated"),
        ("16 år och äldre", "sample", "calibrated"),
    }
    lupp = {row[1:3]: row for row in rows if row[0] == "lupp"}
    assert set(lupp) == {(year, s) for year in (2021, 2022, 2023, 2024) for s in ("hs", "gy")}
    assert all(row[4] >= row[3] > 0 and row[6:] == ("total", "none") for row in lupp.values())


def test_every_file_stands_in_the_books_with_what_was_left_out(
    surveys: Surveys, marts: duckdb.DuckDBPyConnection
) -> None:
    rows = marts.execute(
        "select source, file_kind, origin, state, rows_read, rows_kept, rows_rejected, rounds, "
        "rejection_summary, file_hash from quality.load where source in ('hlv', 'lupp')"
    ).fetchall()
    assert len(rows) == 4 + 1 + 30 + 2 + 1
    assert {(row[2], row[3]) for row in rows} == {("demo", "loaded")}
    assert all(row[4] == row[5] + row[6] and len(row[9]) == 64 for row in rows)
    flawed = [row for row in rows if row[6] and row[1] == "microdata"]
    assert len(flawed) == 6, "three municipalities of each round have a person twice"
    for row in flawed:
        assert row[8] == (
            "the codebook does not know the code: 1; "
            "the same respondent stands twice in the file: 1"
        )
    assert {row[1] for row in rows} == {"microdata", "rounds", "shares"}


def test_questions_of_one_municipality_stay_there(
    surveys: Surveys, marts: duckdb.DuckDBPyConnection
) -> None:
    with store.read_store("lupp", surveys.settings) as con:
        unknown = con.execute(
            "select distinct column_name from raw_lupp.unknown_column order by 1"
        ).fetchall()
        stored = con.execute("select column_name from (describe raw_lupp.respondent)").fetchall()
    assert [name.casefold() for (name,) in unknown if not name.isupper()] == ["kf1", "kf2"]
    assert not [name for (name,) in stored if "kf" in name]
    items = {
        item for (item,) in marts.execute("select distinct item_id from survey.estimate").fetchall()
    }
    with (PROJECT_ROOT / "dbt_project/seeds/items.csv").open(encoding="utf-8") as file:
        assert items <= {row["item_id"] for row in csv.DictReader(file)}


def test_items_lead_to_indicators_of_the_register(marts: duckdb.DuckDBPyConnection) -> None:
    rows = marts.execute("select item_id, indicator_id, polarity from core.dim_item").fetchall()
    linked = {indicator for _, indicator, _ in rows if indicator}
    assert len(linked) >= 5 and linked <= set(register_ids())
    assert {f"hlv_{item}" for item in HLV_ITEMS} <= {item for item, *_ in rows}
    assert {polarity for *_, polarity in rows} <= {-1, 0, 1}


def test_small_groups_are_not_judged(marts: duckdb.DuckDBPyConnection) -> None:
    small = marts.execute(
        "select distinct verdict, verdict_998, p_value is null, ci_lower_pct is null "
        "from survey.difference where n < 30 or benchmark_n < 30"
    ).fetchall()
    assert small == [("not testable", "not testable", True, True)]
    judged = marts.execute(
        "select min(n), min(benchmark_n) from survey.difference where p_value > 0"
    )
    assert min(judged.fetchall()[0]) >= 30
    gradients = marts.execute(
        "select count(*) filter (ci_lower is not null), count(*) from survey.gradient "
        "where round = 2018 and area_id <> '0020' and dimension = 'income'"
    ).fetchone()
    assert gradients and gradients[0] == 0 < gradients[1], "58 persons in five groups"
    whole = marts.execute(
        "select count(*) filter (ci_lower is not null) / count(*) from survey.gradient "
        "where round = 2021 and area_id = '0020' and gender = 'T'"
    ).fetchone()
    assert whole and whole[0] > 0.9


def test_everything_says_that_it_is_generated(marts: duckdb.DuckDBPyConnection) -> None:
    for table in ("survey.estimate", "survey.difference", "survey.gradient", "survey.response"):
        told = marts.execute(f"select distinct is_demonstration from {table}").fetchall()
        assert told == [(True,)], table


def test_every_category_has_a_number_and_a_double_holds_twice_of_a_domains() -> None:
    project = PROJECT_ROOT / "dbt_project"
    macros = (project / "macros" / "survey_numbers.sql").read_text(encoding="utf-8")
    places = {name: int(n) for name, n in re.findall(r"'(\w+)': (\d+)", macros)}
    with (project / "seeds" / "survey_categories.csv").open(encoding="utf-8") as file:
        categories = list(csv.DictReader(file))
    breakdowns = {one["dimension"] for one in categories}
    assert set(places) == breakdowns | {"survey", "item", "area"}
    assert 2 * math.prod(places.values()) < 2**53
    for one in categories:
        assert 0 < int(one["category_no"]) < places[one["dimension"]], one
