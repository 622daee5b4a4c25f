"""Marts of school-health talks against the store, and a reckoning of its rows."""

import math
from statistics import NormalDist

import duckdb
import pandas as pd
import pytest

from ingestion.areas import municipalities
from ingestion.delivered import store
from ingestion.elsa.truth import ROUNDS
from tests.surveys.conftest import Surveys

COUNTY = "0020"
AREAS = municipalities("20")
# Generated answers; what is measured has no truth of its own.
ITEMS = (
    "elsa_guardian_sleep",
    "elsa_pupil_sleep",
    "elsa_pupil_headache",
    "elsa_pupil_likes_school",
)
Z = NormalDist().inv_cdf(0.975)
KEYS = ["round", "area_id", "grade"]
WHOLE = "source = 'elsa' and birth_country = 'all' and family = 'all' and gender in ('T', 'K', 'M')"


def with_county(frame: pd.DataFrame) -> pd.DataFrame:
    return pd.concat([frame, frame.assign(area_id=COUNTY)])


def with_all(frame: pd.DataFrame, column: str, word: str) -> pd.DataFrame:
    return pd.concat([frame, frame.assign(**{column: word})])


def test_talks_of_the_store_are_those_of_the_marts(
    talks: pd.DataFrame, sizes: pd.DataFrame, marts: duckdb.DuckDBPyConnection
) -> None:
    rows = marts.execute("select * from survey.coverage").df()
    assert not talks.duplicated(["pseudonym", *KEYS]).any()
    seen = with_all(with_county(talks), "grade", "all").groupby(KEYS).size()
    there = with_all(with_county(sizes), "grade", "all").groupby(KEYS)["pupils"].sum()
    found = rows.set_index(KEYS)
    assert len(found) == len(there) == 16 * 5 * len(ROUNDS)
    assert found["n_talks"].equals(found["n_seen"]) or (found.n_talks == found.n_seen).all()
    assert (found["n_seen"] == seen.reindex(found.index, fill_value=0)).all()
    assert (found["n_pupils"] == there.reindex(found.index)).all()
    pct = (100 * found["n_seen"] / found["n_pupils"]).to_numpy()
    assert found["coverage_pct"].to_numpy() == pytest.approx(pct)
    assert (found["is_low_coverage"] == (found["coverage_pct"] < 70)).all()
    response = marts.execute(
        "select round, area_id, 'all' as grade, n_answers, n_invited from survey.response "
        "where source = 'elsa'"
    ).df()
    assert len(response) == 16 * len(ROUNDS)
    both = response.set_index(KEYS).join(found)
    assert (both.n_answers == both.n_seen).all() and (both.n_invited == both.n_pupils).all()


def test_few_are_seen_where_few_come_and_estimates_say_so(
    marts: duckdb.DuckDBPyConnection,
) -> None:
    """Half of the oldest of the last municipality are not seen, of others 3 to 12 of 100."""
    low = marts.execute(
        "select area_id, grade, avg(coverage_pct), avg(is_low_coverage::int) from survey.coverage "
        "group by all"
    ).df()
    worst = low[(low.area_id == AREAS[-1]) & (low.grade == "GY1")].iloc[0]
    assert 30 < worst.iloc[2] < 58 and worst.iloc[3] == 1
    county = low[(low.area_id == COUNTY) & (low.grade != "all")].set_index("grade").iloc[:, 1]
    for grade, seen in {"F": 0.97, "4": 0.96, "7": 0.94}.items():
        assert abs(county[grade] - 100 * seen * 0.88) < 3, grade
    told = marts.execute(
        "select count(*), count(*) filter (e.is_low_coverage is distinct from c.is_low_coverage), "
        "count(*) filter (e.is_low_coverage) from survey.estimate as e left join survey.coverage "
        "as c using (source, round, area_id, grade) where e.source = 'elsa'"
    ).fetchone()
    assert told and told[1] == 0 < told[2] < told[0]
    others = "select distinct is_low_coverage from survey.estimate where source <> 'elsa'"
    assert marts.execute(others).fetchall() == [(None,)]


def test_consent_and_missing_answers_are_told(
    surveys: Surveys, marts: duckdb.DuckDBPyConnection
) -> None:
    with store.read_store("elsa", surveys.settings) as con:
        files = con.execute(
            "select sum(n) / (select sum(rows_read) from raw_elsa.load where kind = 'microdata') "
            "from raw_elsa.consent_count"
        ).fetchone()
    rows = marts.execute(
        "select min(consent_pct), max(consent_pct), avg(unanswered_guardian_pct), "
        "avg(unanswered_pupil_pct), max(unanswered_measured_pct) from survey.coverage "
        "where area_id = '0020' and grade = 'all'"
    ).fetchone()
    assert files and rows
    # Each export has all years, so every year's talks came in all of them.
    assert rows[0] == rows[1] == pytest.approx(100 - 100 * float(files[0]))
    assert 87 < rows[0] < 91
    assert abs(rows[2] - 3) < 0.6 and abs(rows[3] - 3) < 0.6 and rows[4] == 0
    one = marts.execute(
        "select count(distinct consent_pct) from survey.coverage where area_id <> '0020'"
    ).fetchone()
    assert one == (3,), "a municipality's is that of the export it came in"


def test_counts_and_intervals_of_estimates(
    talks: pd.DataFrame, sizes: pd.DataFrame, marts: duckdb.DuckDBPyConnection
) -> None:
    """Wilson's roots, solved anew, of a share that is of the pupils in the grade."""
    n_pupils = sizes.set_index(KEYS)["pupils"]
    for item in ITEMS:
        code = talks[f"item_{item}"]
        answered = talks[code.between(1, 5)].assign(yes=code.between(1, 2))
        by_grade = answered.groupby(KEYS)["yes"].count()
        answered["weight"] = [
            n_pupils[key] / by_grade[key] for key in map(tuple, answered[KEYS].to_numpy())
        ]
        cells = with_all(with_county(with_all(answered, "gender", "T")), "grade", "all")
        expected = cells.groupby([*KEYS, "gender"]).agg(
            n=("yes", "size"), n_yes=("yes", "sum"), population=("weight", "sum")
        )
        rows = marts.execute(
            f"select * from survey.estimate where {WHOLE} and item_id = ?", [item]
        ).df()
        found = rows.set_index([*KEYS, "gender"]).sort_index()
        assert len(found) == len(expected) > 1500
        expected = expected.reindex(found.index)
        assert (found[["n", "n_yes"]] == expected[["n", "n_yes"]]).all().all()
        for row, (n, n_yes, population) in zip(
            found.itertuples(), expected.to_numpy(), strict=True
        ):
            low, high, method = finite_wilson(n_yes, n, population)
            assert row.ci_method == method
            assert (row.ci_lower_pct, row.ci_upper_pct) == pytest.approx(
                (100 * low, 100 * high), abs=1e-6
            ), row


def finite_wilson(n_yes: float, n: float, population: float) -> tuple[float, float, str]:
    """The shares P at which |p - P| is z standard errors of a draw of n from N without return."""
    p = n_yes / n
    if n > population - 1e-6:
        return p, p, "no_sampling_error"
    c = Z**2 * (population - n) / (n * (population - 1))
    root = math.sqrt(c * (c + 4 * p * (1 - p)))
    bounds = [(2 * p + c + sign * root) / (2 * (1 + c)) for sign in (-1, 1)]
    return max(bounds[0], 0), min(bounds[1], 1), "wilson_finite_population"


def test_emq_has_nine_areas_and_the_numbers_of_the_estimates(
    marts: duckdb.DuckDBPyConnection,
) -> None:
    areas = marts.execute(
        "select count(distinct emq_area), count(*) from seeds.emq_areas where respondent = 'pupil'"
    ).fetchall()
    assert areas == [(9, 9)]
    rows = marts.execute(
        "select emq_area, respondent, count(*) from survey.emq_indicator group by all order by all"
    ).fetchall()
    assert [row[:2] for row in rows] == [
        ("headache", "pupil"),
        ("likes_school", "pupil"),
        ("sleep", "guardian"),
        ("sleep", "pupil"),
    ]
    assert {row[2] for row in rows} == {16 * 3 * 4 * len(ROUNDS)}
    other = marts.execute(
        "select count(*) from survey.emq_indicator as i anti join survey.estimate as e "
        "on e.source = 'elsa' and e.round = i.year and e.birth_country = 'all' "
        "and e.family = 'all' and e.n = i.n and e.n_yes = i.n_yes "
        "and (e.item_id, e.area_id, e.grade, e.gender) "
        "= (i.item_id, i.area_id, i.grade, i.gender)"
    ).fetchone()
    assert other == (0,)


def test_rounds_and_books_of_talks(surveys: Surveys, marts: duckdb.DuckDBPyConnection) -> None:
    rounds = marts.execute(
        "select round, source_kind, sample, weights from quality.source_round "
        "where source = 'elsa' order by 1"
    ).fetchall()
    assert rounds == [(year, "register", "total", "none") for year in ROUNDS]
    books = marts.execute(
        "select file_kind, state, rows_kept <= rows_read, rejection_summary "
        "from quality.load where source = 'elsa' order by 1"
    ).fetchall()
    assert books == [
        *[("microdata", "loaded", True, None)] * 3,
        ("rounds", "loaded", True, None),
    ]
    last = marts.execute(
        "select distinct round - benchmark_round from survey.difference "
        "where source = 'elsa' and benchmark = 'previous_round' and birth_country = 'all' "
        "and family = 'all'"
    ).fetchall()
    assert last == [(1,)]
