"""Drawing the demonstration's values around the known truth.

What belongs here: means, counts and codes with their noise, as rows. What does not: the
truth itself (`demo_truth.py`), and who lives where (`demo_areas.py`, `demo_units.py`).

Values of several-year means are drawn like the others, year by year.
"""

import zlib
from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from ingestion.kolada.replay.demo_areas import YEARS, Counts, DemoAreas, Floats
from ingestion.kolada.replay.demo_truth import MIDDLE_YEAR, NOISE_POPULATION, Truth

# In a survey, so many of a small municipality's values are null.
NULL_SHARE = 0.10
SMALL_POPULATION = 15_000
DECIMALS = 3


def area_values(
    truth: Truth,
    areas: DemoAreas,
    seed: int,
    *,
    is_survey: bool = False,
    denominators: Sequence[Truth] = (),
) -> pa.Table:
    """All rows of one KPI, by area, period and gender.

    Args:
        truth: How the values are made.
        areas: All areas.
        seed: Decides the noise.
        is_survey: Whether small municipalities lack some values.
        denominators: Counts that add up to a share's denominator.
    """
    # Each KPI has its own stream, so a new row in the register changes no other KPI.
    random = np.random.default_rng([seed, 1, zlib.crc32(truth.indicator_id.encode())])
    if truth.kind == "count":
        values, ids = _counts(truth, areas), areas.all_ids
    elif truth.kind == "code":
        values, ids = _codes(truth, areas, random), areas.ids
    else:
        values, ids = _means(truth, areas, random, denominators), areas.all_ids
        if is_survey:
            values[_nulls(truth, areas, random)] = np.nan
    return as_table(truth, "municipality", ids, truth.years, values)


def as_table(
    truth: Truth, place: str, ids: Sequence[str], years: Sequence[int], values: Floats
) -> pa.Table:
    """Rows of a file of values.

    Args:
        truth: Which KPI and which genders.
        place: Name of the column of places.
        ids: The places.
        years: The years.
        values: Place x year x T, K, M (or T alone).
    """
    genders = sorted(truth.genders)
    values = values[:, :, ["TKM".index(gender) for gender in genders]]
    rows = values.size
    return pa.table(
        {
            "kpi": pa.array([truth.indicator_id]).take(pa.array(np.zeros(rows, np.int32))),
            place: pa.array(ids).take(
                pa.array(np.arange(len(ids)).repeat(len(years) * len(genders)))
            ),
            "period": pa.array(np.tile(np.array(years, np.int32).repeat(len(genders)), len(ids))),
            "gender": pa.array(genders).take(
                pa.array(np.tile(np.arange(len(genders)), len(ids) * len(years)))
            ),
            "value": pa.array(values.ravel(), from_pandas=True),
        }
    )


def _counts(truth: Truth, areas: DemoAreas) -> Floats:
    """Inhabitants counted, of all areas: area x year x T, K, M."""
    people = _people(truth, areas, truth.years)
    return areas.with_sums(np.insert(people, 0, people.sum(axis=2), axis=2)).astype(float)


def _people(truth: Truth, areas: DemoAreas, years: Sequence[int]) -> Counts:
    """The part of the inhabitants that a count is of: municipality x year x K, M."""
    columns = [YEARS.index(year) for year in years]
    people = np.stack([areas.women[:, columns], areas.men[:, columns]], axis=2)
    return np.rint(people * (truth.level / 100)).astype(np.int64)


def expected_values(truth: Truth, areas: DemoAreas) -> Floats:
    """Value without noise and gender gap: municipality x year."""
    trend = truth.trend_per_year * (np.array(truth.years) - MIDDLE_YEAR)
    gradient = truth.socioeconomic_gradient * (areas.position - 0.5)
    return truth.level + gradient[:, None] + trend[None, :]


def _codes(truth: Truth, areas: DemoAreas, random: np.random.Generator) -> Floats:
    expected = expected_values(truth, areas)
    noise = truth.sd_at_10_000 * random.standard_normal(expected.shape)
    return np.clip(np.rint(expected + noise), 0, 2)[:, :, None]


def _means(
    truth: Truth, areas: DemoAreas, random: np.random.Generator, denominators: Sequence[Truth]
) -> Floats:
    """Values of all areas: area x year x T, K, M.

    Women and men are drawn, and every other value is their mean weighted by population, so
    totals lie between the genders and regions can be decomposed into their municipalities.
    """
    columns = [YEARS.index(year) for year in truth.years]
    people: Counts = np.stack([areas.women[:, columns], areas.men[:, columns]], axis=2)
    expected = expected_values(truth, areas)
    if denominators:
        people = sum((_people(part, areas, truth.years) for part in denominators), 0 * people)
        chance = np.clip((expected[:, :, None] + _half_gap(truth)) / 100, 0, 1)
        values = 100 * random.binomial(people, chance) / np.maximum(people, 1)
    else:
        values = drawn(truth, expected, people, random)
    return with_totals(areas.with_sums(values * people), areas.with_sums(people))


def _half_gap(truth: Truth) -> Floats:
    """What women and men have above the value of both: K, M."""
    return truth.gender_gap / 2 * np.array([1.0, -1.0])


def drawn(truth: Truth, expected: Floats, people: Counts, random: np.random.Generator) -> Floats:
    """Values of women and men, with noise: place x year x K, M.

    Args:
        truth: Gender gap, noise and limits.
        expected: Value without either, place x year.
        people: Number behind each value, place x year x K, M.
        random: Source of the noise.
    """
    sd = truth.sd_at_10_000 * np.sqrt(NOISE_POPULATION / people)
    values = expected[:, :, None] + _half_gap(truth)
    values += sd * random.standard_normal(values.shape)
    highest = 100.0 if truth.kind == "share" else np.inf
    return np.clip(values, 0.0, highest).round(DECIMALS)


def with_totals(weighted: Floats, people: Counts) -> Floats:
    """Values of everybody, women and men: place x year x T, K, M.

    Args:
        weighted: Values times people, place x year x K, M.
        people: Number of people, place x year x K, M.
    """
    totals = weighted.sum(axis=2, keepdims=True) / people.sum(axis=2, keepdims=True)
    return np.concatenate([totals, weighted / people], axis=2).round(2 * DECIMALS)


def _nulls(truth: Truth, areas: DemoAreas, random: np.random.Generator) -> np.ndarray:
    """Which areas and years have no value: chosen among small municipalities."""
    small = areas.population[:, [YEARS.index(y) for y in truth.years]] < SMALL_POPULATION
    chosen = small & (random.random(small.shape) < NULL_SHARE)
    above = np.zeros((len(areas.all_ids) - len(areas.ids), chosen.shape[1]), bool)
    return np.concatenate([above, chosen])
