"""One table of a release as a linear system: cells, inner cells, and what a reader can add up.

What belongs here: counts by area and categories as arrays, and the `CountTable` over them.
What does not: reading them from marts (`reading`), what is hidden (`deciding`).

Arrays have one axis for areas (the municipalities, then the county where it is published) and
one for each breakdown: its published categories, then the total. People in none of the
published categories (another gender, an unknown education) are in totals only. Their number is
a residual that nobody publishes and everybody can compute, so it is a cell of the system too.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from warehouse.errors import InputError
from warehouse.tables.counts import NO_CATEGORY, CountTable, Flags, Ints

TOTAL = "Total"
REST = "rest"


@dataclass(frozen=True)
class Frame:
    """What a table's cells are told apart by.

    Args:
        name: The table, for messages.
        areas: Municipalities, then the county where `has_county`.
        has_county: Whether the last area is the sum of the others.
        by: Names of the breakdowns.
        categories: The published categories of each.
        only: Of a breakdown whose one category everybody is in: that category, which then
            stands for the total and is no cell of its own. Else empty.
    """

    name: str
    areas: tuple[str, ...]
    has_county: bool
    by: tuple[str, ...]
    categories: tuple[tuple[str, ...], ...]
    only: tuple[str, ...] = ()

    @property
    def shape(self) -> tuple[int, ...]:
        """Areas, and categories with the total, of each breakdown."""
        return (len(self.areas), *(len(one) + 1 for one in self.categories))

    def label(self, place: tuple[int, ...]) -> tuple[str, ...]:
        """The words for a place in an array; the total's is `Total`."""
        named = [(*known, TOTAL)[at] for known, at in zip(self.categories, place[1:], strict=True)]
        return (self.areas[place[0]], *named)


@dataclass(frozen=True)
class Answers:
    """Which published columns there are, as sets of leaves that exclude each other.

    Args:
        names: Of the columns, such as the items whose positive answers are counted.
        sets: Columns by leaves; everybody's answer is one of the leaves.
    """

    names: tuple[str, ...]
    sets: Ints

    @property
    def leaves(self) -> int:
        """The number of leaves."""
        return int(self.sets.shape[1])

    @property
    def sums(self) -> Ints:
        """Persons and columns, as sums of leaves."""
        return np.vstack([np.ones((1, self.leaves), dtype=np.int64), self.sets])

    @property
    def is_known(self) -> bool:
        """Whether the columns' counts and the persons' give that of each leaf."""
        return int(np.linalg.matrix_rank(self.sums)) == self.leaves


def answers_of(
    names: tuple[str, ...],
    members: Sequence[Collection[str]] | None = None,
    *,
    is_everybody: bool = False,
) -> Answers:
    """The leaves that columns tell apart: answers in the same columns are one leaf.

    Args:
        names: The columns.
        members: Answers that each column counts; by default one of its own.
        is_everybody: Whether everybody's answer is among these.
    """
    members = [{name} for name in names] if members is None else members
    answers = dict.fromkeys(answer for column in members for answer in sorted(column))
    leaves = dict.fromkeys(tuple(int(answer in one) for one in members) for answer in answers)
    if not is_everybody:
        leaves[(0,) * len(names)] = None
    sets = np.array(list(leaves), dtype=np.int64).reshape(len(leaves), len(names)).T
    return Answers(names, sets)


@dataclass(frozen=True)
class Counts:
    """The counts of one table.

    Args:
        frame: Its cells.
        answers: Its columns.
        n: Persons, in the frame's shape.
        parts: One array per column.
    """

    frame: Frame
    answers: Answers
    n: Ints
    parts: Ints

    def leaves(self) -> Ints:
        """Counts of inner cells, last axis the leaves; the last category is `other`.

        Raises:
            InputError: Margins contradict each other; names a place, never a count.
        """
        sums = self.answers.sums
        published = np.concatenate([self.n[None], self.parts])
        found = np.rint(np.tensordot(np.linalg.pinv(sums), published, axes=1)).astype(np.int64)
        if (np.tensordot(sums, found, axes=1) != published).any():
            raise InputError(
                f"Items of one question contradict each other: {self.frame.name}.",
                "Correct the file, or what `questions` of disclosure.yml says of them.",
            )
        leaves = np.moveaxis(found, 0, -1)
        for axis in range(1, leaves.ndim - 1):
            leaves = leaves.copy()
            whole, known = np.take(leaves, -1, axis), np.delete(leaves, -1, axis)
            np.moveaxis(leaves, axis, 0)[-1] = whole - known.sum(axis)
        if self.frame.has_county:
            self._require(
                leaves[-1] == leaves[:-1].sum(0), "The county is not the sum of its areas"
            )
            leaves = leaves[:-1]
        self._require(leaves >= 0, "Parts are more than their total")
        return leaves

    def _require(self, holds: Flags, what: str) -> None:
        if not holds.all():
            place = np.argwhere(~holds)[0].tolist()
            area = "" if len(place) < self.n.ndim + 1 else f"{self.frame.areas[place.pop(0)]} "
            words = [
                f"{name} {(*known, NO_CATEGORY)[at]}"
                for name, known, at in zip(
                    self.frame.by, self.frame.categories, place[:-1], strict=True
                )
            ]
            raise InputError(
                f"{what}: {self.frame.name}, {area}{', '.join(words)}.",
                "Nothing can be said of a table that contradicts itself; correct the mart.",
            )


@dataclass(frozen=True)
class System:
    """A table's cells as protection takes them.

    Args:
        table: Published cells first, then residuals that must not be told.
        inner: The inner cells' counts.
        column: Of each published cell: its column; -1: persons; number of columns and more: what
            each column leaves of the persons, then what can be computed between columns.
        places: Its place in the arrays.
        least: What a reader knows of each cell.
    """

    table: CountTable
    inner: Ints
    column: Ints
    places: Ints
    least: Ints

    @property
    def published(self) -> int:
        """How many cells, from the first, are published."""
        return len(self.places)


def make_system(counts: Counts, threshold: int) -> System:
    """The linear system of a table.

    Cells of residuals are there only where their count is 1 to below the threshold: a
    residual of nobody tells of nobody, and a large one may be computed.
    """
    frame, answers = counts.frame, counts.answers
    leaves = counts.leaves()
    axes = [sparse.identity(leaves.shape[0], dtype=np.int64, format="csr")]
    if frame.has_county:
        axes[0] = sparse.vstack([axes[0], np.ones((1, leaves.shape[0]), dtype=np.int64)]).tocsr()
    for size in leaves.shape[1:-1]:
        if size == 1:
            axes.append(sparse.identity(1, dtype=np.int64, format="csr"))
            continue
        one = sparse.identity(size, dtype=np.int64, format="csr")
        total = sparse.csr_matrix(np.ones((1, size), dtype=np.int64))
        # Published categories, the total, and the residual.
        axes.append(sparse.vstack([one[:-1], total, one[-1:]]).tocsr())
    columns = _columns(answers)
    margins = sparse.csr_matrix(columns)
    for axis in reversed(axes):
        margins = sparse.kron(axis, margins, format="csr")
    flat = leaves.reshape(-1)
    shape = (*(axis.shape[0] for axis in axes), len(columns))
    place = np.array(np.unravel_index(np.arange(margins.shape[0]), shape)).T
    is_residual = (place[:, 1:-1] > np.array(frame.shape[1:]) - 1).any(axis=1)
    n = np.asarray(margins @ flat)
    told = is_residual & (n > 0) & (n < threshold)
    rows = np.concatenate([np.flatnonzero(~is_residual), np.flatnonzero(told)])
    is_there = _possible(leaves).reshape(-1)
    chosen = place[rows]
    published = int((~is_residual).sum())
    table = CountTable(
        ("area", *frame.by, "count"),
        tuple(_labels(frame, answers, chosen)),
        margins[rows][:, is_there].tocsr(),
        n[rows],
        np.zeros(len(rows), dtype=bool),
    )
    column = chosen[:published, -1] - 1
    least = np.zeros(len(rows), dtype=np.int64)
    least[published:] = 1
    least[:published] = (column >= 2 * len(answers.sets)) & (n[rows[:published]] > 0)
    return System(table, flat[is_there], column, chosen[:published, :-1], least)


def _columns(answers: Answers) -> Ints:
    """Persons, each column, what each leaves, and what can be computed between columns."""
    sets = answers.sets
    rows = [np.ones((1, answers.leaves), dtype=np.int64)]
    if len(sets):
        rows += [sets, 1 - sets]
    rows.append(np.eye(answers.leaves, dtype=np.int64)[_alone(answers)])
    return np.vstack(rows)


def _alone(answers: Answers) -> list[int]:
    """Leaves that neither a column nor what it leaves of the persons counts by itself."""
    sets = answers.sets
    counted = np.vstack([sets, 1 - sets, np.ones((1, answers.leaves), dtype=np.int64)])
    by_itself = counted[counted.sum(1) == 1].any(axis=0)
    return np.flatnonzero(~by_itself).tolist()


def _possible(leaves: Ints) -> Flags:
    """Inner cells that may hold somebody: not those of a residual of nobody."""
    possible = np.ones(leaves.shape, dtype=bool)
    nobody = leaves.sum(-1) == 0
    for axis in range(1, leaves.ndim - 1):
        if leaves.shape[axis] == 1:
            continue
        other = np.zeros(nobody.shape, dtype=bool)
        np.moveaxis(other, axis, 0)[-1] = True
        possible[nobody & other] = False
    return possible


def _labels(frame: Frame, answers: Answers, places: Ints) -> list[tuple[str, ...]]:
    names = ["n", *answers.names, *(f"not {name}" for name in answers.names)]
    names += [f"{_leaf_name(answers, leaf)} alone" for leaf in _alone(answers)]
    words = [frame.areas, *((*known, TOTAL, NO_CATEGORY) for known in frame.categories), names]
    return [
        tuple(known[at] for known, at in zip(words, place, strict=True))
        for place in places.tolist()
    ]


def _leaf_name(answers: Answers, leaf: int) -> str:
    """The columns that a leaf is in."""
    columns = np.flatnonzero(answers.sets[:, leaf])
    return " and ".join(answers.names[at] for at in columns) or REST
