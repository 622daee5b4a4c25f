"""What a page is about, as plain data.

What belongs here: the shapes of areas, indicators, series and verdicts once they are read.
What does not: reading them (`published.py`) and saying them in words (`words.py`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pages.funnel import Funnel
    from pages.inequality import Inequality
    from pages.survey_model import Surveys

BENCHMARKS = ("riket", "county", "similar")
COUNTRY = "0000"

# How a figure that is not there is told apart from the others (and from 0).
MISSING, WITHHELD, NOT_APPLICABLE = "missing", "withheld", "not_applicable"


@dataclass(frozen=True)
class Area:
    """A row of `core.dim_area`."""

    area_id: str
    name: str
    area_type: str
    county_id: str | None


@dataclass(frozen=True)
class Indicator:
    """A row of `core.dim_indicator`; lists are split."""

    indicator_id: str
    title: str
    short_title: str
    unit: str | None
    value_kind: str | None
    polarity: int
    target_area: int | None
    programmes: tuple[str, ...]
    attribution: str
    status: str
    is_divided_by_gender: bool
    pair_id: str | None
    series_breaks: tuple[int, ...]
    source: str
    source_kind: str | None
    description: str | None
    next_publication: str | None


@dataclass(frozen=True)
class Item:
    """A row of `core.dim_item`: a question of a survey, by the answers that count.

    Args:
        role: outcome, risk, protective or background.
        polarity: 1 where more of these answers is better, -1 where it is worse, 0 neither.
    """

    item_id: str
    title: str
    short_title: str
    role: str
    target_area: int | None
    polarity: int


@dataclass(frozen=True)
class Cell:
    """One value, or why there is none.

    Args:
        value: In the indicator's unit.
        absence: None with a value, else `missing`, `withheld` or `not_applicable`.
        status: The source's own text on the value.
    """

    value: float | None
    absence: str | None = None
    status: str = ""


@dataclass(frozen=True)
class Point:
    """A year of a series.

    Args:
        year_start: First year that the values cover.
        year_end: Last year, the source's period.
        cells: By gender: T, K and M.
        benchmarks: Value compared with, by benchmark; absent where there is none.
        interval: 95 % limits of the total, where its population is known.
    """

    year_start: int
    year_end: int
    cells: Mapping[str, Cell]
    benchmarks: Mapping[str, float]
    interval: tuple[float, float] | None = None


@dataclass(frozen=True)
class Gap:
    """The verdict on one difference from a benchmark (a row of `equity.area_gap`)."""

    benchmark: str
    difference: float | None
    direction: str | None
    interval: tuple[float, float] | None
    verdict: str
    verdict_reason: str | None
    p_value: float | None
    q_value: float | None
    rank: int | None
    n_areas: int | None
    verdict_998: str | None = None


@dataclass(frozen=True)
class GenderGap:
    """Women against men (a row of `equity.gender_gap`)."""

    year_start: int
    year_end: int
    women: float
    men: float
    difference: float | None
    verdict: str
    verdict_reason: str | None
    q_value: float | None


@dataclass(frozen=True)
class Trend:
    """What may be changing (a row of `equity.trend`)."""

    subject: str
    year_first: int | None
    year_last: int | None
    verdict: str
    reason: str | None


@dataclass(frozen=True)
class Series:
    """An indicator in an area, over all years that the indicator was measured.

    Args:
        points: Oldest first; years without a value are there, with their absence.
        latest: The last point with a total; None when there never was one.
        gaps: Of the latest point, by benchmark.
        trends: By subject.
        gender: Of the latest year with values for both; None when there never were.
        read_at: When the last of its values to change was first read as it is.
    """

    indicator: Indicator
    area: Area
    points: Sequence[Point]
    latest: Point | None
    gaps: Mapping[str, Gap]
    trends: Mapping[str, Trend]
    gender: GenderGap | None
    read_at: datetime | None = None


@dataclass(frozen=True)
class About:
    """What a release says of itself, from its manifest.

    Args:
        release_id: Its name.
        created: When it was made, `2026-03-01T12:00:00Z`.
        diff: Rows added, gone and changed per table against the last release; empty for the
            first one.
    """

    release_id: str
    created: str
    diff: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class Published:
    """All that the site shows.

    Args:
        municipalities: Those of the focus region, in Swedish alphabetical order.
        county: The focus region; None when the file has none.
        indicators: By id, in the order of target area and title.
        series: By indicator and area id.
        overview: Rows of `equity.overview` of the municipalities and the region.
        inequality: Between the municipalities, by indicator id.
        funnels: Municipalities by size around Riket, by indicator id.
        surveys: What surveys say; empty where the release shows no people.
    """

    about: About
    is_demonstration: bool
    municipalities: Sequence[Area]
    county: Area | None
    indicators: Mapping[str, Indicator]
    series: Mapping[tuple[str, str], Series]
    overview: Sequence[Mapping[str, Any]]
    inequality: "Mapping[str, Inequality]"
    funnels: "Mapping[str, Funnel]"
    surveys: "Surveys"
    revisions: Sequence[Mapping[str, Any]]
    n_revisions: int
    metadata_changes: Sequence[Mapping[str, Any]]
    loads: Sequence[Mapping[str, Any]]
    rounds: Sequence[Mapping[str, Any]]
    value_notes: Sequence[Mapping[str, Any]]
