"""The units of the demonstration snapshot: a handful of schools in each municipality.

What belongs here: which schools there are, and their values. What does not: values of areas
(`demo.py`). A school has its municipality's known truth, and the noise that follows from the
number of its pupils by the same rule as for areas.
"""

import zlib
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ingestion.kolada.replay.demo_areas import Counts, DemoAreas
from ingestion.kolada.replay.demo_truth import Truth
from ingestion.kolada.replay.demo_values import as_table, drawn, expected_values, with_totals

# KPIs of the register that Kolada has for compulsory schools.
UNIT_KPIS = ("N15601", "N15602", "N15613", "N15813")
FIRST_YEAR = 2015
FEWEST, MOST = 2, 5
PUPILS = (80, 700)


@dataclass(frozen=True)
class DemoUnits:
    """All schools; arrays follow `ids`.

    Args:
        ids: Unit ids, made as Kolada makes them.
        names: Names.
        municipality: Index into the areas' municipalities.
        pupils: Girls and boys, unit x K, M.
    """

    ids: tuple[str, ...]
    names: tuple[str, ...]
    municipality: NDArray[np.intp]
    pupils: Counts

    def entries(self, areas: DemoAreas) -> list[dict[str, object]]:
        """The schools as Kolada lists units."""
        return [
            {"id": unit, "title": name, "municipality": areas.ids[index]}
            for unit, name, index in zip(self.ids, self.names, self.municipality, strict=True)
        ]


def demo_units(areas: DemoAreas, seed: int) -> DemoUnits:
    """Generate the schools.

    Args:
        areas: The municipalities.
        seed: The same seed gives the same schools.
    """
    random = np.random.default_rng([seed, 2])
    number = random.integers(FEWEST, MOST, len(areas.ids), endpoint=True)
    places = [
        (area, count + 1)
        for area, total in zip(areas.ids, number.tolist(), strict=True)
        for count in range(total)
    ]
    pupils = random.integers(*PUPILS, len(places), endpoint=True)
    girls = np.rint(pupils * random.normal(0.49, 0.02, len(places))).astype(np.int64)
    return DemoUnits(
        tuple(f"V15E{area}{count:03}01" for area, count in places),
        tuple(f"Demoskolan {count}, {areas.names[area]}" for area, count in places),
        np.arange(len(areas.ids)).repeat(number),
        np.stack([girls, pupils - girls], axis=1),
    )


def unit_values(truth: Truth, units: DemoUnits, areas: DemoAreas, seed: int) -> pa.Table:
    """All rows of one KPI, by unit, period and gender.

    Args:
        truth: How the values are made.
        units: The schools.
        areas: Their municipalities.
        seed: Decides the noise.
    """
    random = np.random.default_rng([seed, 3, zlib.crc32(truth.indicator_id.encode())])
    years = [year for year in truth.years if year >= FIRST_YEAR]
    expected = expected_values(truth, areas)[units.municipality, -len(years) :]
    people = np.repeat(units.pupils[:, None, :], len(years), axis=1)
    values = drawn(truth, expected, people, random)
    return as_table(truth, "ou", units.ids, years, with_totals(values * people, people))
