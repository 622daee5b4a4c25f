"""Excel workbooks beside the pages of municipalities and indicators.

What belongs here: sheets and columns. What does not: which verdict it is (`words.py`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from pages.model import BENCHMARKS, Area, Indicator, Published, Series
from pages.survey_model import Round
from pages.texts import Language
from pages.words import banner_of, side_of, trend_code

# The date of a file without a dated value.
UNDATED = datetime(1980, 1, 1)
_GENDERS = {"T": "total", "K": "women", "M": "men"}


@dataclass(frozen=True)
class Workbook:
    """What an Excel file holds.

    Args:
        title: Of the file and its first sheet.
        about_name: Name of the first sheet.
        about: Its lines.
        changed: When the last of its values to change was read; the file's own date.
        sheets: Name, heads and rows of the others.
    """

    title: str
    about_name: str
    about: Sequence[str]
    changed: datetime | None
    sheets: Sequence[tuple[str, Sequence[str], Sequence[Sequence[Any]]]]


def area_workbook(published: Published, area: Area, words: Language) -> Workbook:
    """A municipality's, or the county's: its indicators, all their values, its surveys."""
    series = [published.series[i, area.area_id] for i in published.indicators]
    lead = [words("indicator"), words("sheet.id"), words("unit")]
    rows = [([s.indicator.title, s.indicator.indicator_id, s.indicator.unit], s) for s in series]
    return _workbook(
        published,
        words,
        area.name,
        words("sheet.indicators"),
        lead,
        rows,
        published.surveys.rounds.get(area.area_id, ()),
    )


def indicator_workbook(published: Published, indicator: Indicator, words: Language) -> Workbook:
    """An indicator's: the municipalities and the county, all values."""
    areas = [*published.municipalities, *([published.county] if published.county else [])]
    lead = [words("municipality"), words("sheet.id")]
    rows = [
        ([a.name, a.area_id], published.series[indicator.indicator_id, a.area_id]) for a in areas
    ]
    return _workbook(
        published, words, indicator.title, words("sheet.municipalities"), lead, rows, ()
    )


def _workbook(
    published: Published,
    words: Language,
    title: str,
    sheet: str,
    lead: list[str],
    rows: list[tuple[list[Any], Series]],
    rounds: Sequence[Round],
) -> Workbook:
    sheets: list[tuple[str, Sequence[str], Sequence[Sequence[Any]]]] = [
        (
            sheet,
            [*lead, *_verdict_heads(words)],
            [[*names, *_verdict_cells(s, words)] for names, s in rows],
        ),
        (
            words("sheet.values"),
            [*lead, *_value_heads(words)],
            [[*names, *cells] for names, s in rows for cells in _value_rows(s, words)],
        ),
    ]
    if rounds:
        sheets.append((words("sheet.surveys"), _survey_heads(words), _survey_rows(rounds, words)))
    banner = banner_of(published, has_surveys=bool(rounds))
    about = [title, *([words(banner)] if banner else [])]
    for source in sorted({i.source for i in published.indicators.values()}):
        about += [words("source.raw", source=source), words("source.computed", source=source)]
    if rounds:
        about += [words("survey.source"), words("survey.hiding")]
    changed = max((s.read_at for _, s in rows if s.read_at), default=None)
    return Workbook(title, words("sheet.about"), about, changed, sheets)


def write_workbook(path: Path, workbook: Workbook) -> None:
    """Write the Excel file; the same content gives the same bytes."""
    # Text that begins with = or looks like an address stays text.
    options = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"title": workbook.title, "created": workbook.changed or UNDATED})
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        about = book.add_worksheet(workbook.about_name)
        about.set_column(0, 0, 100)
        for number, line in enumerate(workbook.about):
            about.write_string(number, 0, line, bold if number == 0 else None)
        for name, heads, rows in workbook.sheets:
            _table(book.add_worksheet(name), heads, rows, bold)


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


def _survey_heads(words: Language) -> list[str]:
    keys = ("source.survey", "source.round", "survey.question", "sheet.id", "gender")
    more = ("survey.share", "sheet.lower", "sheet.upper", "survey.answers", "sheet.absence")
    return [words(key) for key in (*keys, *more)]


def _survey_rows(rounds: Sequence[Round], words: Language) -> list[list[Any]]:
    rows = []
    for this in rounds:
        for answer in this.answers:
            for gender, share in answer.shares.items():
                lower, upper = share.interval or (None, None)
                absence = words("survey.hidden_cell") if share.is_hidden else None
                rows.append(
                    [
                        *(words(f"survey.name.{this.survey}"), this.year, answer.item.title),
                        *(answer.item.item_id, words(_GENDERS[gender])),
                        *(share.value, lower, upper, share.n, absence),
                    ]
                )
    return rows
