"""From a series to what its small chart shows and says.

What belongs here: which lines a chart has, its years and scale, its text alternative. What
does not: positions (`layout.py`) and markup (`templates/macros.html`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pages.layout import Chart, Line, domain, lay_out
from pages.model import BENCHMARKS, Point, Series
from pages.numbers import decimals_of
from pages.texts import Language


@dataclass(frozen=True)
class Figure:
    """A chart and its text alternative; no chart where the series has no value."""

    chart: Chart | None
    alternative: str


def shown_points(series: Series, n_years: int | None) -> Sequence[Point]:
    """The latest points, so many as a chart holds; all for None."""
    return series.points if n_years is None else series.points[-n_years:]


def lines_of(series: Series, language: Language, n_years: int | None) -> list[Line]:
    """The area's line and those of its benchmarks that have a value."""
    points = shown_points(series, n_years)
    lines = [
        Line(
            "area",
            series.area.name,
            {p.year_end: v for p in points if (v := p.cells["T"].value) is not None},
            {
                p.year_end: p.interval
                for p in points
                if p.interval is not None and p.cells["T"].value is not None
            },
        )
    ]
    for benchmark in BENCHMARKS:
        values = {p.year_end: p.benchmarks[benchmark] for p in points if benchmark in p.benchmarks}
        if values:
            lines.append(Line(benchmark, language(benchmark), values, {}))
    return lines


def common_scale(
    series: Iterable[Series], language: Language, n_years: int | None
) -> tuple[float, float] | None:
    """The scale that holds every line of an indicator's charts; None without any value."""
    return domain([line for one in series for line in lines_of(one, language, n_years)])


def figure(
    series: Series,
    language: Language,
    scale: tuple[float, float] | None,
    n_years: int | None = None,
) -> Figure:
    """The small chart of a series.

    Args:
        series: What to draw.
        language: Of labels and text alternative.
        scale: Common to the charts that are compared.
        n_years: The latest so many years; None for all.
    """
    title, area = series.indicator.short_title, series.area.name
    lines = lines_of(series, language, n_years)
    points = shown_points(series, n_years)
    if scale is None or not any(line.values for line in lines):
        return Figure(None, language("alt.none", title=title, area=area))
    years = [p.year_end for p in points]
    chart = lay_out(
        lines,
        years,
        scale,
        tick=language.numbers.tick,
        breaks=series.indicator.series_breaks,
    )
    decimals = decimals_of(series.indicator)
    ends = [
        language(
            "alt.value",
            name=line.label,
            value=language.numbers.number(line.values[max(line.values)], decimals),
            year=max(line.values),
        )
        for line in lines
        if line.values
    ]
    alternative = language(
        "alt.one" if len(years) == 1 else "alt",
        title=title,
        area=area,
        first=years[0],
        last=years[-1],
        values=", ".join(ends),
    )
    return Figure(chart, alternative)
