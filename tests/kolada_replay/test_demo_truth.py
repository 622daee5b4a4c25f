"""The demonstration's values are consistent, and its stated truth is found again."""

import duckdb
import numpy as np
import pytest

from ingestion.kolada.replay.demo_areas import YEARS
from ingestion.kolada.replay.demo_truth import MIDDLE_YEAR, TABLE, demo_truth

DRAWN = ["N00906", "N00923", "N00925", "N01481", "N03926", "U01402", "U01405", "N99999"]


@pytest.mark.parametrize("kpi", DRAWN)
def test_regression_recovers_the_truth(con: duckdb.DuckDBPyConnection, kpi: str) -> None:
    truth = demo_truth(kpi)
    rows = con.execute(
        """select v.value, position, period, p.value as people
        from v join place using (municipality)
        join (from v where kpi = 'N01951' and gender = 'T') p using (municipality, period)
        where v.kpi = ? and v.gender = 'T' and v.value is not null""",
        [kpi],
    ).fetchnumpy()
    value, position, period, people = (np.asarray(column, float) for column in rows.values())
    design = np.column_stack([np.ones_like(value), position - 0.5, period - MIDDLE_YEAR])
    root = np.sqrt(people / 10_000)
    found = np.linalg.lstsq(design * root[:, None], value * root, rcond=None)[0]
    residual = (value - design @ found) * root
    error = 5 * truth.sd_at_10_000 / np.sqrt(len(value))
    assert found[0] == pytest.approx(truth.level, abs=error + 0.001)
    assert found[1] == pytest.approx(truth.socioeconomic_gradient, abs=5 * error + 0.001)
    assert found[2] == pytest.approx(truth.trend_per_year, abs=error / 3)
    assert residual.std() == pytest.approx(truth.sd_at_10_000, rel=0.06)
    years = {int(year) for year in np.unique(period)}
    assert years == set(truth.years)


@pytest.mark.parametrize("kpi", ["N00906", "N01982", "U01402", "U01405"])
def test_gender_gap_is_recovered(con: duckdb.DuckDBPyConnection, kpi: str) -> None:
    row = con.execute(
        """select avg(k.value - m.value), stddev(k.value - m.value) / sqrt(count(*))
        from v k join v m using (kpi, municipality, period)
        where kpi = ? and k.gender = 'K' and m.gender = 'M' and municipality > '0100'""",
        [kpi],
    ).fetchone()
    assert row
    assert row[0] == pytest.approx(demo_truth(kpi).gender_gap, abs=5 * row[1])


def test_regions_and_country_are_means_weighted_by_population(
    con: duckdb.DuckDBPyConnection,
) -> None:
    query = """
        select max(abs(mean - v.value) / abs(v.value)), count(*) from (
            select v.kpi, period, gender, {above} as municipality,
                sum(v.value * p.value) / sum(p.value) as mean
            from v join (from v where kpi = 'N01951') p using (municipality, period, gender)
            where v.kpi in ('N00906', 'N00923', 'N03926', 'N99999') and municipality > '0100'
            group by all
        ) join v using (kpi, period, gender, municipality)"""
    # N00906, N03926 and N99999 with three genders and N00923 with one, 15 years each.
    for above, areas in (("'00' || left(municipality, 2)", 21), ("'0000'", 1)):
        worst, number = con.execute(query.format(above=above)).fetchone() or (1, 0)
        assert worst < 1e-6 and number == (3 * 3 + 1) * 15 * areas


def test_population_adds_up_and_has_a_heavy_tail(con: duckdb.DuckDBPyConnection) -> None:
    rows = con.execute(
        "select municipality, period, gender, value from v where kpi = 'N01951'"
    ).fetchall()
    people = {(area, period, gender): value for area, period, gender, value in rows}
    municipalities = [a for a, year, gender in people if year == 2024 and gender == "T"]
    for year in YEARS:
        total = 0.0
        for area in municipalities:
            both = people[area, year, "K"] + people[area, year, "M"]
            assert people[area, year, "T"] == both and both == int(both)
            total += both if area > "0100" else 0
        assert people["0000", year, "T"] == total
        assert people["0020", year, "T"] == sum(
            people[a, year, "T"] for a in municipalities if a[:2] == "20"
        )
    sizes = sorted(people[a, 2024, "T"] for a in municipalities if a > "0100")
    assert 10_000 < sizes[145] < 25_000 and sizes[-1] > 900_000 and sizes[0] > 1_500


def test_shares_stay_within_bounds_and_codes_are_codes(con: duckdb.DuckDBPyConnection) -> None:
    shares = [kpi for kpi in DRAWN if demo_truth(kpi).kind == "share"]
    bounds = con.execute(f"select min(value), max(value) from v where kpi in {shares}").fetchone()
    assert bounds and bounds[0] >= 0 and bounds[1] <= 100
    codes = con.execute("select distinct value from v where kpi = 'U30446'").fetchall()
    assert sorted(codes) == [(0.0,), (1.0,), (2.0,)]


def test_nulls_are_in_surveys_of_small_municipalities(con: duckdb.DuckDBPyConnection) -> None:
    rows = con.execute(
        """select v.kpi[1:1] = 'U' and v.kpi not in ('U30446', 'U01901'), p.value < 15000,
            avg((v.value is null)::int)
        from v join (from v where kpi = 'N01951' and gender = 'T') p using (municipality, period)
        group by 1, 2"""
    ).fetchall()
    shares = {(survey, small): share for survey, small, share in rows}
    assert shares[True, True] == pytest.approx(0.10, abs=0.015)
    assert shares[True, False] == shares[False, True] == shares[False, False] == 0


def test_some_kpis_have_totals_only_and_some_every_second_year(
    con: duckdb.DuckDBPyConnection,
) -> None:
    rows = con.execute(
        "select kpi, string_agg(distinct gender, '' order by gender), count(distinct period), "
        "count(distinct municipality) from v group by 1"
    ).fetchall()
    shape = {kpi: rest for kpi, *rest in rows}
    assert shape["N00923"] == shape["N00925"] == ["T", 15, 312]
    assert shape["U01402"] == ["KMT", 8, 312]
    assert shape["U30446"] == ["T", 15, 290]


def test_a_share_with_a_denominator_is_a_binomial_draw(con: duckdb.DuckDBPyConnection) -> None:
    truth = demo_truth("N01982")
    rows = con.execute(
        """select v.value / 100 as share, n, position, period, gender = 'K' as is_woman
        from v join place using (municipality)
        join (
            select municipality, period, gender, sum(value) as n from v
            where kpi in ('N01978', 'N01979', 'N01980', 'N01981') group by all
        ) using (municipality, period, gender)
        where kpi = 'N01982' and gender <> 'T'"""
    ).fetchnumpy()
    share, n, position, period, is_woman = (np.asarray(c, float) for c in rows.values())
    assert np.abs(share * n - np.rint(share * n)).max() < 0.01 * n.max() / 10_000
    chance = (
        truth.level
        + truth.socioeconomic_gradient * (position - 0.5)
        + truth.trend_per_year * (period - MIDDLE_YEAR)
        + truth.gender_gap * (is_woman - 0.5)
    ) / 100
    score = (share - chance) / np.sqrt(chance * (1 - chance) / n)
    assert len(score) == 290 * 15 * 2
    assert score.mean() == pytest.approx(0, abs=5 / np.sqrt(len(score)))
    assert score.std() == pytest.approx(1, abs=0.04)


def test_every_row_of_the_truth_leaves_room_for_its_noise() -> None:
    kpis = [line.split(",")[0] for line in TABLE.read_text(encoding="utf-8").splitlines()[1:]]
    assert len(kpis) == 66 + 9
    for truth in map(demo_truth, kpis):
        if truth.kind in ("share", "number"):
            spread = (
                abs(truth.socioeconomic_gradient) / 2
                + abs(truth.gender_gap) / 2
                + 12 * abs(truth.trend_per_year)
            )
            room = truth.level - spread
            if truth.kind == "share":
                room = min(room, 100 - truth.level - spread)
            # Else values would be cut at the bounds, and the truth would not hold. 3 standard
            # deviations of one gender in the smallest municipality, which has 2 000 people.
            assert room > 3 * truth.sd_at_10_000 * np.sqrt(10_000 / 1_000), truth
