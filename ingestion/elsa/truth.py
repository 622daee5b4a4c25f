"""Generated pupils whose answers are known beforehand: who is in a grade, and each one's chances.

What belongs here: pupils followed over their grades, and what their talks are drawn from. What
does not: the logistic truth that all generated surveys share (`ingestion/survey_truth.py`), files
(`generate`).

Between two grades some move to another municipality of the region; some are a year behind from
grade 4 on; some are not seen, in the last municipality many of the oldest.
"""

import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ingestion.areas import municipalities
from ingestion.survey_truth import Floats, chance, effects

ROUNDS = tuple(range(2018, 2025))
AGE_IN_GRADE = {"F": 6, "4": 10, "7": 13, "GY1": 16}
PUPILS_A_YEAR = 450
MOVING = 0.04
BEHIND = 0.02
NOT_SEEN = {"F": 0.03, "4": 0.04, "7": 0.06, "GY1": 0.12}
NOT_SEEN_LAST = 0.5
# Whom a child lives with, as the marts call it, and how many of them.
FAMILIES = {"both": 0.66, "alternating": 0.15, "one": 0.16, "other": 0.03}
# Items whose positive share is ill-health; of all others it is good.
ILL = (
    *("sight", "hearing", "allergy", "ache", "tired", "back_neck", "dizzy", "irritable", "angry"),
    *("worried", "sad"),
)


@dataclass(frozen=True)
class Pupils:
    """The pupils of a grade in a school year; one entry each.

    Args:
        birth_year: Of the child.
        day: Of the year of birth, from 0.
        serial: The three digits of a number that follow the birth date.
        girl, abroad: Girl; born abroad.
        place: Of the municipality, in the order of their ids.
        family: Whom the child lives with, in the order of `FAMILIES`; the same in all grades.
        size: How tall, in standard deviations.
        is_protected: Protected identity.
        is_there: Whether a talk was held.
    """

    birth_year: NDArray[np.int64]
    day: NDArray[np.int64]
    serial: NDArray[np.int64]
    girl: NDArray[np.bool_]
    abroad: NDArray[np.bool_]
    place: NDArray[np.int64]
    family: NDArray[np.int64]
    size: Floats
    is_protected: NDArray[np.bool_]
    is_there: NDArray[np.bool_]


def pupils(region: str, year: int, grade: str, seed: int = 2026) -> Pupils:
    """Those in a grade in the school year that begins in `year`.

    Args:
        region: Two digits.
        year: When the school year begins.
        grade: F, 4, 7 or GY1.
        seed: Of the generated world.
    """
    usual = year - AGE_IN_GRADE[grade]
    in_time, behind = (_born(region, usual - years, grade, seed) for years in (0, 1))
    kept = [~in_time["behind"], behind["behind"]]
    parts = zip((in_time, behind), kept, strict=True)
    rows = [{name: column[here] for name, column in one.items()} for one, here in parts]
    joined = {name: np.concatenate([one[name] for one in rows]) for name in in_time}
    joined.pop("behind")
    return Pupils(**joined)


def chances(item: str, region: str, year: int, who: Pupils, seed: int = 2026) -> Floats:
    """Each pupil's chance of an item's positive answer.

    Args:
        item: Its key.
        region: Two digits.
        year: When the school year begins.
        who: The pupils of a grade.
        seed: Of the generated world.
    """
    none = np.zeros(who.place.size, dtype=np.int64)
    return chance(
        effects(item, region, -1 if item.endswith(ILL) else 1, seed),
        year - ROUNDS[0],
        who.place,
        who.girl,
        none.astype(bool),
        none,
        who.abroad,
        who.family,
    )


def says_yes(
    item: str, region: str, year: int, grade: str, who: Pupils, seed: int = 2026
) -> NDArray[np.bool_]:
    """What each pupil of a grade answers, or would answer: the positive share or not.

    Args:
        item: Its key.
        region: Two digits.
        year: When the school year begins.
        grade: Theirs.
        who: The pupils of the grade.
        seed: Of the generated world.
    """
    at = list(AGE_IN_GRADE).index(grade)
    random = np.random.default_rng([seed, int(region), year, at, zlib.crc32(item.encode())])
    return random.random(who.place.size) < chances(item, region, year, who, seed)


def _born(region: str, birth_year: int, grade: str, seed: int) -> dict[str, np.ndarray]:
    """Everybody born in a year, as they are in a grade."""
    n, areas = PUPILS_A_YEAR, len(municipalities(region))
    # Who a pupil is depends on the year of birth alone, so that grades can be joined.
    who = np.random.default_rng([seed, int(region), birth_year])
    day = who.permutation(365)[np.arange(n) % 365]
    serial = 980 + np.arange(n) // 365 * 10 + who.integers(0, 5, n) * 2
    girl, abroad = who.random(n) < 0.49, who.random(n) < 0.13
    place = who.integers(0, areas, n)
    protected, size = who.random(n) < 0.01, who.normal(0, 1, n)
    behind = who.random(n) < BEHIND
    homes = np.random.default_rng([seed, int(region), birth_year, zlib.crc32(b"family")])
    for _ in range(list(AGE_IN_GRADE).index(grade)):
        moving = who.random(n) < MOVING
        place = np.where(moving, who.integers(0, areas, n), place)
    missing = np.where((place == areas - 1) & (grade == "GY1"), NOT_SEEN_LAST, NOT_SEEN[grade])
    seen = np.random.default_rng([seed, int(region), birth_year, AGE_IN_GRADE[grade]])
    return {
        "birth_year": np.full(n, birth_year),
        "day": day,
        # The last digit but one of a number is even for girls.
        "serial": serial + ~girl,
        "girl": girl,
        "abroad": abroad,
        "place": place,
        "family": homes.choice(len(FAMILIES), n, p=list(FAMILIES.values())),
        "size": size,
        "is_protected": protected,
        "is_there": seen.random(n) >= missing,
        "behind": behind & (grade != "F"),
    }
