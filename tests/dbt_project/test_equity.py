"""Verdicts, inequality and trends of recorded values, computed here another way than in SQL."""

import math
from itertools import pairwise
from pathlib import Path
from statistics import NormalDist

import duckdb
import numpy as np
import pytest

from tests.dbt_project.raw_file import similar_groups

YEAR = 2021
Z = NormalDist().inv_cdf(0.975)


def _counts(shared: Path, year: int) -> dict[str, tuple[int, int]]:
    """N00973 of an area as persons with and persons in all."""
    rows = duckdb.execute(
        "select s.municipality, round(s.value / 100 * d.value), d.value "
        "from read_parquet($file) s join read_parquet($file) d using (municipality, period, gender)"
        " where s.kpi = 'N00973' and d.kpi = 'N00964' and period = $year and gender = 'T'"
        " and s.value is not null and d.value is not null",
        {"file": str(shared / "data/kolada/values.parquet"), "year": year},
    ).fetchall()
    return {area: (int(x), int(n)) for area, x, n in rows}


def _row(marts: duckdb.DuckDBPyConnection, sql: str, *values: object) -> dict[str, object]:
    found = marts.execute(sql, values)
    names = [column[0] for column in found.description]
    (row,) = found.fetchall()
    return dict(zip(names, row, strict=True))


def _gap(marts: duckdb.DuckDBPyConnection, area: str, benchmark: str) -> dict[str, object]:
    return _row(
        marts,
        "from equity.area_gap where indicator_id = 'N00973' and area_id = ? and year_end = ? "
        "and gender = 'T' and benchmark = ?",
        area,
        YEAR,
        benchmark,
    )


def _adjusted(x: int, n: int, k: int) -> tuple[float, float]:
    """Share and variance after 2/k persons were added on each side."""
    share, size = (x + 2 / k) / (n + 4 / k), n + 4 / k
    return share, share * (1 - share) / size


def test_riket_is_tested_with_its_covariance(
    marts: duckdb.DuckDBPyConnection, shared: Path
) -> None:
    """The area and the rest of Riket against the formula with both errors and a covariance."""
    counts = _counts(shared, YEAR)
    (x, n), (all_x, all_n) = counts["2080"], counts["0000"]
    area, area_variance = _adjusted(x, n, 2)
    rest, rest_variance = _adjusted(all_x - x, all_n - n, 2)
    weight = n / all_n
    riket = weight * area + (1 - weight) * rest
    riket_variance = weight**2 * area_variance + (1 - weight) ** 2 * rest_variance
    covariance = weight * area_variance
    se = math.sqrt(area_variance + riket_variance - 2 * covariance)
    gap = _gap(marts, "2080", "riket")
    assert gap["ci_lower"] == pytest.approx(100 * (area - riket - Z * se), rel=1e-9)
    assert gap["ci_upper"] == pytest.approx(100 * (area - riket + Z * se), rel=1e-9)
    p_value = 2 * NormalDist().cdf(-abs(area - riket) / se)
    assert gap["p_value"] == pytest.approx(p_value, rel=1e-9)
    assert gap["verdict"] == "worse" and gap["verdict_998"] == "worse"


def test_similar_areas_are_tested_with_their_own_errors(
    marts: duckdb.DuckDBPyConnection, shared: Path
) -> None:
    counts = _counts(shared, YEAR)
    peers = similar_groups(shared, "Liknande kommuner socioekonomi")["Falun"]
    sizes = [counts[peer] for peer in peers if peer in counts]
    area, variance = _adjusted(*counts["2080"], len(sizes) + 1)
    others = [_adjusted(*size, len(sizes) + 1) for size in sizes]
    difference = area - sum(share for share, _ in others) / len(others)
    se = math.sqrt(variance + sum(v for _, v in others) / len(others) ** 2)
    gap = _gap(marts, "2080", "similar")
    assert gap["benchmark_n_areas"] == len(sizes)
    assert gap["ci_upper"] == pytest.approx(100 * (difference + Z * se), rel=1e-9)


def test_q_values_are_those_of_a_county_and_year(marts: duckdb.DuckDBPyConnection) -> None:
    rows = marts.execute(
        "select p_value, q_value from equity.area_gap join core.dim_area using (area_id) "
        "where county_id = '0020' and area_type = 'municipality' and year_end = ? "
        "and gender = 'T' and benchmark = 'riket' and p_value is not null order by p_value",
        [YEAR],
    ).fetchall()
    assert len(rows) > 20, "several indicators, one family"
    smallest = 1.0
    for place in range(len(rows), 0, -1):
        p_value, q_value = rows[place - 1]
        smallest = min(smallest, p_value * len(rows) / place)
        assert q_value == pytest.approx(smallest, rel=1e-12)


def test_no_verdict_contradicts_its_interval(marts: duckdb.DuckDBPyConnection) -> None:
    rows = marts.execute(
        "select verdict in ('similar'), ci_lower <= 0 and ci_upper >= 0, count(*) "
        "from equity.area_gap where verdict <> 'not testable' group by all"
    ).fetchall()
    assert all(similar == covers for similar, covers, _ in rows)
    assert sum(number for *_, number in rows) > 20_000
    missing = marts.execute(
        "select count(*) from equity.area_gap where (verdict = 'not testable') "
        "<> (verdict_reason is not null) or (ci_lower is null) <> (verdict_reason is not null)"
    ).fetchone()
    assert missing == (0,)


def test_surveys_and_means_are_not_testable(marts: duckdb.DuckDBPyConnection) -> None:
    reasons = marts.execute(
        "select distinct indicator_id, verdict_reason from equity.area_gap "
        "where indicator_id in ('U01405', 'N00925', 'N17461') and benchmark_value is not null"
    ).fetchall()
    assert dict(reasons) == {
        "U01405": "survey: Kolada does not give the number of answers",
        "N00925": "mean over several years",
        "N17461": "Kolada does not give the size of the population",
    }


def _municipalities(marts: duckdb.DuckDBPyConnection, kpi: str, year: int) -> dict[str, np.ndarray]:
    return marts.execute(
        "select v.area_id, v.value, p.value as people from core.fct_value v "
        "join core.fct_value p using (area_id, year_end, gender) "
        "where v.indicator_id = ? and p.indicator_id = 'N01951' and gender = 'T' "
        "and year_end = ? and v.value is not null and area_id > '0100' order by area_id",
        [kpi, year],
    ).fetchnumpy()


def _measure(
    marts: duckdb.DuckDBPyConnection, kpi: str, year: int, dimension: str, measure: str
) -> dict[str, object]:
    return _row(
        marts,
        "from equity.inequality where indicator_id = ? and year_end = ? and gender = 'T' "
        "and scope = '0000' and dimension = ? and measure = ?",
        kpi,
        year,
        dimension,
        measure,
    )


def test_slope_index_is_weighted_least_squares_on_rank(marts: duckdb.DuckDBPyConnection) -> None:
    rows = _municipalities(marts, "N17461", YEAR)
    education = _municipalities(marts, "N01982", YEAR)
    placed = dict(zip(education["area_id"], education["value"], strict=True))
    place = np.array([placed[area] for area in rows["area_id"]])
    people, value = rows["people"], rows["value"]
    below = np.array([people[place < p].sum() for p in place])
    same = np.array([people[place == p].sum() for p in place])
    rank = (below + same / 2) / people.sum()
    root = np.sqrt(people)
    design = np.column_stack([np.ones_like(rank), rank]) * root[:, None]
    slope = np.linalg.lstsq(design, value * root, rcond=None)[0][1]
    found = _measure(marts, "N17461", YEAR, "municipality_by_education", "sii")
    assert found["estimate"] == pytest.approx(slope, rel=1e-9)
    assert found["n_groups"] == len(value)
    assert found["gap_size"] == pytest.approx(slope, rel=1e-9), "more is better"
    assert found["reason"] == "Kolada does not give the size of the population"


def test_variance_between_municipalities(marts: duckdb.DuckDBPyConnection) -> None:
    rows = _municipalities(marts, "U01405", 2022)
    weight = rows["people"] / rows["people"].sum()
    mean = (weight * rows["value"]).sum()
    found = _measure(marts, "U01405", 2022, "municipality", "bgv")
    assert found["estimate"] == pytest.approx((weight * (rows["value"] - mean) ** 2).sum())
    assert found["ci_lower"] is None and found["ci_method"] == "none"


def test_every_null_of_inequality_has_a_reason(marts: duckdb.DuckDBPyConnection) -> None:
    silent = marts.execute(
        "select count(*) from equity.inequality "
        "where (estimate is null or ci_lower is null) and reason is null"
    ).fetchone()
    assert silent == (0,)
    scopes = marts.execute(
        "select dimension, count(distinct scope) from equity.inequality group by 1"
    ).fetchall()
    assert dict(scopes) == {
        "municipality": 22,
        "county": 1,
        "gender": 22,
        "municipality_by_education": 2,
        "municipality_by_income": 2,
        "municipality_by_child_poverty": 2,
    }


def test_trend_is_the_cochran_armitage_test_widened(
    marts: duckdb.DuckDBPyConnection, shared: Path
) -> None:
    t = np.arange(1, 6)
    points = [_counts(shared, year)["2080"] for year in range(2018, 2023)]
    x, n = np.array(points, float).T
    pooled = x.sum() / n.sum()
    weight = n / (pooled * (1 - pooled))
    centre = (weight * t).sum() / weight.sum()
    spread = (weight * (t - centre) ** 2).sum()
    slope = (weight * (t - centre) * x / n).sum() / spread
    level = (weight * x / n).sum() / weight.sum()
    residual = (weight * (x / n - level - slope * (t - centre)) ** 2).sum()
    widened = max(residual / 3, 1)
    row = _row(
        marts,
        "from equity.trend where indicator_id = 'N00973' and area_id = '2080' and gender = 'T' "
        "and subject = 'level'",
    )
    assert (row["year_first"], row["year_last"], row["n_points"]) == (2018, 2022, 5)
    assert row["slope"] == pytest.approx(100 * slope, rel=1e-9)
    assert row["overdispersion"] == pytest.approx(widened, rel=1e-9)
    assert row["statistic"] == pytest.approx(slope**2 * spread / widened, rel=1e-9)
    assert row["verdict"] == "worsening"


def test_an_election_every_fourth_year_is_four_points_short(
    marts: duckdb.DuckDBPyConnection,
) -> None:
    ages = marts.execute(
        "select year_end from intermediate.int_trend_point p "
        "join intermediate.int_indicator using (indicator_no) "
        "where indicator_id = 'N05401' and area_no = 2080 and gender_no = 0 order by 1 desc"
    ).fetchall()
    years = [year for (year,) in ages]
    assert len(years) >= 2 and {a - b for a, b in pairwise(years)} == {4}


def test_shrunken_values_lie_between_the_value_and_the_mean(
    marts: duckdb.DuckDBPyConnection,
) -> None:
    rows = marts.execute(
        "select value, value_ci_upper - value_ci_lower as width, shrunken_value from "
        "equity.area_gap where indicator_id = 'N00973' and year_end = ? and gender = 'T' "
        "and benchmark = 'riket' and shrunken_value is not null",
        [YEAR],
    ).fetchnumpy()
    moved = np.abs(rows["value"] - rows["shrunken_value"])
    assert len(moved) > 200
    assert rows["shrunken_value"].std() < 0.8 * rows["value"].std()
    relative = moved / np.abs(rows["value"] - np.median(rows["shrunken_value"])).clip(1)
    assert np.corrcoef(relative, rows["width"])[0, 1] > 0.3, "the fewer persons, the more"


def test_overview_adds_up(marts: duckdb.DuckDBPyConnection) -> None:
    wrong = marts.execute(
        "select count(*) from equity.overview "
        "where n_better + n_worse + n_similar + n_not_testable <> n_indicators "
        "or n_better + n_worse > n_differ_at_95"
    ).fetchone()
    assert wrong == (0,)
    falun = marts.execute(
        "select sum(n_indicators), sum(n_not_testable), sum(n_widening) from equity.overview "
        "where area_id = '2080' and programme = 'Strategi för hälsa' and benchmark = 'similar'"
    ).fetchone()
    # Of 17, one has no recorded values.
    assert falun == (16, 15, 1)


def test_targets_stand_empty_until_one_is_decided(marts: duckdb.DuckDBPyConnection) -> None:
    rows = marts.execute(
        "select count(distinct indicator_id), count(target_value), min(reason), max(reason) "
        "from equity.target"
    ).fetchone()
    assert rows == (16, 0, "no target is set", "no target is set")
