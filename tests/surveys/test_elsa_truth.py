"""School-health talks against the pupils they were drawn from: what they say, and where they go."""

import math
from functools import cache

import duckdb
import numpy as np
import pandas as pd
import pytest

from ingestion.areas import municipalities
from ingestion.elsa.truth import AGE_IN_GRADE, FAMILIES, Pupils, chances, pupils, says_yes
from tests.surveys.conftest import ELSA_ASKED
from tests.surveys.test_truth import held

COUNTY = "0020"
AREAS = municipalities("20")
ITEMS = ELSA_ASKED


@cache
def grade(year: int, name: str) -> Pupils:
    return pupils("20", year, name)


def test_intervals_hold_what_all_pupils_of_the_grade_would_have_said(
    marts: duckdb.DuckDBPyConnection,
) -> None:
    """The truth is of those in the grade that year: also of those who were not seen."""
    rows = marts.execute(
        "select * from survey.estimate where source = 'elsa' and birth_country = 'all' "
        "and family = 'all' "
        "and grade <> 'all' and gender <> 'T' and list_contains(?, item_id) and n >= 10",
        [list(ITEMS)],
    ).df()
    assert len(rows) > 1500
    inside, widths = [], []
    for (year, name, item), part in rows.groupby(["round", "grade", "item_id"]):
        who = grade(year, name)
        yes = says_yes(item, "20", year, name, who)
        for row in part.itertuples():
            here = who.girl == (row.gender == "K")
            if row.area_id != COUNTY:
                here &= who.place == AREAS.index(row.area_id)
            truth = 100 * yes[here].mean()
            inside.append(row.ci_lower_pct - 1e-6 <= truth <= row.ci_upper_pct + 1e-6)
            widths.append(row.ci_upper_pct - row.ci_lower_pct)
    found, tolerance = held(np.array(inside))
    assert abs(found - 0.95) < tolerance + 0.01, found
    assert np.median(widths) < 25, "without correction they would be about 50 wide"


def test_families_differ_as_the_pupils_do_that_live_in_them(
    marts: duckdb.DuckDBPyConnection,
) -> None:
    """Shares by family and grade hold the truth, and the gap between families is the true one."""
    rows = marts.execute(
        "select * from survey.estimate where source = 'elsa' and family <> 'all' "
        "and grade <> 'all' and list_contains(?, item_id) and n >= 10",
        [list(ITEMS)],
    ).df()
    assert set(rows.family) == set(FAMILIES) and (rows.gender == "T").all()
    assert len(rows) > 1000
    inside = []
    numbers: dict[str, list[np.ndarray]] = {name: [] for name in FAMILIES}
    for row in rows.itertuples():
        who = grade(row.round, row.grade)
        here = who.family == list(FAMILIES).index(row.family)
        if row.area_id != COUNTY:
            here &= who.place == AREAS.index(row.area_id)
        yes = says_yes(row.item_id, "20", row.round, row.grade, who)[here]
        inside.append(row.ci_lower_pct - 1e-6 <= 100 * yes.mean() <= row.ci_upper_pct + 1e-6)
        if row.area_id == COUNTY and row.item_id == "elsa_pupil_headache":
            numbers[row.family].append(np.array([row.n_yes, row.n, yes.sum(), yes.size]))
    found, tolerance = held(np.array(inside))
    assert abs(found - 0.95) < tolerance + 0.01, found
    total = {name: np.sum(parts, axis=0) for name, parts in numbers.items()}
    seen = {name: 100 * one[0] / one[1] for name, one in total.items()}
    true = {name: 100 * one[2] / one[3] for name, one in total.items()}
    gap = true["one"] - true["both"]
    assert gap > 4 and seen["one"] - seen["both"] == pytest.approx(gap, abs=1.5)


def test_changes_of_the_same_pupils_hold_the_truth(
    talks: pd.DataFrame, marts: duckdb.DuckDBPyConnection
) -> None:
    rows = marts.execute(
        "select * from survey.pupil_path where area_id = ? and gender <> 'T' "
        "and list_contains(?, item_id)",
        [COUNTY, list(ITEMS)],
    ).df()
    assert len(rows) == len(ITEMS) * 2 * (3 + 4 + 4 + 1)
    assert (rows.n_better + rows.n_worse + rows.n_unchanged == rows.n).all()
    sides = rows.better_pct + rows.worse_pct + rows.unchanged_pct
    assert sides.to_numpy() == pytest.approx(100)
    inside = []
    for row in rows.itertuples():
        years = AGE_IN_GRADE[row.to_grade] - AGE_IN_GRADE[row.from_grade]
        truth = []
        for year, name in ((row.round - years, row.from_grade), (row.round, row.to_grade)):
            who = grade(year, name)
            chance = chances(row.item_id, "20", year, who)
            truth.append(chance[who.girl == (row.gender == "K")].mean())
        change = 100 * (truth[1] - truth[0])
        inside.append(row.ci_lower_pct <= change <= row.ci_upper_pct)
    found, tolerance = held(np.array(inside))
    assert found > 0.95 - tolerance, found


def test_paths_count_every_pupil_who_answered_twice(
    talks: pd.DataFrame, marts: duckdb.DuckDBPyConnection
) -> None:
    first, second = (talks[talks.grade == name] for name in ("4", "7"))
    both = first.merge(second, on="pseudonym", suffixes=("_4", "_7"))
    for item in ITEMS:
        codes = both[[f"item_{item}_4", f"item_{item}_7"]]
        answered = both[((codes >= 1) & (codes <= 5)).all(axis=1)]
        n = answered.groupby(["round_7", "area_id_7", "gender_7"]).size()
        rows = marts.execute(
            "select round, area_id, gender, n from survey.pupil_path where item_id = ? "
            "and from_grade = '4' and to_grade = '7' and area_id <> ? and gender <> 'T'",
            [item, COUNTY],
        ).fetchall()
        assert {tuple(row[:3]): row[3] for row in rows} == n.to_dict()


def test_pupils_who_move_come_late_or_not_at_all(
    talks: pd.DataFrame, marts: duckdb.DuckDBPyConnection
) -> None:
    rows = marts.execute("select * from survey.pupil_follow_up where gender = 'T'").df()
    assert (rows.n_in_time + rows.n_late + rows.n_missing == rows.n_due).all()
    pair, numbers = ["from_grade", "to_grade"], [name for name in rows if name.startswith("n_")]
    county = rows[rows.area_id == COUNTY].groupby(pair)[numbers].sum()
    assert county.equals(rows[rows.area_id != COUNTY].groupby(pair)[numbers].sum())
    assert (county.n_moved_in == county.n_moved_out).all()
    seen = county.n_in_time + county.n_late
    for (start, end), moves in {("F", "4"): 1, ("4", "7"): 1, ("4", "GY1"): 2}.items():
        stays = (1 - 0.04 * 14 / 15) ** moves
        n = seen[start, end]
        error = math.sqrt(stays * (1 - stays) / n)
        assert abs(county.n_moved_out[start, end] / n - (1 - stays)) < 4 * error
    # Behind from grade 4 on: between F and 4 a year later, after that as many years as others.
    # Nobody is a year behind yet in the last round.
    assert county.n_late["F", "4"] > 0 and county.n_late["4", "7"] == 0
    missing = county.n_missing / county.n_due
    assert missing["7", "GY1"] > missing["4", "7"] > 0.1
