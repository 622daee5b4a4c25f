"""`survey.estimate` and `survey.difference` against a reckoning from the files themselves."""

from functools import cache

import duckdb
import numpy as np
import pandas as pd
import pytest
import yaml

from ingestion.delivered.codebook import source_codebooks
from ingestion.hlv.generate import ROUNDS
from tests.surveys import reckoning
from tests.surveys.conftest import Surveys
from tests.surveys.reckoning import logit_interval, survey_of

BREAKDOWNS = ("gender", "age_group", "education", "birth_country", "income")
COUNTY = "0020"
ALMOST = {"rel": 1e-8, "abs": 1e-9}


@cache
def persons(folder: object, year: int) -> pd.DataFrame:
    suffix = "sav" if ROUNDS[year][1] == "sav" else "csv"
    return reckoning.hlv(folder / f"hlv_{year}.{suffix}")  # type: ignore[operator]


def inside(frame: pd.DataFrame, domain: object) -> np.ndarray:
    """Who of a round is in a domain of the marts."""
    here = np.ones(len(frame), dtype=bool)
    for name in ("area_id", *BREAKDOWNS):
        wanted = getattr(domain, name)
        if wanted not in ("T", "all", COUNTY):
            here &= (frame[name] == wanted).to_numpy()
    return here


def answers(frame: pd.DataFrame, item: str) -> pd.Series:
    return frame[item.removeprefix("hlv_")]


def sample(marts: duckdb.DuckDBPyConnection, table: str, where: str, n: int) -> pd.DataFrame:
    """Rows of a mart, spread by a hash, the same in every run."""
    return marts.execute(
        f"select * from survey.{table} where {where} order by hash(item_id, area_id, gender, "
        f"age_group, education, birth_country, income, round) limit {n}"
    ).df()


@pytest.mark.parametrize("year", ROUNDS)
def test_shares_errors_and_intervals(
    surveys: Surveys, marts: duckdb.DuckDBPyConnection, year: int
) -> None:
    frame = persons(surveys.files("hlv"), year)
    where = f"source = 'hlv' and round = {year} and ci_method = 'logit'"
    rows = pd.concat(
        [
            sample(marts, "estimate", where, 40),
            sample(marts, "estimate", f"{where} and area_id = '{COUNTY}'", 10),
        ]
    )
    assert len(rows) == 50 and len(set(rows["item_id"])) > 8
    for row in rows.itertuples():
        survey = survey_of(frame, answers(frame, row.item_id))
        here = inside(frame, row) & ~np.isnan(survey.y)
        p = survey.share(here)
        se = np.sqrt(survey.variance(survey.linearised(here)))
        df = here.sum() - len(np.unique(survey.stratum[here]))
        low, high = logit_interval(p, se, df)
        found = (row.n, row.share_pct, row.se_pct, row.ci_lower_pct, row.ci_upper_pct)
        expected = (here.sum(), *(100 * one for one in (p, se, low, high)))
        assert found == pytest.approx(expected, **ALMOST), row
        weight = survey.weight[here]
        assert row.n_effective == pytest.approx(weight.sum() ** 2 / (weight**2).sum(), **ALMOST)
        simple = 100 * p - 196 * np.sqrt(p * (1 - p) / here.sum())
        assert row.simple_ci_lower_pct == pytest.approx(max(simple, 0), **ALMOST)


def test_every_domain_with_answers_has_an_estimate(
    surveys: Surveys, marts: duckdb.DuckDBPyConnection
) -> None:
    frame = persons(surveys.files("hlv"), 2018)
    asked = frame[answers(frame, "hlv_stress").notna()]
    keys = asked.assign(area_id=COUNTY)[["area_id", "gender", "income"]]
    keys = pd.concat([keys, asked[["area_id", "gender", "income"]]])
    found = marts.execute(
        "select area_id, gender, income, n from survey.estimate where item_id = 'hlv_stress' "
        "and round = 2018 and gender <> 'T' and income <> 'all' order by all"
    ).fetchall()
    assert found == [(*key, n) for key, n in keys.value_counts().sort_index().items()]


def test_differences_from_the_county_know_that_it_contains_the_area(
    surveys: Surveys, marts: duckdb.DuckDBPyConnection
) -> None:
    rows = sample(
        marts,
        "difference",
        "source = 'hlv' and benchmark = 'county' and verdict_reason is null and round <> 2018",
        40,
    )
    for row in rows.itertuples():
        frame = persons(surveys.files("hlv"), row.round)
        survey = survey_of(frame, answers(frame, row.item_id), corrected=False)
        here, whole = inside(frame, row), inside(frame, row._replace(area_id=COUNTY))
        u = survey.linearised(here) - survey.linearised(whole)
        expected = survey.share(here) - survey.share(whole)
        reach = 1.959963984540054 * np.sqrt(survey.variance(u))
        found = (row.difference_pct, row.ci_lower_pct, row.ci_upper_pct)
        assert found == pytest.approx(
            [100 * one for one in (expected, expected - reach, expected + reach)], **ALMOST
        ), row
        assert row.benchmark_n == (whole & ~np.isnan(survey.y)).sum()


def test_differences_from_the_round_before(
    surveys: Surveys, marts: duckdb.DuckDBPyConnection
) -> None:
    rows = sample(
        marts,
        "difference",
        "source = 'hlv' and benchmark = 'previous_round' and verdict_reason is null",
        20,
    )
    for row in rows.itertuples():
        parts = []
        for year in (row.round, row.benchmark_round):
            frame = persons(surveys.files("hlv"), year)
            survey = survey_of(frame, answers(frame, row.item_id), corrected=False)
            here = inside(frame, row)
            parts.append((survey.share(here), survey.variance(survey.linearised(here))))
        (p, v), (before, v_before) = parts
        reach = 1.959963984540054 * np.sqrt(v + v_before)
        assert (row.difference_pct, row.ci_upper_pct) == pytest.approx(
            (100 * (p - before), 100 * (p - before + reach)), **ALMOST
        ), row


def test_differences_from_riket_have_the_errors_of_both(marts: duckdb.DuckDBPyConnection) -> None:
    """Riket stands in the delivered workbook of shares, with its interval, by gender."""
    rows = marts.execute(
        "select difference.*, riket.share_pct as riket_pct, "
        "riket.ci_upper_pct - riket.ci_lower_pct as riket_width "
        "from survey.difference as difference "
        "inner join intermediate.int_survey_version as riket on riket.version = 'published' "
        "and riket.area_id = '0000' and riket.item_id = difference.item_id "
        "and riket.gender = difference.gender and riket.year_end = difference.round "
        "where difference.benchmark = 'riket' and difference.p_value is not null"
    ).df()
    assert set(rows.gender) == {"T", "K", "M"} and COUNTY in set(rows.area_id)
    assert set(rows["round"]) == {2014, 2018, 2021, 2024}
    assert (rows.age_group == "all").all() and (rows.source == "hlv").all()
    assert rows.difference_pct.to_numpy() == pytest.approx(
        (rows.share_pct - rows.riket_pct).to_numpy()
    )
    reach = (rows.ci_upper_pct - rows.ci_lower_pct) / 2
    assert (reach > rows.riket_width / 2).all(), "the area's own error comes on top"
    own = marts.execute(
        "select survey.round, item.item_id, share.area_no, share.se_of_conditions as se "
        "from intermediate.int_survey_share as share "
        "inner join intermediate.int_survey as survey using (survey_no) "
        "inner join intermediate.int_survey_item as item using (item_no) "
        "where gender_no = 0 and age_group_no = 0 and education_no = 0 and birth_country_no = 0 "
        "and income_no = 0 and grade_no = 0 and survey.source = 'hlv' and share.area_no > 0"
    ).df()
    own["area_id"] = own.area_no.map("{:04}".format)
    both = rows[rows.gender == "T"].merge(own, on=["round", "item_id", "area_id"])
    assert len(both) > 100
    expected = np.hypot(1.959963984540054 * 100 * both.se, both.riket_width / 2)
    found = (both.ci_upper_pct - both.ci_lower_pct) / 2
    assert found.to_numpy() == pytest.approx(expected.to_numpy())


def test_gradients_follow_the_groups(marts: duckdb.DuckDBPyConnection) -> None:
    """Slope over the rank in the population; populations are sums of weights."""
    rows = marts.execute(
        "select * from survey.gradient "
        "where item_id = 'hlv_stress' and area_id = ? and round = 2021",
        [COUNTY],
    ).df()
    assert {*zip(rows["dimension"], rows["gender"], rows["measure"], strict=True)} >= {
        (dimension, gender, measure)
        for dimension in ("education", "income")
        for gender in "TKM"
        for measure in ("sii", "rii")
    }
    for (dimension, gender), pair in rows.groupby(["dimension", "gender"]):
        others = " and ".join(f"{name} = 'all'" for name in BREAKDOWNS[1:] if name != dimension)
        groups = marts.execute(
            f"select e.share_pct, c.w from survey.estimate as e join intermediate.int_survey_share "
            "as c on c.n = e.n and 100 * c.estimate = e.share_pct where item_id = 'hlv_stress' "
            f"and area_id = '{COUNTY}' and round = 2021 and gender = ? and {others} "
            f"and {dimension} in "
            "(select category from seeds.survey_categories where dimension = ?) order by "
            "(select category_no from seeds.survey_categories as s where s.dimension = ? "
            f"and s.category = e.{dimension})",
            [gender, dimension, dimension],
        ).df()
        share, weight = groups["share_pct"].to_numpy() / 100, groups["w"].to_numpy()
        weight = weight / weight.sum()
        rank = np.cumsum(weight) - weight / 2
        slope, level = np.polyfit(rank, share, 1, w=np.sqrt(weight))
        found = pair.set_index("measure")["estimate"]
        assert found["sii"] == pytest.approx(100 * slope, rel=1e-7), (dimension, gender)
        assert found["rii"] == pytest.approx((level + slope) / level, rel=1e-7)


@pytest.mark.parametrize("survey", ["hs", "gy"])
def test_lupp_is_a_survey_of_everybody_in_its_municipalities(
    surveys: Surveys, marts: duckdb.DuckDBPyConnection, survey: str
) -> None:
    year = 2024
    frame = _lupp(surveys, year, survey)
    sizes = yaml.safe_load((surveys.files("lupp") / "rounds.yml").read_text(encoding="utf-8"))
    invited = {
        one["municipality"]: one["invited"]
        for one in sizes["rounds"]
        if (one["round"], one["survey"]) == (year, survey)
    }
    frame = frame.assign(
        weight=1.0, stratum=frame["area_id"], population=frame["area_id"].map(invited)
    )
    rows = marts.execute(
        "select * from survey.estimate where item_id = 'lupp_self_rated_health' and round = ? "
        "and survey = ? and basis = 'home' and grade = 'all' and birth_country = 'all' "
        "and gender in ('T', 'K', 'M', 'A')",
        [year, survey],
    ).df()
    assert set(rows["area_id"]) == {COUNTY, *invited} and set(rows["gender"]) == set("TKMA")
    answered = survey_of(frame, frame["y"])
    for row in rows.itertuples():
        here = ~np.isnan(answered.y)
        here &= (row.area_id == COUNTY) | (frame["area_id"] == row.area_id).to_numpy()
        here &= (row.gender == "T") | (frame["gender"] == row.gender).to_numpy()
        p, se = answered.share(here), answered.variance(answered.linearised(here)) ** 0.5
        assert (row.n, row.share_pct) == pytest.approx((here.sum(), 100 * p), **ALMOST)
        assert row.se_pct == pytest.approx(100 * se, **ALMOST), row


def test_upper_secondary_pupils_count_where_they_live_and_where_they_learn(
    surveys: Surveys, marts: duckdb.DuckDBPyConnection
) -> None:
    frame = _lupp(surveys, 2024, "gy")
    found = marts.execute(
        "select basis, area_id, n, share_pct from survey.estimate where round = 2024 "
        "and item_id = 'lupp_self_rated_health' and survey = 'gy' and gender = 'T' "
        "and grade = 'all' and birth_country = 'all' and area_id <> ? order by all",
        [COUNTY],
    ).fetchall()
    expected = []
    for basis, column in (("home", "area_id"), ("school", "school_area_id")):
        for area, group in frame.dropna(subset="y").groupby(column):
            share = pytest.approx(100 * group["y"].mean(), **ALMOST)
            expected.append((basis, area, len(group), share))
    assert found == expected
    assert (frame["area_id"] != frame["school_area_id"]).mean() > 0.1
    years = "select distinct basis from survey.estimate where survey = 'hs'"
    assert marts.execute(years).fetchall() == [("home",)]


def _lupp(surveys: Surveys, year: int, survey: str) -> pd.DataFrame:
    [book] = source_codebooks("lupp")
    item = next(one for one in book.items if one.item == "lupp_self_rated_health")
    options = {*item.options, *(label.casefold() for label in item.options.values())}
    yes = {str(code) for code in item.positive}
    yes |= {item.options[code].casefold() for code in yes}
    [column] = item.columns(year)
    return reckoning.lupp(surveys.files("lupp"), year, survey, column, (options, yes))
