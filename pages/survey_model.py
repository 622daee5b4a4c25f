"""What surveys say, as plain data: shares, rounds, gradients.

What belongs here: shapes. What does not: reading them (`survey.py`) and saying them in words
(`survey_words.py`, `survey_tables.py`).

A hidden share has no number and no reason: why a cell is hidden is itself a secret.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pages.model import Gap, Item

ADULTS = "adults"
# In the order in which pages show them.
SURVEYS = ("hs", "gy", "uv", "elsa", ADULTS)
COUNTY, RIKET, PREVIOUS = BENCHMARKS = ("county", "riket", "previous_round")


@dataclass(frozen=True)
class Share:
    """Per cent who gave an answer, or that this is hidden.

    Args:
        value: Per cent; None where hidden or not known.
        interval: 95 % limits; None where there are none, for a `reason` of the marts.
        n: Answers behind it; None where hidden.
    """

    value: float | None
    interval: tuple[float, float] | None = None
    n: int | None = None
    is_hidden: bool = False
    reason: str | None = None


@dataclass(frozen=True)
class Answer:
    """An item in one area and round.

    Args:
        item: What was asked.
        shares: By gender, T, K and M; absent where the survey has no such row.
        county: The county's share in the same round; None for the county itself.
        gaps: By benchmark; None where hidden, absent where nothing is compared.
    """

    item: Item
    shares: Mapping[str, Share]
    county: Share | None
    gaps: Mapping[str, Gap | None]


@dataclass(frozen=True)
class Round:
    """The latest round of a survey that an area took part in.

    Args:
        source: hlv, lupp or elsa.
        survey: adults, hs, gy, uv or elsa.
        year: The round.
        n_answers: Persons who answered; None where hidden or unknown.
        response_pct: Those of the persons asked, or seen; None where hidden or unknown.
        is_hidden: Whether the two are hidden.
        is_low_coverage: Of elsa, whether few of the pupils were seen.
        answers: Items that were asked.
        not_asked: Items of earlier rounds, or of other areas, that were not.
        previous: The latest earlier round that anything is compared with.
    """

    source: str
    survey: str
    year: int
    n_answers: int | None
    response_pct: float | None
    is_hidden: bool
    is_low_coverage: bool
    answers: Sequence[Answer]
    not_asked: Sequence[Item]
    previous: int | None


@dataclass(frozen=True)
class Slope:
    """Difference between the ends of a social order (a row of `survey.gradient`).

    Args:
        item: What was asked.
        dimension: education or income.
        gap: Percentage points, positive where the least advantaged are worse off.
        interval: Its 95 % limits; None for a `reason`.
    """

    item: Item
    survey: str
    year: int
    dimension: str
    gap: float | None
    interval: tuple[float, float] | None
    is_hidden: bool
    reason: str | None


@dataclass(frozen=True)
class GroupShares:
    """An item's shares by the groups of a breakdown."""

    item: Item
    survey: str
    year: int
    shares: Mapping[str, Share]


@dataclass(frozen=True)
class Surveys:
    """All surveys of the areas shown; empty where a release shows no people.

    Args:
        rounds: By area id.
        slopes: Of the county.
        groups: Of the county, by breakdown: country of birth, family.
        grades: By area id: EMQ's areas by grade, where any of them is open.
        is_demonstration: Whether the answers are generated.
    """

    rounds: Mapping[str, Sequence[Round]] = field(default_factory=dict)
    slopes: Sequence[Slope] = ()
    groups: Mapping[str, Sequence[GroupShares]] = field(default_factory=dict)
    grades: Mapping[str, Sequence[GroupShares]] = field(default_factory=dict)
    is_demonstration: bool = False
