"""A talk that may come in, and what a pupil of each grade is like.

What belongs here: the columns that the door makes, and the ages of grades. What does not: the
door itself.
"""

from dataclasses import dataclass, fields

# The age in the year in which a grade begins, and how many years before and after are usual.
AGES = {
    "F": (6, 1, 1),
    "2": (8, 1, 2),
    "4": (10, 1, 2),
    "7": (13, 1, 2),
    "8": (14, 1, 2),
    "GY1": (16, 1, 4),
}


@dataclass(frozen=True)
class Talk:
    """What the door makes of a row, as cells for the codebook; None is blank."""

    round: str
    pseudonym: str
    talk_id: str
    visit_month: str
    consent_by: str | None
    birth_year: str | None = None
    birth_month: str | None = None
    age: str | None = None
    age_months: str | None = None
    school_unit: str | None = None
    height_cm: str | None = None
    weight_kg: str | None = None
    weight_class: str | None = None


MADE = [f"#{one.name}" for one in fields(Talk)]


def fits(grade: str, turns: int) -> bool:
    """Whether a pupil who turns so old in the year in which a grade begins is likely in it."""
    usual, before, after = AGES[grade]
    return usual - before <= turns <= usual + after
