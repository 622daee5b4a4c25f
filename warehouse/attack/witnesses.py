"""Which values an attacker must think possible.

What belongs here: whole tables that agree with all that is known (witnesses), checked
exactly, and proofs that there are too few. What does not: what is known (`knowledge`).

The order of work goes from cheap to dear: elimination, random objectives with sums and
differences of the tables found, one pair of linear programmes per cell, whole numbers.
"""

import itertools
import math
import time
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy import sparse

from warehouse.attack.knowledge import Knowledge, blocks, contradiction, peel
from warehouse.attack.systems import leaned, system
from warehouse.tables.counts import Flags, Floats, Ints
from warehouse.tables.solver import Optimum

ENOUGH = 3
RANDOM_OBJECTIVES = 60
DENSE_OBJECTIVES = 12
MOST_STALE = 12
MOST_TABLES = 300
COMBINATIONS = 500
TOLERANCE = 1e-6


class Verdict(StrEnum):
    """What was found for a hidden cell."""

    SAFE = "safe"
    DISCLOSED = "disclosed"
    UNDECIDED = "undecided"


@dataclass(frozen=True)
class Finding:
    """A verdict, and the least and largest value where they were determined."""

    verdict: Verdict
    low: int | None = None
    high: int | None = None


def attack(
    knowledge: Knowledge, seconds: float = math.inf, may_be_none: Flags | None = None
) -> list[Finding]:
    """Decide for each target whether at least three values are possible.

    Args:
        knowledge: What the attacker knows.
        seconds: Time after which the rest stays undecided.
        may_be_none: Targets that are safe as soon as they may be 0.

    Raises:
        InputError: No table agrees with what is known.
    """
    deadline = time.monotonic() + seconds
    rest, known = peel(knowledge)
    findings = [Finding(Verdict.DISCLOSED, int(value), int(value)) for value in known]
    if may_be_none is None:
        may_be_none = np.zeros(len(known), dtype=bool)
    for numbers, part in blocks(rest):
        pool = _Pool(part, deadline, may_be_none[numbers] & (known[numbers] == 0))
        for number, finding in zip(numbers, pool.findings(known[numbers]), strict=True):
            findings[number] = finding
    return findings


class _Pool:
    """The witnesses of one block."""

    def __init__(self, known: Knowledge, deadline: float, may_be_none: Flags) -> None:
        self._deadline = deadline
        self._random = np.random.default_rng(7)
        self._known, self._is_exact = leaned(known)
        self._may_be_none = may_be_none
        self._tables = np.zeros((0, known.equal.shape[1]), dtype=np.int64)
        self._values: list[set[int]] = [set() for _ in self._is_exact]
        self._waiting = list(range(len(self._values)))
        self._limits: dict[int, tuple[int, int]] = {}
        self._linear = system(self._known, whole=False)

    def findings(self, offsets: Ints) -> list[Finding]:
        """Go through all steps until every target is decided or time is up."""
        self._spread()
        for target in self._open():
            if self._is_open(target) and not self._late():
                self._search(target)
        return [self._finding(target, int(offset)) for target, offset in enumerate(offsets)]

    def _finding(self, target: int, offset: int) -> Finding:
        if self._is_exact[target]:
            value = None
            if len(self._tables):
                value = offset + int((self._known.targets[target] @ self._tables[0])[0])
            return Finding(Verdict.DISCLOSED, value, value)
        if self._is_shown(target):
            return Finding(Verdict.SAFE)
        if target in self._limits:
            low, high = self._limits[target]
            return Finding(Verdict.DISCLOSED, offset + int(low), offset + int(high))
        return Finding(Verdict.UNDECIDED)

    def _open(self) -> list[int]:
        self._waiting = [target for target in self._waiting if self._is_open(target)]
        return self._waiting

    def _is_open(self, target: int) -> bool:
        return not self._is_exact[target] and not self._is_shown(target)

    def _is_shown(self, target: int) -> bool:
        values = self._values[target]
        return len(values) >= ENOUGH or bool(self._may_be_none[target] and 0 in values)

    def _late(self) -> bool:
        return time.monotonic() > self._deadline

    def _spread(self) -> None:
        """Random objectives: over everything first, then over the targets that still wait."""
        stale = 0
        for number in range(RANDOM_OBJECTIVES):
            waiting = self._open()
            if self._late() or (number and not waiting) or stale > MOST_STALE:
                return
            if number < DENSE_OBJECTIVES:
                self._solve(self._random.normal(size=self._linear.size))
            else:
                weights = self._random.normal(size=len(waiting))
                self._solve(self._known.targets[waiting].T @ weights)
            if number % 4 == 3:
                self._combine()
            stale = stale + 1 if len(self._open()) == len(waiting) else 0

    def _combine(self) -> None:
        count = len(self._tables)
        if count > 1:
            a, b, c = self._random.integers(count, size=(3, COMBINATIONS))
            self._add(self._tables[a] + self._tables[b] - self._tables[c])

    def _solve(self, objective: Floats) -> Optimum:
        found = self._linear.maximise(objective)
        if found is None:
            raise contradiction()
        self._keep(found)
        return found

    def _keep(self, found: Optimum) -> None:
        if found.is_found:
            self._add(np.rint(found.point).astype(np.int64)[None, :])

    def _add(self, tables: Ints) -> None:
        """Count what tables show of targets not decided yet; keep tables that show something."""
        tables = tables[self._known.holds(tables)]
        news = np.zeros(len(tables), dtype=bool)
        news[: max(0, ENOUGH - len(self._tables))] = True
        waiting = self._open()
        if waiting and len(tables):
            shown = self._known.targets[waiting] @ tables.T
            for target, values in zip(waiting, shown.tolist(), strict=True):
                have = self._values[target]
                for number, value in enumerate(values):
                    if value not in have:
                        have.add(value)
                        news[number] = True
        self._tables = np.vstack([self._tables, tables[news]])[-MOST_TABLES:]

    def _search(self, target: int) -> None:
        objective = self._known.targets[target].toarray()[0].astype(float)
        high = math.floor(self._solve(objective).bound + TOLERANCE)
        low = math.ceil(-self._solve(-objective).bound - TOLERANCE)
        if not self._is_open(target):
            return
        if high - low < ENOUGH - 1 and not (self._may_be_none[target] and low <= 0):
            self._limits[target] = (low, high)
            return
        self._combine()
        self._search_whole(target, low, high)

    def _search_whole(self, target: int, low: int, high: int) -> None:
        """Look for whole tables with a value not seen yet, until enough or proven that none is."""
        row = self._known.targets[target]
        while self._is_open(target):
            before = len(self._values[target])
            for least, most in self._unseen(target, low, high):
                inside = self._known.with_above(
                    sparse.vstack([row, -row]).tocsr(), np.array([least, -most])
                )
                nothing = np.zeros(self._linear.size)
                found = system(inside, whole=True).maximise(nothing, self._left())
                if found is None:
                    continue
                self._keep(found)
                if len(self._values[target]) == before:
                    return
                break
            else:
                if not before:
                    raise contradiction()
                self._limits[target] = (min(self._values[target]), max(self._values[target]))
                return

    def _unseen(self, target: int, low: int, high: int) -> list[tuple[int, int]]:
        """Ranges without a value seen, the most telling first."""
        values = sorted(self._values[target])
        marks = [low - 1, *values, high + 1]
        gaps = [(one + 1, other - 1) for one, other in itertools.pairwise(marks)]
        gaps = [gap for gap in (gaps[-1], *gaps[:-1]) if gap[0] <= gap[1]]
        return [(0, 0), *gaps] if self._may_be_none[target] and low <= 0 <= high else gaps

    def _left(self) -> float:
        return max(0.1, min(self._deadline - time.monotonic(), 1e9))
