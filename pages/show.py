"""`jamlik show`: a municipality or an indicator in the terminal.

What belongs here: plain lines of what the pages say. What does not: which verdict it is
(`words.py`) and HTML.
"""

from pathlib import Path

from pages.cards import notes, verdicts
from pages.model import About, Area, Indicator, Published, Series
from pages.numbers import decimals_of, years
from pages.published import read_published
from pages.texts import Language, language
from pages.words import Statement, side_of, summary
from warehouse.errors import InputError


def show(database: Path, name: str, code: str = "sv") -> str:
    """A readable summary from the published file.

    Args:
        database: The release's DuckDB file.
        name: Code or name of a municipality or the county, or an indicator's id, in any case.
        code: Language of the text.

    Raises:
        InputError: The focus region has no such municipality and the register no such indicator.
    """
    published = read_published(database, About("", ""))
    words = language(code)
    wanted = name.strip().casefold()
    for area in (*published.municipalities, *([published.county] if published.county else [])):
        if wanted in (area.area_id, area.name.casefold()):
            return _area(published, area, words)
    for indicator in published.indicators.values():
        if wanted == indicator.indicator_id.casefold():
            return _indicator(published, indicator, words)
    raise InputError(
        f"{name} is neither a municipality of the focus region nor an indicator of the register.",
        "Use a code or name such as 2080 or Falun, or an id such as N00923.",
    )


def _head(published: Published, words: Language, title: str) -> list[str]:
    lines = [title, "=" * len(title)]
    return [*lines, words("demo"), ""] if published.is_demonstration else [*lines, ""]


def _foot(published: Published, words: Language) -> list[str]:
    sources = sorted({i.source for i in published.indicators.values()})
    return [
        "",
        *(f"{words('source.raw', source=s)} {words('source.computed', source=s)}" for s in sources),
    ]


def statement_text(statement: Statement, words: Language) -> str:
    """A statement as one line, the indicators it names included."""
    text = words(f"s.{statement.key}", **statement.values)
    if not statement.indicators:
        return text
    return f"{text}: {words.listed([i.short_title for i in statement.indicators])}."


def _area(published: Published, area: Area, words: Language) -> str:
    series = [published.series[i, area.area_id] for i in published.indicators]
    lines = _head(published, words, f"{area.name} ({area.area_id})")
    lines += [statement_text(statement, words) for statement in summary(series)]
    lines.append("")
    width = max(len(i.short_title) for i in published.indicators.values())
    for s in series:
        if s.latest is not None:
            lines.append(_line(s.indicator.short_title.ljust(width), s, words))
    return "\n".join(lines + _foot(published, words))


def _line(label: str, series: Series, words: Language) -> str:
    point = series.latest
    assert point is not None
    value = words.numbers.cell(point.cells["T"], decimals_of(series.indicator))
    verdict = words(f"verdict.{side_of(series.gaps.get('riket')).code}")
    return f"{label}  {value:>9}  {years(point.year_start, point.year_end):<9}  {verdict}"


def _indicator(published: Published, indicator: Indicator, words: Language) -> str:
    lines = _head(published, words, f"{indicator.short_title} ({indicator.indicator_id})")
    lines += [indicator.title, f"{words('unit')}: {indicator.unit or '..'}", ""]
    areas = [*published.municipalities, *([published.county] if published.county else [])]
    width = max(len(a.name) for a in areas)
    for area in areas:
        series = published.series[indicator.indicator_id, area.area_id]
        label = area.name.ljust(width)
        lines.append(
            f"{label}  {'..':>9}" if series.latest is None else _line(label, series, words)
        )
    lines.append("")
    county = published.series.get(
        (indicator.indicator_id, published.county.area_id if published.county else "")
    )
    if county is not None and county.latest is not None:
        lines.append(f"{county.area.name}:")
        lines += [
            f"  {v.text}{f' ({v.reason})' if v.reason else ''}." for v in verdicts(county, words)
        ]
        lines += [f"  {note}" for note in notes(county, words)]
    return "\n".join(lines + _foot(published, words))
