"""Estimates against the truth that the generated files are drawn from."""

from functools import cache

import duckdb
import numpy as np
import pandas as pd

from ingestion.areas import municipalities
from ingestion.hlv.generate import ROUNDS, People, answers_of, population
from ingestion.lupp import generate as lupp
from tests.surveys.conftest import HLV_ITEMS

# Its answer decides who answers; all else is missing at random, given municipality, gender
# and age, which weights correct for.
NOT_AT_RANDOM = "hlv_badhals"
ITEMS = [f"hlv_{item}" for item in HLV_ITEMS if f"hlv_{item}" != NOT_AT_RANDOM]


@cache
def people(year: int) -> People:
    return population("20", year)


@cache
def truth(item: str, year: int) -> dict[tuple[str, str], float]:
    """The population's share by municipality (0020: all) and gender."""
    everybody = people(year)
    chances = answers_of(item, everybody, "20", year)
    cell = everybody.area * 2 + everybody.woman
    n = np.bincount(cell).reshape(-1, 2)
    total = np.bincount(cell, weights=chances).reshape(-1, 2)
    found = {}
    for places, area in (
        *(([place], area) for place, area in enumerate(municipalities("20"))),
        (list(range(len(n))), "0020"),
    ):
        for genders, gender in (([0], "M"), ([1], "K"), ([0, 1], "T")):
            here = np.ix_(places, genders)
            found[area, gender] = float(total[here].sum() / n[here].sum())
    return found


def held(parts: np.ndarray) -> tuple[float, float]:
    """The part of intervals that hold, and how far chance takes it from 0.95 (3.3 errors)."""
    return float(np.mean(parts)), 3.3 * float(np.sqrt(0.95 * 0.05 / len(parts)))


def domains(marts: duckdb.DuckDBPyConnection, items: list[str]) -> pd.DataFrame:
    """Women and men of every municipality and round, and what no sampling error corrects for.

    The truth is a chance, so nobody's answer is known before it is given: errors are those
    without finite population correction.
    """
    return marts.execute(
        "select item_id, round, area_no, gender_no, s.estimate as p, s.se_of_conditions as se, "
        "t_df from intermediate.int_survey_share as s "
        "join intermediate.int_survey_item using (item_no) "
        "join intermediate.int_survey as survey using (survey_no) "
        "where survey.source = 'hlv' and ci_method = 'logit' and gender_no in (1, 2) "
        "and age_group_no + education_no + birth_country_no + income_no = 0 "
        "and list_contains(?, item_id)",
        [items],
    ).df()


def test_95_percent_intervals_hold_the_truth_when_answers_are_missing_at_random(
    marts: duckdb.DuckDBPyConnection,
) -> None:
    rows = domains(marts, ITEMS)
    assert len(rows) > 1_000
    assert set(rows["round"]) == set(ROUNDS)
    known = np.array(
        [
            truth(r.item_id, r.round)[f"{r.area_no or 20:04}", " KM"[r.gender_no]]
            for r in rows.itertuples()
        ]
    )
    logit = np.log(rows["p"] / (1 - rows["p"])) - np.log(known / (1 - known))
    reach = rows["t_df"] * rows["se"] / (rows["p"] * (1 - rows["p"]))
    found, tolerance = held((np.abs(logit) <= reach).to_numpy())
    # Calibrated weights are taken as fixed, which may only make intervals wider.
    assert 0.95 - tolerance < found < 0.97 + tolerance, found


def test_intervals_of_differences_hold_the_truth(marts: duckdb.DuckDBPyConnection) -> None:
    for benchmark in ("county", "previous_round"):
        rows = marts.execute(
            "select * from survey.difference where benchmark = ? and verdict_reason is null "
            "and gender in ('K', 'M') and age_group = 'all' and education = 'all' "
            "and birth_country = 'all' and income = 'all' and list_contains(?, item_id) "
            "and area_id <> '0020'",
            [benchmark, ITEMS],
        ).df()
        assert len(rows) > 500, benchmark
        inside = []
        for row in rows.itertuples():
            here = truth(row.item_id, row.round)[row.area_id, row.gender]
            other_area = "0020" if benchmark == "county" else row.area_id
            there = truth(row.item_id, row.benchmark_round)[other_area, row.gender]
            inside.append(row.ci_lower_pct <= 100 * (here - there) <= row.ci_upper_pct)
        found, tolerance = held(np.array(inside))
        assert 0.95 - tolerance < found < 0.97 + tolerance, (benchmark, found)


def test_few_differences_are_called_real_where_there_is_none(
    marts: duckdb.DuckDBPyConnection,
) -> None:
    """A wrong direction is what a verdict after correction for many tests must not have."""
    rows = marts.execute(
        "select * from survey.difference where benchmark = 'county' and q_value < 0.05 "
        "and gender = 'T' and age_group = 'all' and education = 'all' and birth_country = 'all' "
        "and income = 'all' and list_contains(?, item_id)",
        [ITEMS],
    ).df()
    assert len(rows) > 50
    wrong = [
        row.difference_pct
        * (
            truth(row.item_id, row.round)[row.area_id, "T"]
            - truth(row.item_id, row.round)["0020", "T"]
        )
        < 0
        for row in rows.itertuples()
    ]
    assert np.mean(wrong) < 0.05


def test_ill_health_comes_out_too_low_when_the_ill_answer_less(
    marts: duckdb.DuckDBPyConnection,
) -> None:
    """No weight knows of it: the bias is there, and of the size that the generator says."""
    rows = marts.execute(
        "select round, share_pct from survey.estimate where item_id = ? and area_id = '0020' "
        "and gender = 'T' and age_group = 'all' and education = 'all' and birth_country = 'all' "
        "and income = 'all' and round <> 2018 order by round",
        [NOT_AT_RANDOM],
    ).fetchall()
    assert [year for year, _ in rows] == [2014, 2021, 2024]
    off = np.array([share - 100 * truth(NOT_AT_RANDOM, year)["0020", "T"] for year, share in rows])
    p = np.array([truth(NOT_AT_RANDOM, year)["0020", "T"] for year, _ in rows])
    expected = 100 * (0.9 * p / (0.9 * p + 1 - p) - p)
    assert (off < 0).all() and abs((off - expected).mean()) < 0.8, (off, expected)


def test_pupils_health_comes_out_too_good(marts: duckdb.DuckDBPyConnection) -> None:
    off = []
    for year, survey, share in marts.execute(
        "select round, survey, share_pct from survey.estimate "
        "where basis = 'home' and grade = 'all' and item_id = 'lupp_self_rated_health' "
        "and area_id = '0020' and gender = 'T' and birth_country = 'all'"
    ).fetchall():
        chances = [
            lupp.answers_of("lupp_self_rated_health", "20", year, place, survey)
            for place in range(len(municipalities("20")))
        ]
        off.append(share - 100 * np.concatenate(chances).mean())
    assert len(off) == 4
    assert np.mean(off) > 0.8
