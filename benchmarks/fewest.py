"""The fewest cells that can be hidden: a search that proves its answer, for small tables.

What belongs here: whole-number programmes over patterns, by scipy and apart from how releases are
protected, so that both can be compared. What does not: protecting (`warehouse/disclosure`).

A pattern that fails teaches a condition: the limits of a hidden cell follow from some open cells,
so whoever hides the cell hides one of these too. The fewest cells under all conditions learned are
tried next; the first pattern that holds is one of the smallest.
"""

import itertools
import math
import time
from collections.abc import Iterator

import numpy as np
from scipy import optimize, sparse

from warehouse.disclosure.rules import Rules
from warehouse.tables.counts import CountTable, Flags, Floats, Ints

ROUNDING = 1e-6
# At most that many cells have their limits looked for in one pattern.
MOST_LEARNED = 40


def fewest(
    table: CountTable, inner: Ints, rules: Rules, primary: Flags, seconds: float
) -> tuple[int, bool]:
    """The size of the smallest pattern where each hidden count has three values, one above its own.

    Args:
        table: The table.
        inner: The inner cells.
        rules: Whether zeros are open, and what readers know of hidden cells.
        primary: Cells hidden in any case.
        seconds: Time after which the search ends.

    Returns:
        The number of cells hidden, and whether that is the fewest; if not, fewer are impossible
        and it is not known whether so few are enough.
    """
    deadline = time.monotonic() + seconds
    reader = Reader(table, inner, rules)
    is_open = np.zeros(len(table), dtype=bool) if rules.zeros_protected else (table.n == 0)
    conditions: list[tuple[int, Flags]] = []
    least_hidden = int(primary.sum())
    while time.monotonic() < deadline:
        found = _smallest(primary, is_open & ~primary, conditions, deadline - time.monotonic())
        if found is None:
            break
        least_hidden = int(found.sum())
        learned = list(itertools.islice(reader.failures(found), MOST_LEARNED))
        if not learned:
            return least_hidden, True
        conditions += learned
    return least_hidden, False


def _smallest(
    primary: Flags, is_open: Flags, conditions: list[tuple[int, Flags]], seconds: float
) -> Flags | None:
    """The smallest pattern under all conditions; None when time is up."""
    size = len(primary)
    rows = np.zeros((len(conditions), size))
    for row, (cell, others) in zip(rows, conditions, strict=True):
        row[others] = 1
        row[cell] = -1
    found = optimize.milp(
        np.ones(size),
        constraints=optimize.LinearConstraint(sparse.csr_matrix(rows), 0, np.inf)
        if rows.size
        else (),
        integrality=np.ones(size),
        bounds=optimize.Bounds(primary.astype(float), (~is_open).astype(float)),
        options={"time_limit": max(seconds, 0.1)},
    )
    return found.x > 0.5 if found.status == 0 else None


class Reader:
    """Who knows the open cells of a table, and that counts are whole and at least so much.

    Args:
        table: The table.
        inner: The inner cells.
        rules: Whether zeros are open.
    """

    def __init__(self, table: CountTable, inner: Ints, rules: Rules) -> None:
        self._rows = table.margins.toarray().astype(float)
        self._n = table.n
        self._least = rules.least(table.n)
        self._most = float(inner.sum() * 2 + 100)

    def failures(self, hidden: Flags) -> Iterator[tuple[int, Flags]]:
        """Hidden cells with too few values, each with open cells of which one must be hidden."""
        for cell in np.flatnonzero(hidden):
            top, above = self._limit(cell, hidden, 1)
            if top <= self._n[cell]:
                yield int(cell), above
                continue
            bottom, below = self._limit(cell, hidden, -1)
            if top - bottom < 2:
                yield int(cell), above | below
            elif not self._has_three(cell, hidden):
                yield int(cell), ~hidden

    def _limit(self, cell: int, hidden: Flags, sign: int) -> tuple[int, Flags]:
        """The largest value, or the smallest, and the open cells that prove it."""
        found = optimize.linprog(
            -sign * self._rows[cell],
            A_ub=-self._rows[hidden],
            b_ub=-self._least[hidden],
            A_eq=self._rows[~hidden],
            b_eq=self._n[~hidden],
            bounds=(0, self._most),
        )
        proof = np.zeros(len(hidden), dtype=bool)
        proof[~hidden] = np.abs(found.eqlin.marginals) > ROUNDING
        return sign * math.floor(-found.fun + ROUNDING), proof

    def _has_three(self, cell: int, hidden: Flags) -> bool:
        n = int(self._n[cell])
        top, bottom = self._whole(cell, hidden, 1), self._whole(cell, hidden, -1)
        if top is None or bottom is None or top <= n:
            return False
        # The true value, one above it, and one below or between.
        return bottom < n or self._whole(cell, hidden, 1, (n + 1, top - 1)) is not None

    def _whole(
        self, cell: int, hidden: Flags, sign: int, within: tuple[int, int] | None = None
    ) -> int | None:
        low: Floats = np.where(hidden, self._least, self._n).astype(float)
        high: Floats = np.where(hidden, self._most, self._n).astype(float)
        if within:
            low[cell], high[cell] = within
        if low[cell] > high[cell]:
            return None
        found = optimize.milp(
            -sign * self._rows[cell],
            constraints=optimize.LinearConstraint(self._rows, low, high),
            integrality=np.ones(self._rows.shape[1]),
            bounds=optimize.Bounds(0, self._most),
        )
        return round(float(self._rows[cell] @ found.x)) if found.status == 0 else None
