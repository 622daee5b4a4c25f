"""Tables in the layout of WHO's HEAT Plus: the columns, their rules, and reading them.

What belongs here: from a CSV file to checked groups, every error with row, column and rule.
What does not: measures (`heat_measures.py`) and making such a table (`heat_export.py`).
"""

import csv
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from warehouse.errors import InputError

# One result set for each combination of these.
SET_KEYS = ("setting", "date", "source", "indicator_abbr", "indicator_name", "dimension")
COLUMNS = (
    *SET_KEYS,
    *("subgroup", "estimate", "se", "ci_lb", "ci_ub", "population", "flag", "setting_average"),
    *("iso3", "favourable_indicator", "indicator_scale", "ordered_dimension"),
    *("subgroup_order", "reference_subgroup"),
)
# Beyond these a sum of squares would no longer be a number.
LARGEST = 1e15
NUMBERS = ("estimate", "se", "ci_lb", "ci_ub", "population", "setting_average", "indicator_scale")
NOT_NEGATIVE = ("se", "population")


class HeatError(InputError):
    """The table breaks a rule of the layout; the text names row, column and rule."""


@dataclass(frozen=True)
class Group:
    """One row of the table.

    Args:
        row: Its line number in the file's table, the header being 1.
        key: The values of `SET_KEYS`.
        subgroup: Its name.
        numbers: Value or None for each of `NUMBERS`.
        order: 1 is the most disadvantaged; None where the dimension has no order.
        is_reference: Whether others are compared with it.
        is_favourable: Whether higher values are better.
        is_ordered: Whether the dimension has an order.
    """

    row: int
    key: tuple[str, ...]
    subgroup: str
    numbers: dict[str, float | None]
    order: int | None
    is_reference: bool
    is_favourable: bool
    is_ordered: bool


def read(path: Path) -> list[Group]:
    """All groups of a file, checked.

    Args:
        path: A CSV file with commas, in UTF-8, with a header line.

    Raises:
        HeatError: The file cannot be read, or breaks a rule.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = csv.reader(file, strict=True)
            groups = [_group(row, cells) for row, cells in _rows(path, lines)]
    except OSError as error:
        raise HeatError(f"{path} cannot be read ({error.strerror}).") from None
    except UnicodeDecodeError as error:
        raise HeatError(
            f"{path} is not in UTF-8 (byte {error.start}).", "Save it as CSV UTF-8."
        ) from None
    except csv.Error as error:
        raise HeatError(f"{path} is no proper CSV file: {error}.") from None
    if not groups:
        raise HeatError(f"{path} has a header but no rows.")
    _check_sets(groups)
    return groups


def _rows(path: Path, lines: Iterator[list[str]]) -> Iterator[tuple[int, dict[str, str]]]:
    header = [name.strip() for name in next(lines, [])]
    missing = [name for name in COLUMNS if name not in header]
    if missing:
        raise HeatError(
            f"{path}, row 1: column {missing[0]} is missing.",
            f"The layout has the columns {', '.join(COLUMNS)}, separated by commas.",
        )
    twice = [name for name in COLUMNS if header.count(name) > 1]
    if twice:
        raise HeatError(f"{path}, row 1: column {twice[0]} is there more than once.")
    for row, cells in enumerate(lines, 2):
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(header):
            raise HeatError(
                f"Row {row}: {len(cells)} fields where the header has {len(header)} columns.",
                "Put fields with commas into double quotes.",
            )
        yield row, {name: cell.strip() for name, cell in zip(header, cells, strict=True)}


def _wrong(row: int, column: str, value: str, rule: str) -> HeatError:
    return HeatError(f"Row {row}, column {column}: {value!r} breaks the rule: {rule}.")


def _group(row: int, cells: dict[str, str]) -> Group:
    for name in (*SET_KEYS, "subgroup"):
        if not cells[name]:
            raise _wrong(row, name, "", "must not be empty")
    is_ordered = _flag(row, "ordered_dimension", cells, required=True)
    group = Group(
        row,
        tuple(cells[name] for name in SET_KEYS),
        cells["subgroup"],
        {name: _number(row, name, cells[name]) for name in NUMBERS},
        _order(row, cells["subgroup_order"], is_ordered),
        _flag(row, "reference_subgroup", cells),
        _flag(row, "favourable_indicator", cells, required=True),
        is_ordered,
    )
    lower, upper = group.numbers["ci_lb"], group.numbers["ci_ub"]
    if lower is not None and upper is not None and lower > upper:
        raise _wrong(row, "ci_lb", cells["ci_lb"], "at most ci_ub")
    return group


def _flag(row: int, column: str, cells: dict[str, str], *, required: bool = False) -> bool:
    value = cells[column]
    # Programs that know no whole numbers with gaps write 1.0.
    if value not in ("0", "1", "0.0", "1.0") and (value or required):
        raise _wrong(row, column, value, "0 or 1" + ("" if required else ", or empty"))
    return value in ("1", "1.0")


def _number(row: int, column: str, text: str) -> float | None:
    if not text:
        return None
    try:
        # Python also reads 1_000, which no other program writes or means.
        value = float(text) if "_" not in text else math.nan
    except ValueError:
        value = math.nan
    if not abs(value) <= LARGEST:
        raise _wrong(
            row, column, text, f"a number with a decimal point, at most {LARGEST:g}, or empty"
        )
    if value < 0 and column in NOT_NEGATIVE:
        raise _wrong(row, column, text, "not negative")
    if value <= 0 and column == "indicator_scale":
        raise _wrong(row, column, text, "above 0, or empty when there is no upper limit")
    return value


def _order(row: int, text: str, is_ordered: bool) -> int | None:
    value = _number(row, "subgroup_order", text)
    if not is_ordered:
        return None
    if value is None or value != int(value) or not 1 <= value <= 1e6:
        raise _wrong(
            row, "subgroup_order", text, "a whole number from 1 (the most disadvantaged) on"
        )
    return int(value)


def _check_sets(groups: list[Group]) -> None:
    """What all rows of a result set share, and what only one of them may be."""
    first: dict[tuple[str, ...], Group] = {}
    named: set[tuple[tuple[str, ...], str]] = set()
    references: dict[tuple[str, ...], int] = {}
    for group in groups:
        one = first.setdefault(group.key, group)
        for column, mine, its in (
            ("favourable_indicator", group.is_favourable, one.is_favourable),
            ("ordered_dimension", group.is_ordered, one.is_ordered),
            ("indicator_scale", *_both("indicator_scale", group, one)),
            ("setting_average", *_both("setting_average", group, one)),
        ):
            if mine != its:
                raise _wrong(
                    group.row,
                    column,
                    _as_text(mine),
                    f"the same in all rows of a result set (row {one.row} has {_as_text(its)!r})",
                )
        if (group.key, group.subgroup) in named:
            raise _wrong(group.row, "subgroup", group.subgroup, "once in a result set")
        named.add((group.key, group.subgroup))
        if group.is_reference and references.setdefault(group.key, group.row) != group.row:
            raise _wrong(
                group.row,
                "reference_subgroup",
                "1",
                f"one reference in a result set (row {references[group.key]} is one)",
            )


def _both(name: str, group: Group, one: Group) -> tuple[float | None, float | None]:
    return group.numbers[name], one.numbers[name]


def _as_text(value: float | bool | None) -> str:
    if value is None:
        return ""
    return str(int(value)) if isinstance(value, bool) else f"{value:g}"
