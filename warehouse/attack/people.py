"""All tables of the same people as one system of sums.

What belongs here: cells that are published, cells that anybody can compute from them (people
in no published category, between two items of one question), and what two tables have in
common. What does not: rows (`rows`), attacking (`published`).

Two tables of non-negative whole numbers that agree on their common margin come from one
joint table: give each combination of the margin its people in any order, and pair them off.
So where that margin is open, each table is attacked alone and nothing is lost; elsewhere one
system holds both, with the margin equal (not the product of all categories).
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from scipy import sparse

from warehouse.attack.crossing import Crossing, positions
from warehouse.attack.knowledge import Knowledge, open_cells
from warehouse.attack.public_rules import ITEM, PublicRules, SourceRule
from warehouse.attack.rows import Grid
from warehouse.errors import InputError
from warehouse.tables.counts import UNKNOWN, CountTable, Flags


@dataclass(frozen=True)
class People:
    """Everything published of some people, as a reader sees it.

    Args:
        name: Mart and group, in words.
        about: The mart, and the columns that select its rows, with their values; of several tables
            the first's.
        table: All cells, computable ones among them as hidden.
        is_derived: Cells that nobody publishes: no secret when nobody is in them.
        is_base: Cells that count a base.
        links: Rows over inner cells whose sums are zero: the tables agree in them.
        shares: Cell, its base, and the percentage that readers have instead of the cell.
        rule: Thresholds.
        tables: Number of tables that are seen together.
    """

    name: str
    about: dict[str, str]
    table: CountTable
    is_derived: Flags
    is_base: Flags
    links: sparse.csr_matrix
    shares: tuple[tuple[int, int, Decimal], ...]
    rule: SourceRule
    tables: int = 1

    def knowledge(self, *, linked: bool = True) -> Knowledge:
        """What a reader knows, with or without that the tables agree.

        The targets are the hidden cells, in the order of `table`.
        """
        known = open_cells(self.table)
        if not linked:
            return known
        nothing = np.zeros(self.links.shape[0], dtype=np.int64)
        return known.with_above(self.links, nothing).with_above(-self.links, nothing)


def gather(grids: Sequence[Grid], rules: PublicRules) -> Iterator[People]:
    """The systems of a release, in a fixed order.

    Args:
        grids: All tables of the release.
        rules: Its rules.

    Raises:
        InputError: Tables of the same people do not fit together; the message names them.
    """
    for _, tables in sorted(_groups(grids, rules).items()):
        yield from _systems(tables, rules, is_open=_is_open(tables))


def gather_pairs(
    earlier: Sequence[Grid], later: Sequence[Grid], rules: PublicRules
) -> Iterator[tuple[People, People]]:
    """The systems of two releases whose grids have equal axes, seen together.

    Raises:
        InputError: As `gather`.
    """
    before, after = _groups(earlier, rules), _groups(later, rules)
    for key in sorted(before.keys() & after.keys()):
        is_open = _is_open(before[key]) and _is_open(after[key])
        pairs = (_systems(found[key], rules, is_open=is_open) for found in (before, after))
        yield from zip(*pairs, strict=True)


def _groups(grids: Sequence[Grid], rules: PublicRules) -> dict[str, list[Crossing]]:
    """Tables of the same people, by a key that sorts."""
    question = {item: min(one.items) for one in rules.questions for item in one.items}
    groups: dict[str, dict[str, list[Grid]]] = {}
    for grid in grids:
        key = dict(zip(grid.rule.each, grid.key, strict=True))
        item = key.get(ITEM, "")
        # Of a table with several parts, each item is a question of its own.
        key[ITEM] = question.get(item, item) if len(grid.rule.parts) == 1 else item
        group = repr((grid.rule.mart, sorted(grid.rule.where.items()), sorted(key.items())))
        crossing = repr((grid.rule.areas, grid.rule.by))
        groups.setdefault(group, {}).setdefault(crossing, []).append(grid)
    return {
        group: [Crossing(items, rules) for items in tables.values()]
        for group, tables in groups.items()
    }


def _systems(tables: list[Crossing], rules: PublicRules, *, is_open: bool) -> Iterator[People]:
    if is_open:
        yield from (_people([one], rules) for one in tables)
    else:
        yield _people(tables, rules)


def _people(tables: Sequence[Crossing], rules: PublicRules) -> People:
    first = tables[0].grids[0]
    names = dict.fromkeys(axis.name for table in tables for axis in table.axes)
    dimensions = (*names, "answer")
    labels = tuple(label for table in tables for label in table.labels(dimensions))
    n = np.concatenate([table.counts() for table in tables])
    margins = [table.margins() for table in tables]
    name = first.name if len(tables) == 1 else f"{first.name} ({len(tables)} tables)"
    table = CountTable(
        dimensions,
        labels,
        sparse.block_diag(margins, format="csr", dtype=np.int64),
        n,
        n == UNKNOWN,
        None,
        (name,) * len(n),
    )
    return People(
        name,
        {"mart": first.rule.mart} | first.group,
        table,
        np.concatenate([one.is_derived() for one in tables]),
        np.concatenate([one.is_base() for one in tables]),
        _links(tables, [matrix.shape[1] for matrix in margins]),
        tuple(_shares(tables)),
        rules.sources[first.rule.where["source"]],
        len(tables),
    )


def _common(tables: Sequence[Crossing]) -> list[str]:
    """Dimensions that all tables share, the same for each two of them."""
    area = {table.axes[0].labels for table in tables}
    shared = [{axis.name for axis in table.axes[1:]} for table in tables]
    every = set.intersection(*shared)
    for one, other in itertools.combinations(shared, 2):
        if one & other != every:
            first = tables[0].grids[0].name
            raise InputError(
                f"Two tables of {first} share {', '.join(sorted(one & other - every))} "
                "and others do not.",
                "Publish them as one table, or leave one out.",
            )
    axes = {axis.name: axis for axis in tables[0].axes}
    for name in every:
        if any(axis != axes[name] for table in tables for axis in table.axes if axis.name == name):
            raise InputError(
                f"Tables of {tables[0].grids[0].name} have different categories of {name}.",
                "Publish the same categories in both.",
            )
    return [*([tables[0].axes[0].name] if len(area) == 1 else []), *sorted(every)]


def _is_open(tables: Sequence[Crossing]) -> bool:
    """Whether what the tables have in common is open, so that each can be seen alone."""
    if len(tables) == 1:
        return True
    common = _common(tables)
    if any(
        axis.total is None and len(axis.labels) > 1
        for table in tables
        for axis in table.axes
        if axis.name not in common
    ):
        raise InputError(
            f"Tables of {tables[0].grids[0].name} have no published total in common.",
            "Publish the county's row, and totals of every dimension.",
        )
    separators = [table.separator(common)[1] for table in tables]
    if any((one != separators[0]).any() for one in separators):
        raise InputError(
            f"Tables of {tables[0].grids[0].name} have different totals.",
            "Build them from the same rows.",
        )
    return bool((separators[0] != UNKNOWN).all())


def _links(tables: Sequence[Crossing], sizes: Sequence[int]) -> sparse.csr_matrix:
    if len(tables) == 1:
        return sparse.csr_matrix((0, sizes[0]), dtype=np.int64)
    separators = [table.separator(_common(tables))[0] for table in tables]
    rows = []
    for number in range(1, len(tables)):
        parts = [
            sparse.csr_matrix((separators[0].shape[0], size), dtype=np.int64) for size in sizes
        ]
        parts[0], parts[number] = separators[0], -separators[number]
        rows.append(sparse.hstack(parts))
    return sparse.vstack(rows).tocsr().astype(np.int64)


def _shares(tables: Sequence[Crossing]) -> Iterator[tuple[int, int, Decimal]]:
    """Shares that are open where their part is not."""
    before = 0
    for table in tables:
        size = len(table.answers.names)
        shape = [len(positions(axis)) for axis in table.axes]
        for number, grid in enumerate(table.grids):
            if grid.shares is None:
                continue
            # An item's counts lie together: base, parts, rest.
            first = before + number * (grid.counts.shape[-1] + 1)
            for place in np.argwhere((grid.shares != "") & (grid.counts[..., 1] == UNKNOWN)):
                at = first + size * int(np.ravel_multi_index(tuple(place), shape))
                yield at + 1, at, Decimal(grid.shares[tuple(place)])
        before += size * int(np.prod(shape))
