"""`jamlik show`: a municipality or an indicator in the terminal.

What belongs here: finding what was asked for, what is printed in which order. What does not:
tables (`show_tables.py`), which verdict it is (`words.py`) and HTML.
"""

import difflib
import io
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.text import Text

from pages.cards import GLYPHS
from pages.model import About, Area, Indicator, Published, Series
from pages.numbers import ABSENCE_SIGNS
from pages.page import slug_of
from pages.published import read_published
from pages.show_tables import series_table, survey_tables
from pages.survey_tables import Section, sections
from pages.texts import Language, language
from pages.words import Statement, banner_of, side_of, summary
from warehouse.errors import InputError

WIDTH, LEAST_WIDTH = 100, 80
_NEAREST = 3


def show(
    database: Path, name: str, code: str = "sv", *, width: int = WIDTH, has_colours: bool = False
) -> str:
    """A readable summary from the published file.

    Args:
        database: The release's DuckDB file.
        name: Code or name of a municipality or the county, or an indicator's id, in any case.
        code: Language of the text.
        width: Characters in a line; more where a table's numbers need them.
        has_colours: Whether a terminal reads the text.

    Raises:
        InputError: The focus region has no such municipality and the register no such indicator.
    """
    published = read_published(database, About("", ""))
    words = language(code)
    found = _find(published, name)
    width = max(width, LEAST_WIDTH)
    parts = (
        _area(published, found, words, width)
        if isinstance(found, Area)
        else _indicator(published, found, words, width)
    )
    return _printed([*parts, *_foot(published, words)], width, has_colours=has_colours)


def _printed(parts: Sequence[RenderableType], width: int, *, has_colours: bool) -> str:
    console = Console(
        file=io.StringIO(),
        width=width,
        height=1,
        force_terminal=has_colours,
        color_system="standard" if has_colours else None,
        legacy_windows=False,
    )
    # A number that is cut would be another number.
    console.width = max(width, *(console.measure(part).minimum for part in parts))
    for part in parts:
        console.print(part, highlight=False, soft_wrap=False)
    assert isinstance(console.file, io.StringIO)
    lines = console.file.getvalue().splitlines()
    return "\n".join(line.rstrip() for line in lines)


def _areas(published: Published) -> list[Area]:
    return [*published.municipalities, *([published.county] if published.county else [])]


def _find(published: Published, name: str) -> Area | Indicator:
    """What is asked for; an unknown name is answered with those that are like it."""
    known: dict[str, Area | Indicator] = {}
    for indicator in published.indicators.values():
        known[indicator.short_title.casefold()] = indicator
        known[indicator.indicator_id.casefold()] = indicator
    for area in _areas(published):
        known[area.name.casefold()] = known[area.area_id] = area
    wanted = name.strip().casefold()
    if wanted in known:
        return known[wanted]
    near = [key for key in known if len(wanted) > 2 and wanted in key]
    near += difflib.get_close_matches(wanted, known, n=_NEAREST)
    nearest = list(dict.fromkeys(_called(known[key]) for key in near))[:_NEAREST]
    raise InputError(
        f"{name} is neither a municipality of the focus region nor an indicator of the register.",
        f"Nearest: {'; '.join(nearest)}."
        if nearest
        else "Use a code or name such as 2080 or Falun, or an id such as N00923.",
    )


def _called(one: Area | Indicator) -> str:
    if isinstance(one, Area):
        return f"{one.area_id} {one.name}"
    return f"{one.indicator_id} {one.short_title}"


def _head(title: str, banner: str, words: Language) -> Iterator[RenderableType]:
    yield Text(title, "bold")
    yield Text("=" * len(title))
    if banner:
        yield Text(words(banner), "black on yellow")


def _area(
    published: Published, area: Area, words: Language, width: int
) -> Iterator[RenderableType]:
    series = [published.series[i, area.area_id] for i in published.indicators]
    rounds = published.surveys.rounds.get(area.area_id, ())
    banner = banner_of(published, has_surveys=bool(rounds))
    yield from _head(f"{area.name} ({area.area_id})", banner, words)
    for statement in summary(series):
        yield _paragraph(_statement(statement, words))
    by_target: dict[str, list[Series]] = {}
    for one in series:
        by_target.setdefault(slug_of(one.indicator), []).append(one)
    for slug, members in by_target.items():
        rows = [(s.indicator.short_title, s.indicator.unit or "", s) for s in members]
        yield Text()
        yield series_table(words("indicator"), rows, words, width, words(f"target.{slug}"))
    yield from _legend(series, words)
    for section in sections(area, rounds, words):
        yield from _survey(section, words, width)


def _indicator(
    published: Published, indicator: Indicator, words: Language, width: int
) -> Iterator[RenderableType]:
    title = f"{indicator.short_title} ({indicator.indicator_id})"
    yield from _head(title, banner_of(published), words)
    better = {1: "high", -1: "low"}.get(indicator.polarity, "neither")
    yield Text(indicator.title)
    yield Text(f"{words('unit')}: {indicator.unit or '..'}. {words(f'better.{better}')}.")
    if indicator.status == "withdrawn":
        yield Text(words("withdrawn"))
    series = [published.series[indicator.indicator_id, a.area_id] for a in _areas(published)]
    rows = [(s.area.name, "", s) for s in series]
    yield Text()
    yield series_table(words("municipality"), rows, words, width)
    yield from _legend(series, words)


def _survey(section: Section, words: Language, width: int) -> Iterator[RenderableType]:
    yield Text()
    yield Text(words(f"survey.title.{section.key}"), "bold underline")
    for told in section.rounds:
        yield _paragraph(f"{told.label}. {told.facts}")
        for named in told.statements:
            items = f": {', '.join(named.items)}." if named.items else ""
            yield _paragraph(_marked(named.key, named.text + items))
        if told.not_asked:
            yield _paragraph(f"{words('survey.not_asked')} {', '.join(told.not_asked)}.")
    for table in survey_tables(section, words, width):
        yield Text()
        yield table
    for reason in section.reasons:
        yield Text(f"{words('verdict.not_testable').capitalize()}: {reason}.", "dim")
    yield Text(words("survey.hiding"), "dim")
    yield Text(words("survey.source"))


def _statement(statement: Statement, words: Language) -> str:
    text = words(f"s.{statement.key}", **statement.values)
    if statement.indicators:
        text += f": {words.listed([i.short_title for i in statement.indicators])}."
    return _marked(statement.key, text)


def _marked(key: str, text: str) -> str:
    return f"{GLYPHS[key]} {text}" if key in GLYPHS else text


def _paragraph(text: str) -> RenderableType:
    return Padding(Text(text), (0, 0, 0, 1))


def _legend(series: Iterable[Series], words: Language) -> Iterator[RenderableType]:
    """What the signs of the tables mean, and why something could not be tested."""
    sides = [side_of(gap) for s in series for gap in (s.gaps.get("riket"), s.gender)]
    for reason in sorted({words.reason(side.reason) for side in sides if side.reason}):
        yield Text(f"{words('verdict.not_testable').capitalize()}: {reason}.", "dim")
    yield Text(words("show.legend"), "dim")
    signs = (f"{sign} {words(f'sign.{absence}')}" for absence, sign in ABSENCE_SIGNS.items())
    yield Text(f"{'; '.join(signs)}.", "dim")


def _foot(published: Published, words: Language) -> Iterator[RenderableType]:
    yield Text()
    for source in sorted({i.source for i in published.indicators.values()}):
        yield Text(
            f"{words('source.raw', source=source)} {words('source.computed', source=source)}"
        )
