"""Published rows of a mart as grids of counts.

What belongs here: which rows make one table, that none is missing or twice, and that a
hidden cell holds no count. What does not: what the counts tell (`people`), other numbers of
the same row (`leaks`).
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import duckdb
import numpy as np

from warehouse.attack.public_rules import AREA, TOTALS, TableRule
from warehouse.errors import InputError
from warehouse.tables.counts import UNKNOWN, Ints

FLAG = "is_suppressed"


@dataclass(frozen=True)
class Axis:
    """One dimension of a grid.

    Args:
        name: Its column.
        labels: The published categories.
        total: The category that is everybody; None when it is not published.
        has_other: Whether people may be in the total only.
    """

    name: str
    labels: tuple[str, ...]
    total: str | None
    has_other: bool

    @property
    def published(self) -> tuple[str, ...]:
        """Categories that have rows, the total last."""
        return self.labels if self.total is None else (*self.labels, self.total)


@dataclass(frozen=True)
class Grid:
    """One table: all rows of one group.

    Args:
        rule: What made it a table.
        key: The group's value of each column of `rule.each`.
        axes: Areas, then `rule.by`.
        counts: Base and parts at each published position, `UNKNOWN` where hidden; one axis per
            dimension and one for base and parts.
        shares: The first part's percentage as text at each position, where the rule names such
            a column; empty where null.
    """

    rule: TableRule
    key: tuple[str, ...]
    axes: tuple[Axis, ...]
    counts: Ints
    shares: np.ndarray | None = None

    @property
    def name(self) -> str:
        """The mart and the group, in words."""
        words = (f"{name} {value}" for name, value in self.group.items())
        return ", ".join([self.rule.mart, *words])

    @property
    def group(self) -> dict[str, str]:
        """The columns that select its rows of the mart, with their values."""
        return dict(self.rule.where) | dict(zip(self.rule.each, self.key, strict=True))


def columns_of(con: duckdb.DuckDBPyConnection, mart: str) -> dict[str, str]:
    """Names and types of a mart's columns; empty when there is no such mart."""
    schema, _, table = mart.partition(".")
    found = con.execute(
        "select column_name, data_type from duckdb_columns() "
        "where schema_name = ? and table_name = ? and not internal order by column_index",
        [schema, table],
    )
    return dict(found.fetchall())


def require_columns(con: duckdb.DuckDBPyConnection, rule: TableRule) -> dict[str, str]:
    """The mart's columns.

    Raises:
        InputError: One that the rule names is not there.
    """
    columns = columns_of(con, rule.mart)
    named = (*rule.where, *rule.each, AREA, *rule.by, *_numbers(rule), FLAG)
    missing = [name for name in named if name not in columns]
    if missing:
        raise InputError(
            f"{rule.mart} has no column {missing[0]}, which the rules name.",
            "Publish the mart as disclosure.json says.",
        )
    return columns


def _numbers(rule: TableRule) -> list[str]:
    return [rule.n, *rule.parts, *([rule.share] if rule.share else [])]


def selection(rule: TableRule, columns: dict[str, str]) -> tuple[str, list[str]]:
    """The condition on `mart` and its parameters by which a rule selects rows."""
    whole = {name: total for name, total in TOTALS.items() if name in columns}
    fixed = dict(rule.where) | {
        name: total
        for name, total in whole.items()
        if name not in (*rule.by, *rule.each, *rule.where)
    }
    places = ", ".join("?" for _ in rule.areas)
    conditions = [
        f"mart.{AREA} in (select {AREA} from core.dim_area where area_type in ({places}))",
        *(f"cast(mart.{name} as varchar) = ?" for name in fixed),
    ]
    return " and ".join(conditions), [*rule.areas, *fixed.values()]


def read_grids(con: duckdb.DuckDBPyConnection, rule: TableRule) -> list[Grid]:
    """All tables that a rule makes of its mart.

    Raises:
        InputError: The mart lacks a column, a cell has no row or two, or a hidden cell still
            has its count; the message names mart and cell, never a count.
    """
    columns = require_columns(con, rule)
    keys, numbers = [*rule.each, AREA, *rule.by], _numbers(rule)
    condition, values = selection(rule, columns)
    order = ", ".join(str(at) for at in range(1, len(keys) + 1))
    found = con.execute(
        f"select {', '.join(f'cast(mart.{name} as varchar)' for name in keys)}, area_type, "
        f"mart.{FLAG}, {', '.join(f'mart.{name}' for name in numbers)} "
        f"from {rule.mart} as mart inner join core.dim_area using ({AREA}) "
        f"where {condition} order by {order}",
        values,
    ).fetchall()
    start = len(rule.each)
    groups = itertools.groupby(found, key=lambda row: row[:start])
    return [_grid(*_applicable(rule, [row[start:] for row in rows]), key) for key, rows in groups]


def _applicable(
    rule: TableRule, rows: list[tuple[Any, ...]]
) -> tuple[TableRule, list[tuple[Any, ...]]]:
    """Rule and rows of a group without parts that no row has, open ones neither."""
    first = 2 + len(rule.by) + 1 + 1
    is_open = [row for row in rows if not row[first - 2]]
    parts = range(len(rule.parts))
    lacking = [at for at in parts if all(row[first + at] is None for row in is_open)]
    if not is_open or not lacking:
        return rule, rows
    kept = tuple(part for at, part in enumerate(rule.parts) if at not in lacking)
    gone = {first + at for at in lacking}
    return replace(rule, parts=kept), [
        tuple(value for at, value in enumerate(row) if at not in gone) for row in rows
    ]


def _grid(rule: TableRule, rows: Sequence[tuple[Any, ...]], key: tuple[str, ...]) -> Grid:
    size = 1 + len(rule.by)
    axes = tuple(_axes(rule, rows))
    at = [{label: number for number, label in enumerate(axis.published)} for axis in axes]
    shape = [len(axis.published) for axis in axes]
    counts = np.full([*shape, 1 + len(rule.parts)], UNKNOWN, dtype=np.int64)
    shares = np.full(shape, "", dtype=object) if rule.share else None
    grid = Grid(rule, key, axes, counts, shares)
    seen = np.zeros(shape, dtype=bool)
    for row in rows:
        place = tuple(found[label] for found, label in zip(at, row[:size], strict=True))
        if seen[place]:
            raise InputError(f"Two rows are one cell: {_place(grid, place)}.", "Publish one.")
        seen[place] = True
        counts[place] = _counts(grid, place, row[size + 1], row[size + 2 :])
        if shares is not None:
            shares[place] = "" if row[-1] is None else str(row[-1])
    if not seen.all():
        place = tuple(int(part) for part in np.argwhere(~seen)[0])
        raise InputError(
            f"A cell has no row: {_place(grid, place)}.",
            "Publish every cell of a table, hidden ones without numbers: absence tells.",
        )
    _check_sums(grid)
    return grid


def _check_sums(grid: Grid) -> None:
    """Refuse an open total that is not the sum of its open parts."""
    for number, axis in enumerate(grid.axes):
        if axis.total is None:
            continue
        lines = np.moveaxis(grid.counts, number, 0)
        parts, total = lines[:-1], lines[-1]
        left = total - parts.sum(axis=0)
        is_open = (lines != UNKNOWN).all(axis=0)
        wrong = np.argwhere(is_open & ((left < 0) if axis.has_other else (left != 0)))
        if len(wrong):
            place = [int(at) for at in wrong[0][:-1]]
            place.insert(number, len(axis.labels))
            raise InputError(
                f"The total is not the sum of its {len(axis.labels)} parts over {axis.name}: "
                f"{_place(grid, tuple(place))}.",
                "Correct the mart; nothing can be said of a table that contradicts itself.",
            )


def _axes(rule: TableRule, rows: Sequence[tuple[Any, ...]]) -> Iterator[Axis]:
    size = 1 + len(rule.by)
    towns = sorted({row[0] for row in rows if row[size] == "municipality"})
    counties = sorted({row[0] for row in rows if row[size] == "county"})
    if len(counties) > 1:
        raise InputError(f"{rule.mart} has rows of {len(counties)} counties.", "Publish one.")
    if towns:
        yield Axis(AREA, tuple(towns), counties[0] if counties else None, has_other=False)
    else:
        yield Axis(AREA, tuple(counties), None, has_other=False)
    for number, name in enumerate(rule.by, start=1):
        found = {row[number] for row in rows}
        total = TOTALS[name] if TOTALS[name] in found else None
        labels = tuple(sorted(found - {total}))
        if not labels:
            labels, total = (TOTALS[name],), None
        yield Axis(name, labels, total, has_other=name in rule.others and total is not None)


def _counts(grid: Grid, place: tuple[int, ...], flag: object, values: Sequence[Any]) -> list[int]:
    values = values[: 1 + len(grid.rule.parts)]
    is_hidden = any(value is None for value in values)
    if flag is None or bool(flag) != is_hidden:
        raise InputError(
            f"{_place(grid, place)}: "
            + ("a hidden cell still has its count" if flag else "a count is missing, not hidden")
            + ".",
            f"Empty the counts where {FLAG}, and only there.",
        )
    if any(value is not None and (value < 0 or value != int(value)) for value in values):
        raise InputError(
            f"{_place(grid, place)}: a count is not a whole number, 0 or more.", "Correct it."
        )
    return [UNKNOWN if value is None else int(value) for value in values]


def _place(grid: Grid, place: tuple[int, ...]) -> str:
    labels = (
        f"{axis.name} {axis.published[at]}" for axis, at in zip(grid.axes, place, strict=True)
    )
    return ", ".join([grid.name, *labels])
