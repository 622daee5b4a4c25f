"""Social differences in the county as its page shows them: gradients, country of birth, grades.

What belongs here: turning the county's rows into texts of a language. What does not: reading
them (`survey.py`). No mart tests these differences with a correction for their number, so the
page shows them with their intervals and claims none.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pages.model import MISSING
from pages.numbers import ABSENCE_SIGNS
from pages.strips import Strip, scale_of, strip
from pages.survey_model import GroupShares, Slope, Surveys
from pages.survey_tables import ShareText, share_text
from pages.texts import Language

_GROUPS = {
    "birth_country": ("SE", "NO", "EU", "OV", "abroad"),
    "family": ("both", "alternating", "one", "other"),
}
_GRADES = ("F", "2", "4", "7", "8", "GY1")


@dataclass(frozen=True)
class Gradient:
    """An item's gap by a social order, drawn beside no difference."""

    title: str
    gap: str
    interval: str
    strip: Strip | None
    is_hidden: bool
    reason: str


@dataclass(frozen=True)
class Gradients:
    """The gaps by one social order."""

    label: str
    rows: Sequence[Gradient]


@dataclass(frozen=True)
class Table:
    """Shares by groups: heads, and a line of figures per item."""

    label: str
    heads: Sequence[str]
    rows: Sequence[tuple[str, Sequence[ShareText]]]


def gradients(slopes: Sequence[Slope], language: Language) -> list[Gradients]:
    """By dimension: items with their gaps, the largest first, all on one scale."""
    scale = scale_of(((s.gap, s.interval) for s in slopes), 0.0)
    found: dict[str, list[Gradient]] = {}
    for slope in sorted(slopes, key=lambda s: (s.dimension, -(s.gap or 0.0), s.item.item_id)):
        if slope.item.polarity != 0:
            found.setdefault(slope.dimension, []).append(_gradient(slope, scale, language))
    return [Gradients(language(f"dimension.{name}"), rows) for name, rows in found.items()]


def _gradient(slope: Slope, scale: tuple[float, float], language: Language) -> Gradient:
    if slope.is_hidden:
        gap = language("survey.hidden_cell")
    elif slope.gap is None:
        gap = ABSENCE_SIGNS[MISSING]
    else:
        gap = language.numbers.signed(slope.gap, 1)
    interval = ""
    if slope.interval is not None:
        low, high = (language.numbers.number(limit, 1) for limit in slope.interval)
        interval = language("from_to", low=low, high=high)
    return Gradient(
        slope.item.short_title,
        gap,
        interval,
        strip(slope.gap, slope.interval, 0.0, scale),
        slope.is_hidden,
        language.reason(slope.reason),
    )


def group_tables(surveys: Surveys, language: Language) -> list[tuple[str, list[Table]]]:
    """Shares by each breakdown that has any, a table per survey."""
    found = [
        (name, _tables(surveys.groups.get(name, ()), order, name, language))
        for name, order in _GROUPS.items()
    ]
    return [(name, tables) for name, tables in found if tables]


def grade_tables(surveys: Surveys, area_id: str, language: Language) -> list[Table]:
    """The areas of EMQ by grade; none where all of them are hidden."""
    return _tables(surveys.grades.get(area_id, ()), _GRADES, "grade", language)


def _tables(
    groups: Iterable[GroupShares], order: Sequence[str], key: str, language: Language
) -> list[Table]:
    by_survey: dict[tuple[str, int], list[GroupShares]] = {}
    for group in groups:
        by_survey.setdefault((group.survey, group.year), []).append(group)
    tables = []
    for (survey, year), members in by_survey.items():
        present = [one for one in order if any(one in m.shares for m in members)]
        period = f"{year}/{year + 1}" if survey == "elsa" else str(year)
        tables.append(
            Table(
                f"{language(f'survey.name.{survey}')}, {period}",
                [language(f"{key}.{one}") for one in present],
                [
                    (
                        m.item.short_title,
                        [share_text(m.shares.get(one), language) for one in present],
                    )
                    for m in members
                ],
            )
        )
    return tables
