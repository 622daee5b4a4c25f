"""Inequality between municipalities as pages show it: a line per indicator, charts over time.

What belongs here: turning measures into texts of a language and charts. What does not: reading
them (`inequality.py`) and markup (`templates/inequality.html`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pages.charts import Figure
from pages.inequality import Inequality, Measure
from pages.layout import Line, domain, lay_out
from pages.model import Indicator, Published
from pages.numbers import decimals_of, years
from pages.texts import Language
from pages.words import NOT_TESTABLE, side_of, trend_code

_SIDES = ("better", "worse", "higher", "lower")


@dataclass(frozen=True)
class Row:
    """An indicator's line.

    Args:
        spread: Lowest and highest municipality with their values; empty where not known.
        outside: How many municipalities are outside the 99.8 % limits around Riket, of those
            that could be tested; empty where none could.
        slope, ratio: Slope and relative index of inequality, with intervals.
        trend: Whether the slope closes or widens.
        reason: Why there is no interval.
    """

    indicator: Indicator
    period: str
    spread: Sequence[str]
    outside: str
    slope: str
    slope_interval: str
    ratio: str
    ratio_interval: str
    trend: str
    reason: str


@dataclass(frozen=True)
class Slopes:
    """The slope over the years, drawn with its interval."""

    indicator: Indicator
    figure: Figure
    note: str


def rows_of(published: Published, indicators: Sequence[Indicator], language: Language) -> list[Row]:
    """A line for every indicator that has a measure of inequality."""
    return [
        _row(published, published.inequality[i.indicator_id], language)
        for i in indicators
        if i.indicator_id in published.inequality
    ]


def _row(published: Published, found: Inequality, language: Language) -> Row:
    indicator = found.indicator
    decimals = decimals_of(indicator)
    shown = found.slope or found.spread
    assert shown is not None
    slope, ratio = found.slope, found.ratio
    return Row(
        indicator,
        years(shown.year_start, shown.year_end),
        _spread(published, indicator, shown.year_end, language),
        _outside(published, indicator),
        language.numbers.signed(slope.value, decimals)
        if slope and slope.value is not None
        else "..",
        _interval(slope, decimals, language),
        language.numbers.number(ratio.value, 2) if ratio and ratio.value is not None else "..",
        _interval(ratio, 2, language),
        trend_text(published, indicator, language),
        language.reason(shown.reason) if shown.interval is None else "",
    )


def _interval(measure: Measure | None, decimals: int, language: Language) -> str:
    if measure is None or measure.interval is None:
        return ""
    low, high = (language.numbers.number(limit, decimals) for limit in measure.interval)
    return language("from_to", low=low, high=high)


def _spread(published: Published, indicator: Indicator, year: int, language: Language) -> list[str]:
    """Lowest and highest municipality of a year; names of all that share the place."""
    values = [
        (point.cells["T"].value, area.name)
        for area in published.municipalities
        for point in published.series[indicator.indicator_id, area.area_id].points
        if point.year_end == year and point.cells["T"].value is not None
    ]
    if not values:
        return []
    found = []
    for end in (min, max):
        value = end(v for v, _ in values if v is not None)
        names = language.listed([name for v, name in values if v == value])
        found.append(f"{language.numbers.number(value, decimals_of(indicator))} ({names})")
    return found


def _outside(published: Published, indicator: Indicator) -> str:
    """Counts of one year only: that in which most municipalities have their latest value."""
    series = [published.series[indicator.indicator_id, a.area_id] for a in published.municipalities]
    latest = max((s.latest.year_end for s in series if s.latest), default=None)
    gaps = [s.gaps.get("riket") for s in series if s.latest and s.latest.year_end == latest]
    tested = [gap for gap in gaps if gap and side_of(gap).code != NOT_TESTABLE]
    if not tested:
        return ""
    return f"{sum(gap.verdict_998 in _SIDES for gap in tested)}/{len(tested)}"


def trend_text(published: Published, indicator: Indicator, language: Language) -> str:
    """Whether the slope closes or widens; empty where that cannot be calculated."""
    if published.county is None:
        return ""
    trend = published.series[indicator.indicator_id, published.county.area_id].trends.get("sii")
    code = trend_code(trend)
    if trend is None or code == "cannot be calculated":
        return ""
    return language(f"slope.{code}", years=years(trend.year_first or 0, trend.year_last or 0))


def charts_of(published: Published, language: Language) -> list[Slopes]:
    """A chart of every indicator whose slopes have intervals."""
    return [
        Slopes(
            found.indicator,
            _figure(found, language),
            trend_text(published, found.indicator, language),
        )
        for found in published.inequality.values()
        if any(measure.interval for measure in found.slopes)
    ]


def _figure(found: Inequality, language: Language) -> Figure:
    title, decimals = found.indicator.short_title, decimals_of(found.indicator)
    slopes = [m for m in found.slopes if m.value is not None]
    line = Line(
        "area",
        language("slope.label"),
        {m.year_end: m.value for m in slopes if m.value is not None},
        {m.year_end: m.interval for m in slopes if m.interval},
    )
    measured = [m.year_end for m in found.slopes]
    zero = Line("none", language("slope.none"), dict.fromkeys(measured, 0.0), {})
    scale = domain([line, zero])
    assert scale is not None
    chart = lay_out(
        [line, zero],
        measured,
        scale,
        tick=language.numbers.tick,
        breaks=found.indicator.series_breaks,
    )
    latest = slopes[-1]
    alternative = language(
        "slope.alt",
        title=title,
        first=measured[0],
        last=measured[-1],
        value=language.numbers.signed(latest.value or 0.0, decimals),
        interval=_interval(latest, decimals, language),
    )
    return Figure(chart, alternative)


def document(found: Inequality) -> dict[str, Any]:
    """The same for machines."""
    return {
        "indicator_id": found.indicator.indicator_id,
        "slopes": [_measure(m) for m in found.slopes],
        "ratio": _measure(found.ratio),
        "spread": _measure(found.spread),
    }


def _measure(measure: Measure | None) -> dict[str, Any] | None:
    if measure is None:
        return None
    return {
        "year_end": measure.year_end,
        "value": measure.value,
        "interval": measure.interval,
        "reason": measure.reason,
    }
