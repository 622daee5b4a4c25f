"""Protecting and attacking tables of the size of a survey of schools.

What belongs here: the table, times, hidden cells beside GaussSuppression's figures and beside the
fewest possible, growth, and cells opened again at random. What does not: how the fewest are found
(`fewest`).
"""

import itertools
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from scipy import sparse

from benchmarks.fewest import fewest
from benchmarks.measure import print_table
from tests.disclosure.reference import SSB, case
from warehouse.attack.modes import Scene, run_modes
from warehouse.attack.witnesses import Verdict
from warehouse.disclosure.protect import protect
from warehouse.disclosure.rules import Rules
from warehouse.tables.counts import CountTable, Flags, Ints

AREAS, SEXES, GRADES, ANSWERS = 15, 2, 4, 3
PUPILS = 5000
GAUSS_HIDDEN, GAUSS_PRIMARY = 1293, 630
REOPENED = 200
# For the search of the fewest hidden cells, per case.
SEARCH_SECONDS = 60.0
MOST_SEARCHED = 100
# GaussSuppression's pattern with interval protection, where there is one.
INTERVALS = {"h2y2023": "h2y2023_z1_protectionIntervals_published"}


def school_table(years: int, scale: int = 1) -> tuple[CountTable, Ints]:
    """Municipality and county, years, sex, grades, answers; no total over years.

    Args:
        years: Number of years.
        scale: Multiplies the number of municipalities and of pupils.
    """
    random = np.random.default_rng(2023)
    areas = AREAS * scale
    size = random.dirichlet(np.full(areas, 1.3)) + 0.15 / areas
    answers = np.array([0.66, 0.25, 0.09])
    cells = list(
        itertools.product(range(years), range(areas), range(SEXES), range(GRADES), range(ANSWERS))
    )
    expected = [
        PUPILS * scale * size[area] / size.sum() / (SEXES * GRADES) * answers[answer]
        for _, area, _, _, answer in cells
    ]
    inner = random.poisson(expected).astype(np.int64)
    labels, rows = [], []
    parts = [range(areas), range(SEXES), range(GRADES), range(ANSWERS)]
    at = np.arange(len(cells)).reshape(years, areas, SEXES, GRADES, ANSWERS)
    for year in range(years):
        for label in itertools.product(*([*part, None] for part in parts)):
            index = tuple(slice(None) if part is None else part for part in label)
            labels.append((str(year), *("Total" if part is None else str(part) for part in label)))
            rows.append(np.atleast_1d(at[(year, *index)]).ravel())
    pairs = np.repeat(np.arange(len(rows)), [len(row) for row in rows])
    margins = sparse.csr_matrix(
        (np.ones(len(pairs), dtype=np.int64), (pairs, np.concatenate(rows))),
        (len(rows), len(cells)),
    )
    names = ("year", "area", "sex", "grade", "answer")
    nothing = np.zeros(len(rows), dtype=bool)
    return CountTable(names, tuple(labels), margins, margins @ inner, nothing), inner


def measure(work: Path, *, full: bool) -> None:
    """Print all measurements.

    Args:
        work: Not used; nothing is written.
        full: Growth to 100 000 cells and of one connected block, and the largest published case.
            Otherwise growth ends at 30 000.
    """
    for zeros in (False, True):
        _grow("years", [(5, 1)], Rules(5, zeros_protected=zeros))
    print(f"GaussSuppression on such a table: {GAUSS_HIDDEN} hidden, {GAUSS_PRIMARY} primary")
    # 10 000, 30 000 and 100 000 cells in blocks of 960.
    _grow("years", [(10, 1), (31, 1), *([(104, 1)] if full else [])], Rules(5))
    if full:
        # One block of 960, 2 800 and 9 100.
        _grow("times the areas", [(1, 1), (1, 3), (1, 10)], Rules(5))
    _small()
    _published(full)
    _reopened()


def _grow(what: str, sizes: Sequence[tuple[int, int]], rules: Rules) -> None:
    """One line per size: numbers of years and of municipalities."""
    print_table(
        (what, "cells", "primary", "hidden", "sum", "protect s", "attack s", "not safe"),
        [
            _line(*school_table(*size), rules, (str(size[0] if what == "years" else size[1]),))
            for size in sizes
        ],
    )


def _small() -> None:
    """Small published cases: their pattern, ours, and the fewest cells that can be hidden."""
    lines = []
    for name, rules in SSB.items():
        given = case(name)
        theirs, primary = given.table.is_hidden, given.table.is_primary
        if len(theirs) > MOST_SEARCHED or primary is None:
            continue
        ours = protect(given.table, rules, given.inner, primary=primary)
        number, is_proven = fewest(given.table, given.inner, rules, primary, SEARCH_SECONDS)
        lines.append(
            (
                name,
                f"{theirs.sum()} / {given.table.n[theirs].sum()}",
                _unsafe(given.table, theirs, rules),
                f"{ours.sum()} / {given.table.n[ours].sum()}",
                _unsafe(given.table, ours, rules),
                f"{'' if is_proven else 'at least '}{number}",
            )
        )
    print_table(("case", "theirs / sum", "not safe", "ours / sum", "not safe", "fewest"), lines)


def _published(full: bool) -> None:
    """Published cases: their pattern and ours."""
    names = ["h2y2023", "ssb_d3_maxN4", "ssb_d3_maxN4_z0", *(["ssb_d4_maxN3"] if full else [])]
    lines = []
    for name in names:
        given = case(name, INTERVALS.get(name, ""))
        theirs, rules = given.table.is_hidden, SSB.get(name, Rules(5))
        lines.append(
            _line(
                given.table,
                given.inner,
                rules,
                (
                    name,
                    f"{theirs.sum()} / {given.table.n[theirs].sum()}",
                    _unsafe(given.table, theirs, rules),
                ),
            )
        )
    print_table(
        (
            "case",
            "theirs / sum",
            "not safe",
            "cells",
            "primary",
            "hidden",
            "sum",
            "protect s",
            "attack s",
            "not safe",
        ),
        lines,
    )


def _line(table: CountTable, inner: Ints, rules: Rules, first: Iterable[str]) -> tuple[object, ...]:
    started = time.perf_counter()
    hidden = protect(table, rules, inner)
    protected = time.perf_counter()
    unsafe = _unsafe(table, hidden, rules)
    attacked = time.perf_counter()
    return (
        *first,
        len(table),
        int(rules.primary(table.n).sum()),
        int(hidden.sum()),
        int(table.n[hidden].sum()),
        f"{protected - started:.1f}",
        f"{attacked - protected:.1f}",
        unsafe,
    )


def _unsafe(table: CountTable, hidden: Flags, rules: Rules) -> int:
    """Cells not shown safe in the strongest mode."""
    scene = Scene(table.hiding(hidden).from_outside(), not rules.zeros_protected)
    return max(len(one.cells) - len(one.of(Verdict.SAFE)) for one in run_modes(scene))


def _reopened() -> None:
    """GaussSuppression's plain pattern with one secondary cell open, many times.

    In the others every hidden cell keeps three values: that secondary cell was not needed.
    """
    given = case("h2y2023", "h2y2023_z1_plain_published")
    table, random = given.table, np.random.default_rng(1)
    assert table.is_primary is not None
    secondary = np.flatnonzero(table.is_hidden & ~table.is_primary)
    caught = undecided = 0
    for cell in random.choice(secondary, size=REOPENED):
        opened = table.is_hidden.copy()
        opened[cell] = False
        outcomes = list(run_modes(Scene(table.hiding(opened).from_outside())))
        caught += any(outcome.of(Verdict.DISCLOSED) for outcome in outcomes)
        undecided += any(outcome.of(Verdict.UNDECIDED) for outcome in outcomes)
    print(
        f"one secondary cell opened again: {caught} of {REOPENED} give a hidden cell away, "
        f"{undecided} undecided"
    )
