"""A population whose answers are known: what generated surveys are drawn from.

What belongs here: municipalities with their people, the chance of each answer, and shares that
follow from it, so that estimates can be held against the truth. What does not: samples and
files (`hlv/generate.py`, `lupp/generate.py`).

Nobody in it exists. Chances are logistic: an item's level, more or less by gender, by
education, by country of birth, by family and by municipality, and a trend.
"""

import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ingestion.areas import municipalities

Floats = NDArray[np.float64]
# Both parents, alternating, one parent, other: the least and the most that is added.
FAMILY = ([0.0, 0.0, 0.2, 0.3], [0.0, 0.3, 0.6, 0.9])


@dataclass(frozen=True)
class Effects:
    """How an item's logit is made up.

    Args:
        level: At the first round, for a man with secondary education born in the country.
        women: Added for women and girls.
        other_gender: Added for another gender.
        education: Added for each step of education up.
        abroad: Added for those born abroad.
        area: Added per municipality, in the order of their ids.
        trend: Added per year.
        family: Added per family, both parents first, who are what others are compared with.
    """

    level: float
    women: float
    other_gender: float
    education: float
    abroad: float
    area: Floats
    trend: float
    family: Floats


def effects(item: str, region: str, polarity: int, seed: int = 2026) -> Effects:
    """The truth of an item: the same for the same item, region and seed.

    Args:
        item: Its key.
        region: Two digits.
        polarity: 1 when the positive share is good; disadvantage makes good answers rarer.
        seed: Of the generated world.
    """
    random = np.random.default_rng([seed, int(region), zlib.crc32(item.encode())])
    worse = -1.0 if polarity > 0 else 1.0
    return Effects(
        level=float(random.uniform(0.3, 1.4)) * (1 if polarity > 0 else -1),
        women=worse * float(random.uniform(-0.1, 0.5)),
        other_gender=worse * float(random.uniform(0.4, 0.9)),
        education=-worse * float(random.uniform(0.05, 0.35)),
        abroad=worse * float(random.uniform(0.0, 0.5)),
        area=random.normal(0, 0.15, len(municipalities(region))),
        trend=worse * float(random.uniform(-0.02, 0.04)),
        family=worse * random.uniform(*FAMILY),
    )


def chance(
    effect: Effects,
    years: float,
    area: NDArray[np.int64],
    woman: NDArray[np.bool_],
    other: NDArray[np.bool_],
    education: NDArray[np.int64],
    abroad: NDArray[np.bool_],
    family: NDArray[np.int64] | int = 0,
) -> Floats:
    """Each person's chance of the positive answer.

    Args:
        effect: The item's.
        years: Since the first round.
        area: Index of the municipality.
        woman: Women and girls.
        other: Another gender.
        education: -1, 0 or 1 around secondary.
        abroad: Born abroad.
        family: Index of the family, of whom it is known.
    """
    logit = (
        effect.level
        + effect.trend * years
        + effect.women * woman
        + effect.other_gender * other
        + effect.education * education
        + effect.abroad * abroad
        + effect.area[area]
        + effect.family[family]
    )
    return 1.0 / (1.0 + np.exp(-logit))
