"""Excel workbooks beside the pages of municipalities and indicators.

What belongs here: sheets and columns. What does not: which verdict it is (`words.py`).
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from pages.model import BENCHMARKS, Area, Indicator, Published, Series
from pages.texts import Language
from pages.words import side_of, trend_code

_GENDERS = {"T": "total", "K": "women", "M": "men"}


def area_workbook(path: Path, published: Published, area: Area, words: Language) -> None:
    """Write a municipality's workbook: about, its indicators, all its values."""
    series = [published.series[i, area.area_id] for i in published.indicators]
    lead = [words("indicator"), words("sheet.id"), words("unit")]
    _write(
        path,
        published,
        words,
        area.name,
        words("sheet.indicators"),
        lead,
        [([s.indicator.title, s.indicator.indicator_id, s.indicator.unit], s) for s in series],
    )


def indicator_workbook(
    path: Path, published: Published, indicator: Indicator, words: Language
) -> None:
    """Write an indicator's workbook: about, the municipalities and the county, all values."""
    areas = [*published.municipalities, *([published.county] if published.county else [])]
    lead = [words("municipality"), words("sheet.id")]
    _write(
        path,
        published,
        words,
        indicator.title,
        words("sheet.municipalities"),
        lead,
        [([a.name, a.area_id], published.series[indicator.indicator_id, a.area_id]) for a in areas],
    )


def _write(
    path: Path,
    published: Published,
    words: Language,
    title: str,
    sheet: str,
    lead: list[str],
    rows: list[tuple[list[Any], Series]],
) -> None:
    # Text that begins with = or looks like an address stays text.
    options = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    with xlsxwriter.Workbook(str(path), options) as book:
        created = datetime.strptime(published.about.created, "%Y-%m-%dT%H:%M:%SZ")
        book.set_properties({"title": title, "created": created})
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        _about(book.add_worksheet(words("sheet.about")), published, words, title, bold)
        _table(
            book.add_worksheet(sheet),
            [*lead, *_verdict_heads(words)],
            ([*names, *_verdict_cells(s, words)] for names, s in rows),
            bold,
        )
        _table(
            book.add_worksheet(words("sheet.values")),
            [*lead, *_value_heads(words)],
            ([*names, *cells] for names, s in rows for cells in _value_rows(s, words)),
            bold,
        )


def _about(sheet: Any, published: Published, words: Language, title: str, bold: Any) -> None:
    sheet.set_column(0, 0, 100)
    lines = [title]
    if published.is_demonstration:
        lines.append(words("demo"))
    for source in sorted({i.source for i in published.indicators.values()}):
        lines.append(words("source.raw", source=source))
        lines.append(words("source.computed", source=source))
    lines.append(
        words("footer", release=published.about.release_id, created=published.about.created)
    )
    for number, line in enumerate(lines):
        sheet.write_string(number, 0, line, bold if number == 0 else None)


def _table(sheet: Any, heads: Sequence[str], rows: Iterable[Sequence[Any]], bold: Any) -> None:
    sheet.freeze_panes(1, 1)
    sheet.set_column(0, 0, 44)
    sheet.set_column(1, len(heads), 15)
    for column, head in enumerate(heads):
        sheet.write_string(0, column, head, bold)
    last = 0
    for last, row in enumerate(rows, start=1):
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                sheet.write_string(last, column, cell)
            elif cell is not None:
                sheet.write_number(last, column, cell)
    sheet.autofilter(0, 0, last, len(heads) - 1)


def _verdict_heads(words: Language) -> list[str]:
    heads = [words("year"), words("value"), words("sheet.lower"), words("sheet.upper")]
    for benchmark in BENCHMARKS:
        name = words(f"long.{benchmark}")
        heads += [
            words(benchmark),
            f"{words('difference')}: {name}",
            words("sheet.verdict", benchmark=name),
            words("sheet.q", benchmark=name),
        ]
    return [*heads, words("trend"), words("gender_gap")]


def _verdict_cells(series: Series, words: Language) -> list[Any]:
    point = series.latest
    if point is None:
        return []
    lower, upper = point.interval or (None, None)
    cells: list[Any] = [point.year_end, point.cells["T"].value, lower, upper]
    for benchmark in BENCHMARKS:
        gap = series.gaps.get(benchmark)
        cells += [
            point.benchmarks.get(benchmark),
            gap.difference if gap else None,
            words(f"verdict.{side_of(gap).code}"),
            gap.q_value if gap else None,
        ]
    code = trend_code(series.trends.get("level"))
    gender = "" if series.gender is None else words(f"verdict.{side_of(series.gender).code}")
    return [*cells, words(f"trend.{code}", years=_trend_years(series)), gender]


def _trend_years(series: Series) -> str:
    trend = series.trends.get("level")
    return f"{trend.year_first}–{trend.year_last}" if trend else ""


def _value_heads(words: Language) -> list[str]:
    keys = ("year", "gender", "value", "sheet.absence", "sheet.lower", "sheet.upper")
    return [words(key) for key in (*keys, *BENCHMARKS)]


def _value_rows(series: Series, words: Language) -> Iterable[list[Any]]:
    for point in series.points:
        for gender, key in _GENDERS.items():
            cell = point.cells[gender]
            if cell.absence == "not_applicable":
                continue
            reason = words(f"sign.{cell.absence}") if cell.absence else None
            row: list[Any] = [point.year_end, words(key), cell.value, reason]
            if gender == "T":
                row += [*(point.interval or (None, None))]
                row += [point.benchmarks.get(b) for b in BENCHMARKS]
            yield row
