"""Marts whose rows are computed from cells of another mart.

What belongs here: which cells a row uses. What does not: what such a row may say (`leaks`).
"""

from dataclasses import dataclass

from warehouse.attack.public_rules import AREA, TOTALS

CELLS = "survey.estimate"
RESPONSES = "survey.response"
CELL_KEY = ("source", "round", "survey", "basis", "item_id", AREA)


@dataclass(frozen=True)
class Follower:
    """A mart whose rows are computed from cells of another.

    Args:
        mart: The mart.
        key: Columns that say what a row is about, beside those of the cell.
        cell: Per row, a condition on `cell` under which it is used.
        rows: Which rows are meant.
        cells: The mart with the cells.
        numbers: The columns that tell of cells; all but those of the key where none are named.
    """

    mart: str
    key: tuple[str, ...]
    cell: str
    rows: str = "true"
    cells: str = CELLS
    numbers: tuple[str, ...] = ()


def _same(*names: str) -> str:
    """Equal columns; a mart without a column that splits people counts all of them."""
    return " and ".join(
        f"coalesce(cell.{name}, '{TOTALS[name]}') = coalesce(mart.{name}, '{TOTALS[name]}')"
        if name in TOTALS
        else f"cell.{name} = mart.{name}"
        for name in names
    )


_SPLITS = tuple(TOTALS)


def _whole(*split: str) -> str:
    """Cells that are split by nothing but the columns named."""
    return " and ".join(
        f"coalesce(cell.{name}, '{total}') = '{total}'"
        for name, total in TOTALS.items()
        if name not in split
    )


def _region() -> str:
    """The region's cell of a survey, or those of all its areas where it has none."""
    of_survey = ("source", "round", "survey")
    counties = "(select area_id from core.dim_area where area_type = 'county')"
    others = " and ".join(f"other.{name} = cell.{name}" for name in of_survey)
    return (
        f"{_same(*of_survey)} and (cell.{AREA} in {counties} or not exists "
        f"(select 1 from cell as other where {others} and other.{AREA} in {counties}))"
    )


def _groups() -> str:
    """Cells that are groups of a gradient."""
    one = (
        f"mart.dimension = '{name}' and coalesce(cell.{name}, '{total}') <> '{total}' and "
        + _whole("gender", name)
        for name, total in TOTALS.items()
        if name != "gender"
    )
    return f"{_same(*CELL_KEY, 'gender')} and ({' or '.join(f'({each})' for each in one)})"


FOLLOWERS = (
    Follower("survey.difference", ("benchmark",), _same(*CELL_KEY, *_SPLITS)),
    Follower(
        "survey.difference",
        ("benchmark",),
        _same(*(name for name in CELL_KEY if name != AREA), *_SPLITS)
        + f" and cell.{AREA} in (select {AREA} from core.dim_area where area_type = 'county')",
        "mart.benchmark = 'county'",
    ),
    Follower(
        "survey.difference",
        ("benchmark",),
        _same(*(name for name in CELL_KEY if name != "round"), *_SPLITS)
        + " and cast(cell.round as varchar) = cast(mart.benchmark_round as varchar)",
        "mart.benchmark = 'previous_round'",
    ),
    Follower("survey.gradient", ("dimension", "measure"), _groups()),
    Follower(
        "survey.source_comparison",
        ("version", "other_version"),
        _same("survey", "item_id", AREA, "gender")
        + " and cast(cell.round as varchar) = cast(mart.year_end as varchar) and "
        + _whole("gender"),
        "mart.version = 'answers'",
    ),
    Follower(
        "survey.emq_indicator",
        ("emq_area", "respondent"),
        f"cell.source = 'elsa' and {_same('item_id', AREA, 'gender', 'grade')} "
        f"and cast(cell.round as varchar) = cast(mart.year as varchar) "
        f"and {_whole('gender', 'grade')}",
    ),
    # The rate tells the answers, since the number of people asked is open.
    Follower(
        "quality.source_round",
        (),
        _region(),
        cells=RESPONSES,
        numbers=("n_answers", "response_rate_pct"),
    ),
)
