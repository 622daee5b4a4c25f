"""The items of one question, crossed in one way: cells and sums as arrays.

What belongs here: which cells there are, published ones and those that anybody can compute.
What does not: other tables of the same people (`people`).
"""

import itertools
from collections.abc import Iterator, Sequence
from functools import reduce

import numpy as np
from scipy import sparse

from warehouse.attack.answers import Answers, one_item, one_question
from warehouse.attack.public_rules import ITEM, PublicRules
from warehouse.attack.rows import Axis, Grid
from warehouse.errors import InputError
from warehouse.tables.counts import NO_CATEGORY, UNKNOWN, Flags, Ints


class Crossing:
    """The items of one question, crossed in one way."""

    def __init__(self, grids: list[Grid], rules: PublicRules) -> None:
        first = grids[0]
        self.grids, self.axes = grids, first.axes
        if any(grid.axes != first.axes for grid in grids):
            raise InputError(
                f"Items of one question have other areas or categories than {first.name}.",
                "Publish all of them for the same people.",
            )
        self.answers = _answers(grids, rules)

    def matrices(self) -> list[sparse.csr_matrix]:
        """Per dimension: positions by inner categories."""
        return [*(_members(axis) for axis in self.axes), sparse.csr_matrix(self.answers.rows)]

    def margins(self) -> sparse.csr_matrix:
        """All cells by inner cells."""
        return product(self.matrices())

    def counts(self) -> Ints:
        """All cells; those that nobody publishes are unknown."""
        shape = [len(positions(axis)) for axis in self.axes]
        counts = np.full([*shape, len(self.answers.names)], UNKNOWN, dtype=np.int64)
        published = [range(len(axis.published)) for axis in self.axes]
        values = np.concatenate([_with_rest(grid) for grid in self.grids], axis=-1)
        counts[np.ix_(*published, range(values.shape[-1]))] = values
        return counts.ravel()

    def separator(self, common: Sequence[str]) -> tuple[sparse.csr_matrix, Ints]:
        """The margin over common dimensions: by inner cells, and its published counts."""
        inner, at = [], []
        for axis, members in zip(self.axes, self.matrices(), strict=False):
            if axis.name in common:
                inner.append(sparse.identity(members.shape[1], dtype=np.int64, format="csr"))
                at.append(list(range(len(axis.published))))
            else:
                inner.append(sparse.csr_matrix(np.ones((1, members.shape[1]), dtype=np.int64)))
                at.append([len(axis.published) - 1])
        size = self.answers.rows.shape[1]
        inner.append(sparse.identity(size, dtype=np.int64, format="csr"))
        values = np.concatenate([_with_rest(grid) for grid in self.grids], axis=-1)
        return product(inner), values[np.ix_(*at, range(values.shape[-1]))].ravel()

    def labels(self, dimensions: Sequence[str]) -> Iterator[tuple[str, ...]]:
        """The category of each cell in each dimension; "all" where the table is not split."""
        names = [axis.name for axis in self.axes]
        for place in itertools.product(*map(positions, self.axes), self.answers.names):
            of_name = dict(zip([*names, "answer"], place, strict=True))
            yield tuple(of_name.get(name, "all") for name in dimensions)

    def is_derived(self) -> Flags:
        """Cells that nobody publishes."""
        flags = [np.arange(len(positions(axis))) >= len(axis.published) for axis in self.axes]
        return reduce(np.logical_or.outer, [*flags, self.answers.is_derived]).ravel()

    def is_base(self) -> Flags:
        """Cells that count a base."""
        size = int(np.prod([len(positions(axis)) for axis in self.axes]))
        return np.tile(self.answers.is_base, size)


def product(matrices: Sequence[sparse.csr_matrix]) -> sparse.csr_matrix:
    """Kronecker product: one row per combination of rows."""
    return reduce(lambda one, other: sparse.kron(one, other, format="csr"), matrices).astype(
        np.int64
    )


def positions(axis: Axis) -> tuple[str, ...]:
    """Published categories, the total, and people in none of them."""
    return (*axis.published, *([NO_CATEGORY] if axis.has_other else []))


def _members(axis: Axis) -> sparse.csr_matrix:
    size = len(axis.labels) + axis.has_other
    rows = [np.eye(size, dtype=np.int64)[: len(axis.labels)]]
    if axis.total is not None:
        rows.append(np.ones((1, size), dtype=np.int64))
    if axis.has_other:
        rows.append(np.eye(size, dtype=np.int64)[-1:])
    return sparse.csr_matrix(np.vstack(rows))


def _with_rest(grid: Grid) -> Ints:
    """Base, parts and what remains; that is known where all of them are."""
    if not grid.rule.parts:
        return grid.counts
    rest = grid.counts[..., 0] - grid.counts[..., 1:].sum(axis=-1)
    is_known = (grid.counts != UNKNOWN).all(axis=-1)
    if (rest[is_known] < 0).any():
        raise InputError(
            f"{grid.name}: parts of a base are more than the base.", "Correct the mart."
        )
    return np.concatenate([grid.counts, np.where(is_known, rest, UNKNOWN)[..., None]], axis=-1)


def _answers(grids: Sequence[Grid], rules: PublicRules) -> Answers:
    rule = grids[0].rule
    if len(grids) == 1:
        return one_item(rule.n, rule.parts)
    if len(rule.parts) != 1:
        raise InputError(
            f"{grids[0].name} and others are of one question and have {len(rule.parts)} parts.",
            "Name one part in the rules of such a table.",
        )
    at = rule.each.index(ITEM)
    items = [grid.key[at] for grid in grids]
    question = next(one for one in rules.questions if items[0] in one.items)
    return one_question(items, rule.n, rule.parts[0], question)
