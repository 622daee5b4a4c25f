"""One indicator in one area as a page shows it: value, verdicts, chart, figures.

What belongs here: turning a series into texts of a language, verdict by verdict. What does
not: which verdict it is (`words.py`) and markup (`templates/`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from pages.charts import Figure, figure, shown_points
from pages.model import BENCHMARKS, Indicator, Point, Series
from pages.numbers import decimals_of, years
from pages.texts import Language
from pages.words import NOT_TESTABLE, side_of, trend_code

# Never alone: words follow each.
GLYPHS = {
    "better": "▲",
    "worse": "▼",
    "higher": "↑",
    "lower": "↓",
    "similar": "≈",
    NOT_TESTABLE: "○",
    "women_worse": "◆",
    "men_worse": "◆",
    "women_higher": "◆",
    "men_higher": "◆",
}


@dataclass(frozen=True)
class Verdict:
    """A verdict in a sign and words; `code` names its style."""

    code: str
    glyph: str
    text: str
    reason: str = ""


@dataclass(frozen=True)
class Card:
    """What a page says of an indicator in an area."""

    series: Series
    value: str
    unit: str
    period: str
    verdicts: Sequence[Verdict]
    notes: Sequence[str]
    figure: Figure
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


def card(
    series: Series,
    language: Language,
    scale: tuple[float, float] | None,
    n_years: int | None = None,
) -> Card:
    """Everything to show of a series; `scale` and `n_years` as in `charts.figure`."""
    decimals = decimals_of(series.indicator)
    latest = series.latest
    columns, rows = table(series, language, n_years)
    return Card(
        series,
        language.numbers.number(latest.cells["T"].value or 0.0, decimals) if latest else "..",
        series.indicator.unit or "",
        years(latest.year_start, latest.year_end) if latest else "",
        verdicts(series, language),
        notes(series, language),
        figure(series, language, scale, n_years),
        columns,
        rows,
    )


def verdict_against(series: Series, benchmark: str, language: Language) -> Verdict:
    """The verdict on the latest difference from a benchmark."""
    side = side_of(series.gaps.get(benchmark))
    key = "uncorrected" if side.is_uncorrected else side.code
    return Verdict(
        side.code,
        GLYPHS[side.code],
        language(f"against.{key}", benchmark=language(f"long.{_name(series, benchmark)}")),
        language.reason(side.reason),
    )


def _name(series: Series, benchmark: str) -> str:
    is_of_region = benchmark == "similar" and series.area.area_type == "county"
    return "similar_regions" if is_of_region else benchmark


def gender_verdict(series: Series, language: Language) -> Verdict | None:
    """The verdict on women against men; None where they are not told apart."""
    if series.gender is None:
        return None
    side = side_of(series.gender)
    key = "uncorrected" if side.is_uncorrected else side.code
    return Verdict(
        side.code, GLYPHS[side.code], language(f"gender.{key}"), language.reason(side.reason)
    )


def verdicts(series: Series, language: Language) -> list[Verdict]:
    """Against the country and similar areas, then women against men.

    Where none can be tested, and all for the same reason, one line says so.
    """
    if series.latest is None:
        return []
    found = [verdict_against(series, b, language) for b in ("riket", "similar")]
    between = gender_verdict(series, language)
    if between is not None:
        found.append(between)
    if {(one.code, one.reason) for one in found} != {(NOT_TESTABLE, found[0].reason)}:
        return found
    key = "nothing_testable" if _is_trend_unknown(series) else "no_gap_testable"
    return [Verdict(NOT_TESTABLE, GLYPHS[NOT_TESTABLE], language(key), found[0].reason)]


def _is_trend_unknown(series: Series) -> bool:
    return trend_code(series.trends.get("level")) == "cannot be calculated"


def notes(series: Series, language: Language) -> list[str]:
    """Trend, gap trend, women's and men's values, a source that ended."""
    lines: list[str] = []
    if series.latest is None:
        return lines
    for prefix, subject in (("trend", "level"), ("gap", "gap_riket")):
        trend = series.trends.get(subject)
        code = trend_code(trend)
        if trend is not None and code != "cannot be calculated":
            period = years(trend.year_first or 0, trend.year_last or 0)
            lines.append(language(f"{prefix}.{code}", years=period))
    is_said = len(verdicts(series, language)) == 1
    if _is_trend_unknown(series) and not is_said:
        lines.append(language("trend.cannot be calculated"))
    if series.gender is not None:
        decimals = decimals_of(series.indicator)
        lines.append(
            language(
                "gender.values",
                women=language.numbers.number(series.gender.women, decimals),
                men=language.numbers.number(series.gender.men, decimals),
                year=years(series.gender.year_start, series.gender.year_end),
            )
        )
    if series.indicator.status == "withdrawn":
        lines.append(language("withdrawn"))
    return lines


def table(
    series: Series, language: Language, n_years: int | None = None
) -> tuple[list[str], list[list[str]]]:
    """The chart's numbers: column heads and one row per year, latest first."""
    points = shown_points(series, n_years)
    numbers, decimals = language.numbers, decimals_of(series.indicator)
    has_interval = any(p.interval for p in points)
    genders = "KM" if series.indicator.is_divided_by_gender else ""
    present = [b for b in BENCHMARKS if any(b in p.benchmarks for p in points)]
    heads = [language("year"), series.area.name]
    heads += [language("interval")] if has_interval else []
    heads += [language("women"), language("men")] if genders else []
    heads += [language(b) for b in present]

    def row(point: Point) -> list[str]:
        cells = [_period(point, series.indicator, language)]
        cells.append(numbers.cell(point.cells["T"], decimals))
        if has_interval:
            cells.append(
                "–".join(numbers.number(limit, decimals) for limit in point.interval)
                if point.interval
                else ".."
            )
        cells += [numbers.cell(point.cells[g], decimals) for g in genders]
        cells += [
            numbers.number(point.benchmarks[b], decimals) if b in point.benchmarks else ".."
            for b in present
        ]
        return cells

    return heads, [row(point) for point in reversed(points)]


def _period(point: Point, indicator: Indicator, language: Language) -> str:
    text = years(point.year_start, point.year_end)
    if point.year_end in indicator.series_breaks:
        return f"{text} ({language('new_series', year=point.year_end)})"
    return text
