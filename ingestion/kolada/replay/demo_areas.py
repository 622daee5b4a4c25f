"""The areas of the demonstration snapshot: real ids and names, generated everything else.

What belongs here: population by year and gender, socioeconomic position, and who is similar
to whom. What does not: indicators (`demo.py`, `demo_truth.py`).
"""

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from ingestion.areas import area_names

COUNTRY = "0000"
YEARS = range(2010, 2025)
GROUP_SIZE = 7

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]
Number = TypeVar("Number", np.int64, np.float64)


@dataclass(frozen=True)
class DemoAreas:
    """All areas; arrays follow `ids` (municipalities) and `YEARS`.

    Args:
        ids: Municipality ids, ascending.
        names: Name of every area, municipalities, regions and the country.
        types: K or L of every area.
        position: Socioeconomic position of each municipality: its rank, above 0 the worst,
            below 1 the best placed.
        women: Number of women, municipality x year.
        men: Number of men, municipality x year.
        region_of: Index into `regions` of each municipality.
        regions: Region ids, ascending.
    """

    ids: tuple[str, ...]
    names: dict[str, str]
    types: dict[str, str]
    position: Floats
    women: Counts
    men: Counts
    region_of: NDArray[np.intp]
    regions: tuple[str, ...]

    @property
    def population(self) -> Counts:
        """Inhabitants, municipality x year."""
        return self.women + self.men

    @property
    def all_ids(self) -> tuple[str, ...]:
        """The country, the regions and the municipalities, in the order of `with_sums`."""
        return (COUNTRY, *self.regions, *self.ids)

    def with_sums(self, values: NDArray[Number]) -> NDArray[Number]:
        """Rows of municipalities, with their sums for the country and the regions above."""
        sums = np.zeros((len(self.regions), *values.shape[1:]), values.dtype)
        np.add.at(sums, self.region_of, values)
        return np.concatenate([values.sum(axis=0, keepdims=True), sums, values])

    def positions(self) -> dict[str, float]:
        """Socioeconomic position of each municipality by id."""
        return dict(zip(self.ids, self.position.tolist(), strict=True))


def demo_areas(seed: int = 2026) -> DemoAreas:
    """Generate the areas.

    Args:
        seed: The same seed gives the same areas.
    """
    names = area_names()
    types = {one: "L" if one.startswith("00") else "K" for one in names}
    ids = tuple(sorted(i for i, kind in types.items() if kind == "K"))
    regions = tuple(sorted(i for i, kind in types.items() if kind == "L" and i != COUNTRY))
    region_of = np.array([regions.index(f"00{i[:2]}") for i in ids])
    random = np.random.default_rng([seed, 0])
    size = _sizes(random, len(ids))
    women, men = _population(random, size)
    # Larger municipalities and those of the same region tend to be placed alike.
    latent = (
        0.4 * np.log(size / np.median(size))
        + 0.5 * random.standard_normal(len(regions))[region_of]
        + random.standard_normal(len(ids))
    )
    position = (latent.argsort().argsort() + 0.5) / len(ids)
    return DemoAreas(ids, names, types, position, women, men, region_of, regions)


def _sizes(random: np.random.Generator, number: int) -> Floats:
    """Heavy-tailed sizes around the real median of 16 000, from 2 400 to about a million."""
    size = 16_000 * np.exp(0.9 * random.standard_normal(number))
    large = random.choice(number, 3, replace=False)
    size[large] = [980_000.0, 590_000.0, 360_000.0]
    return np.maximum(size, 2_400.0)


def _population(random: np.random.Generator, size: Floats) -> tuple[Counts, Counts]:
    growth = random.normal(0.004, 0.006, len(size))[:, None]
    total = size[:, None] * np.exp(growth * (np.array(YEARS) - YEARS[-1])[None, :])
    share = random.normal(0.497, 0.006, len(size))[:, None]
    return np.rint(total * share).astype(np.int64), np.rint(total * (1 - share)).astype(np.int64)


def similar_groups(areas: DemoAreas) -> list[dict[str, object]]:
    """Groups of the seven areas nearest in position and population, as Kolada lists groups.

    Args:
        areas: The generated areas.
    """
    size = areas.population[:, -1].astype(float)
    weights = np.bincount(areas.region_of, size).astype(np.float64)
    mean_position = np.bincount(areas.region_of, size * areas.position) / weights
    municipalities = _nearest(
        areas, areas.ids, areas.position, size, ("G90", "Liknande kommuner socioekonomi")
    )
    regions = _nearest(
        areas, areas.regions, mean_position, weights, ("G91", "Liknande regioner socioekonomi")
    )
    return municipalities + regions


def _nearest(
    areas: DemoAreas, ids: tuple[str, ...], position: Floats, size: Floats, label: tuple[str, str]
) -> list[dict[str, object]]:
    # One unit of log population weighs as much as a fifth of the ranks.
    distance = np.hypot(
        5 * (position[:, None] - position[None, :]), np.log(size[:, None] / size[None, :])
    )
    np.fill_diagonal(distance, np.inf)
    nearest = distance.argsort(axis=1, kind="stable")[:, :GROUP_SIZE]
    return [
        {
            "id": f"{label[0]}{ids[row]}",
            "title": f"{label[1]}, {areas.names[ids[row]]}, {YEARS[-1]}",
            "members": [
                {"member_id": ids[i], "member_title": areas.names[ids[i]]}
                for i in sorted(nearest[row])
            ],
        }
        for row in range(len(ids))
    ]
