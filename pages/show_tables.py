"""The tables of `jamlik show`: series and surveys in columns that fit a terminal.

What belongs here: columns, cells, colours. What does not: which table is printed (`show.py`),
the words of verdicts and shares (`cards.py`, `survey_tables.py`).
"""

from collections.abc import Iterable, Sequence

from rich import box
from rich.table import Table
from rich.text import Text

from pages.cards import GLYPHS
from pages.charts import shown_points
from pages.model import MISSING, WITHHELD, Cell, Gap, GenderGap, Series
from pages.numbers import decimals_of, years
from pages.sparks import sparkline
from pages.survey_model import BENCHMARKS
from pages.survey_tables import UNCORRECTED, Block, Row, Section, ShareText
from pages.texts import Language
from pages.words import side_of

_COLOURS = {
    "better": "green",
    "worse": "red",
    "women_worse": "magenta",
    "men_worse": "magenta",
    "hidden": "italic",
}
# Years in a sparkline: as many as in the charts of a municipality's page.
SHOWN_YEARS = 12
# Of columns of words, which give way before numbers do; and of a terminal that has room for them.
_LEAST_WIDTH, _ROOMY_WIDTH = 14, 100


def series_table(
    head: str,
    rows: Iterable[tuple[str, str, Series]],
    language: Language,
    width: int,
    title: str = "",
) -> Table:
    """Values, benchmarks, years and verdicts of series.

    Args:
        head: Of the first column.
        rows: What each series is called, what is added to its year, and the series.
        language: Of words and numbers.
        width: Of the terminal.
        title: Above the table.
    """
    table = _table(head, title)
    for name in ("value", "riket", "county"):
        table.add_column(language(name), justify="right", no_wrap=True)
    table.add_column(language("show.history"), no_wrap=True)
    _add_verdicts(table, language, width)
    for label, added, series in rows:
        table.add_row(_name(label, added, series), *_cells(series, language))
    return table


def _table(head: str, title: str) -> Table:
    table = Table(
        title=title or None,
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
        padding=(0, 2, 0, 0),
        pad_edge=False,
        show_edge=False,
    )
    table.add_column(head, min_width=_LEAST_WIDTH)
    return table


def _add_verdicts(table: Table, language: Language, width: int) -> None:
    """A verdict stays in one line where the titles beside it still have room."""
    table.add_column(
        language("show.verdict"), min_width=_LEAST_WIDTH, no_wrap=width >= _ROOMY_WIDTH
    )


def _name(label: str, added: str, series: Series) -> Text:
    point = series.latest
    period = years(point.year_start, point.year_end) if point else ""
    text = Text(label)
    below = ", ".join(part for part in (added, period) if part)
    return text.append(f"\n{below}", "dim") if below else text


def _cells(series: Series, language: Language) -> list[Text]:
    numbers, decimals, point = language.numbers, decimals_of(series.indicator), series.latest
    value = Text(numbers.cell(point.cells["T"] if point else _absent(series), decimals), "bold")
    if point and point.interval:
        value.append("\n" + "–".join(numbers.number(x, decimals) for x in point.interval), "dim")
    levels = point.benchmarks if point else {}
    return [
        value,
        *(
            Text(numbers.cell(Cell(levels.get(name)), decimals), justify="right")
            for name in ("riket", "county")
        ),
        _history(series),
        _verdicts(series, language),
    ]


def _absent(series: Series) -> Cell:
    """An area that never had a value: withheld, if the source ever said so."""
    is_withheld = any(p.cells["T"].absence == WITHHELD for p in series.points)
    return Cell(None, WITHHELD if is_withheld else MISSING)


def _history(series: Series) -> Text:
    points = shown_points(series, SHOWN_YEARS)
    if not points:
        return Text("..")
    period = years(points[0].year_end, points[-1].year_end)
    return Text(sparkline(points, series.indicator.series_breaks)).append(f"\n{period}", "dim")


def _verdicts(series: Series, language: Language) -> Text:
    if series.latest is None:
        return Text("..")
    text = Text()
    text.append_text(_verdict(series.gaps.get("riket"), language("riket"), language))
    if series.gender is not None:
        difference = series.gender.difference
        signed = (
            ".."
            if difference is None
            else language.numbers.signed(difference, decimals_of(series.indicator))
        )
        label = f"{language('show.women_less_men')} {signed}"
        text.append("\n").append_text(_verdict(series.gender, label, language))
    return text


def _verdict(gap: Gap | GenderGap | None, label: str, language: Language) -> Text:
    side = side_of(gap)
    mark = UNCORRECTED if side.is_uncorrected else ""
    said = f"{GLYPHS[side.code]} {language(f'verdict.{side.code}')}{mark}"
    return Text(f"{label}: ").append(said, _COLOURS.get(side.code, ""))


def survey_tables(section: Section, language: Language, width: int) -> list[Table]:
    """A table per role and survey: shares with intervals, the county's, the two genders'."""
    return [
        _survey_table(
            section, f"{language(f'role.{group.role}')}. {block.label}", block, language, width
        )
        for group in section.groups
        for block in group.blocks
    ]


def _survey_table(
    section: Section, title: str, block: Block, language: Language, width: int
) -> Table:
    table = _table(language("survey.question"), title)
    heads = [language("survey.all"), *([language("county")] if section.has_county else [])]
    for head in (*heads, *section.genders):
        table.add_column(head, justify="right", no_wrap=True)
    _add_verdicts(table, language, width)
    short = {
        language(f"survey.against.{name}"): language(f"show.against.{name}") for name in BENCHMARKS
    }
    names = [short[long] for long in section.benchmarks]
    for row in block.rows:
        county = [Text(row.county.text if row.county else "..")] if section.has_county else []
        table.add_row(
            row.title,
            _share(row.total),
            *county,
            *(_share(share) for share in row.genders),
            _survey_verdicts(row, names),
        )
    return table


def _survey_verdicts(row: Row, benchmarks: Sequence[str]) -> Text:
    lines = []
    for benchmark, one in zip(benchmarks, row.verdicts, strict=True):
        if one is not None:
            said = f"{one.glyph} {one.text}{one.reason}".strip()
            lines.append(Text(f"{benchmark}: ").append(said, _COLOURS.get(one.code, "")))
    return Text("\n").join(lines)


def _share(share: ShareText) -> Text:
    text = Text(share.text, _COLOURS["hidden"] if share.is_hidden else "")
    return text.append(f"\n{share.interval}", "dim") if share.interval else text
