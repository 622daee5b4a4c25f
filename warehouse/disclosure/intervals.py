"""What a reader can infer of hidden counts because counts are non-negative whole numbers.

What belongs here: witness tables that show a hidden count's other possible values, and the
combinations of open cells that prove a bound where there are too few. What does not:
choosing what else to hide (`protect`).

A witness is another table of whole numbers that agrees with every open cell; each is checked
exactly, so a value that one shows is possible beyond doubt. The true table is the first.
"""

import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from scipy import sparse

from warehouse.tables.counts import Floats, Ints
from warehouse.tables.modular import Vector, add_multiple, modular, ones
from warehouse.tables.solver import Optimum, System

NEEDED = 3
RANDOM_OBJECTIVES = 40
COMBINATIONS = 400
MOST_VALUES = 50
MOST_TABLES = 300
ROUNDING = 1e-6
LARGEST_DENOMINATOR = 10_000
SEARCH_SECONDS = 20.0
MOST_SEARCHED = 12


@dataclass(frozen=True)
class Block:
    """One connected block as a reader sees it, and the truth.

    Args:
        open_rows: Open cells that are independent, over the block's inner cells.
        hidden_rows: Hidden cells.
        least: What a reader knows each hidden cell to be at least (0 or 1).
        true: The inner cells.
    """

    open_rows: sparse.csr_matrix
    hidden_rows: sparse.csr_matrix
    least: Ints
    true: Ints


class Witnesses:
    """Tables that a reader of a block must think possible.

    Args:
        block: The block.
        known: Tables that were possible under another pattern; those that still are, count.
    """

    def __init__(self, block: Block, known: Ints) -> None:
        self.block = block
        self.n = block.hidden_rows @ block.true
        self._open_n = block.open_rows @ block.true
        self.values: list[set[int]] = [set() for _ in self.n]
        self.tables = np.zeros((0, len(block.true)), dtype=np.int64)
        self._upper = float(block.true.sum() * 2 + 100)
        self._random = np.random.default_rng(1)
        self._relaxed = self._system(whole=False)
        self._whole: System | None = None
        self.add(np.vstack([block.true[None, :], known]))

    def _system(self, *, whole: bool) -> System:
        block, size = self.block, len(self.block.true)
        is_sum = (np.diff(block.hidden_rows.indptr) > 1) & (block.least > 0)
        lower = np.zeros(size)
        for row in np.flatnonzero(~is_sum & (block.least > 0)):
            lower[block.hidden_rows.indices[block.hidden_rows.indptr[row]]] = block.least[row]
        count = int(is_sum.sum())
        return System(
            sparse.vstack([block.open_rows, block.hidden_rows[is_sum]]).tocsr(),
            np.concatenate([self._open_n, block.least[is_sum]]).astype(float),
            np.concatenate([self._open_n.astype(float), np.full(count, np.inf)]),
            lower,
            np.full(size, self._upper),
            whole=whole,
        )

    def add(self, tables: Ints) -> None:
        """Count the values of those tables that are possible."""
        block = self.block
        tables = tables[(tables >= 0).all(axis=1)]
        fits = ((block.open_rows @ tables.T) == self._open_n[:, None]).all(axis=0)
        hidden = block.hidden_rows @ tables[fits].T
        tables, fits = tables[fits], (hidden >= block.least[:, None]).all(axis=0)
        tables, hidden = tables[fits], hidden[:, fits]
        news = np.zeros(len(tables), dtype=bool)
        for values, found in zip(self.values, hidden, strict=True):
            if len(values) < MOST_VALUES:
                for number, value in enumerate(found.tolist()):
                    if value not in values:
                        values.add(value)
                        news[number] = True
        self.tables = np.vstack([self.tables, tables[news]])[-MOST_TABLES:]

    def unshown(self) -> list[int]:
        """Hidden cells without three values of which one is above the true one."""
        return [cell for cell in range(len(self.n)) if not self._is_shown(cell)]

    def opening(self, cell: int) -> "Witnesses | None":
        """The same block with one hidden cell open, if all others are shown without much search."""
        block = self.block
        others = np.delete(np.arange(len(self.n)), cell)
        trial = Witnesses(
            Block(
                sparse.vstack([block.open_rows, block.hidden_rows[cell]]).tocsr(),
                block.hidden_rows[others],
                block.least[others],
                block.true,
            ),
            self.tables,
        )
        trial.combine()
        unshown = trial.unshown()
        if len(unshown) > MOST_SEARCHED:
            return None
        for number in unshown:
            if not trial._is_shown(number) and trial.search(number, whole=False):
                return None
        trial.combine()
        return None if trial.unshown() else trial

    def spread(self) -> None:
        """Random objectives, and sums and differences of the tables found."""
        for number in range(RANDOM_OBJECTIVES):
            if not self.unshown():
                return
            self._optimum(self._random.normal(size=len(self.block.true)))
            if number % 5 == 4:
                self.combine()

    def combine(self) -> None:
        """Walk from tables along the differences of others."""
        size = len(self.tables)
        if size > 1:
            a, b, c = self._random.integers(size, size=(3, COMBINATIONS))
            self.add(self.tables[a] + self.tables[b] - self.tables[c])

    def _optimum(self, objective: Floats) -> Optimum:
        found = self._relaxed.maximise(objective)
        if found is None:
            raise AssertionError("the true table does not satisfy its own margins")
        self._keep(found)
        return found

    def _keep(self, found: Optimum) -> None:
        point = np.rint(found.point)
        if np.abs(point - found.point).max(initial=0) < ROUNDING:
            self.add(point.astype(np.int64)[None, :])

    def failures(self, *, whole: bool) -> list[Vector]:
        """Search for every cell that is not shown yet, and collect the proofs.

        A cell inside a proof found for another one usually fails by the same proof; it is
        left for the next pass.
        """
        proofs: list[Vector] = []
        covered: set[int] = set()
        rows = self.block.hidden_rows
        for cell in self.unshown():
            inside = rows.indices[rows.indptr[cell] : rows.indptr[cell + 1]].tolist()
            if not self._is_shown(cell) and not covered.issuperset(inside):
                found = self.search(cell, whole=whole)
                proofs += found
                covered.update(*found)
        return proofs

    def search(self, cell: int, *, whole: bool) -> list[Vector]:
        """Look for values of one cell; where there are too few, what proves it.

        Args:
            cell: The hidden cell.
            whole: Whether to search among whole numbers too, which is slow, before giving up.

        Returns:
            Vectors over the block's inner cells, each a combination of open cells: none when
            the cell has values enough.
        """
        objective = self.block.hidden_rows[cell].toarray()[0].astype(float)
        high = self._optimum(objective)
        top = _floor(high.bound)
        if self._is_shown(cell):
            return []
        if top <= self.n[cell]:
            return [proof for proof in [self._proof(high)] if proof]
        low = self._optimum(-objective)
        bottom = -_floor(low.bound)
        if top - bottom >= NEEDED - 1:
            if not self._is_shown(cell):
                self.combine()
            if whole and not self._is_shown(cell):
                self._search_whole(cell, objective)
            if self._is_shown(cell):
                return []
        proofs = [self._proof(high)]
        if bottom > self.block.least[cell]:
            proofs.append(self._proof(low))
        return [proof for proof in proofs if proof]

    def _is_shown(self, cell: int) -> bool:
        values = self.values[cell]
        return len(values) >= NEEDED and max(values) > self.n[cell]

    def _search_whole(self, cell: int, objective: Floats) -> None:
        self._whole = self._whole or self._system(whole=True)
        for sign in (1, -1):
            found = self._whole.maximise(sign * objective, SEARCH_SECONDS)
            if found is not None and found.is_found:
                self._keep(found)
                self.combine()
            if self._is_shown(cell):
                return

    def _proof(self, optimum: Optimum) -> Vector:
        """The multiplied sum of open rows, exact whatever the rounding of the multipliers."""
        total: Vector = {}
        rows = self.block.open_rows
        for row, multiplier in enumerate(optimum.multipliers[: rows.shape[0]]):
            if abs(multiplier) > ROUNDING:
                factor = modular(Fraction(multiplier).limit_denominator(LARGEST_DENOMINATOR))
                members = rows.indices[rows.indptr[row] : rows.indptr[row + 1]]
                add_multiple(total, factor, ones(members))
        return total


def _floor(bound: float) -> int:
    return math.floor(bound + ROUNDING)
