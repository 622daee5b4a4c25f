"""Random small tables, protected, and every possible table counted by brute force."""

import itertools
from collections.abc import Iterator

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, sparse

from warehouse.attack.knowledge import open_cells
from warehouse.attack.modes import Scene, run_modes
from warehouse.attack.witnesses import Verdict, attack
from warehouse.disclosure.protect import NotProtectable, protect
from warehouse.disclosure.rules import Rules
from warehouse.tables.counts import CountTable, Ints

BRUTE = 8
CAP = 12


@st.composite
def tables(draw: st.DrawFn) -> tuple[CountTable, Ints]:
    """2 to 4 dimensions with totals; the first may be grouped, in one or two ways."""
    sizes = draw(st.lists(st.integers(2, 3), min_size=2, max_size=4))
    if np.prod(sizes) > 24:
        sizes = sizes[:3]
    cells = list(itertools.product(*(range(size) for size in sizes)))
    counts = st.one_of(st.sampled_from([0, 1, 2, 7]), st.integers(0, 40))
    inner = np.array(draw(st.lists(counts, min_size=len(cells), max_size=len(cells))))
    codes: list[dict[str, set[int]]] = [
        {str(part): {part} for part in range(size)} | {"Total": set(range(size))} for size in sizes
    ]
    if sizes[0] == 3:
        groups = draw(st.sets(st.sampled_from(["01", "12"])))
        codes[0] |= {group: set(map(int, group)) for group in groups}
    labels = tuple(itertools.product(*codes))
    margins = [
        [all(part in codes[at][label[at]] for at, part in enumerate(cell)) for cell in cells]
        for label in labels
    ]
    matrix = sparse.csr_matrix(np.array(margins, dtype=np.int64))
    names = tuple(f"d{at}" for at in range(len(sizes)))
    return CountTable(names, labels, matrix, matrix @ inner, np.zeros(len(labels), bool)), inner


def possible(table: CountTable, inner: Ints) -> Iterator[Ints]:
    """All whole tables with the open counts, none of whose cells is above the cap."""
    rows = table.margins.toarray()[~table.is_hidden]
    limit = [
        min([*(n for n, row in zip(table.n[~table.is_hidden], rows, strict=True) if row[at]), CAP])
        for at in range(len(inner))
    ]
    free = [at for at in range(len(inner)) if not any(row[at] and row.sum() == 1 for row in rows)]
    fixed = inner.copy()
    for values in itertools.product(*(range(limit[at] + 1) for at in free[:-2])):
        fixed[free[:-2]] = values
        for last in itertools.product(*(range(limit[at] + 1) for at in free[-2:])):
            fixed[free[-2:]] = last
            if (rows @ fixed == table.n[~table.is_hidden]).all():
                yield fixed.copy()


def extremes(table: CountTable, least: int, cell: int) -> tuple[int, int]:
    """The range of a hidden cell by scipy's own whole-number programme."""
    rows = table.margins.toarray().astype(float)
    low = np.where(table.is_hidden, least, table.n)
    high = np.where(table.is_hidden, 10_000, table.n)
    found = [
        optimize.milp(
            sign * rows[cell],
            constraints=optimize.LinearConstraint(rows, low, high),
            integrality=np.ones(rows.shape[1]),
            bounds=optimize.Bounds(0, 10_000),
        )
        for sign in (1, -1)
    ]
    assert all(result.success for result in found)
    return round(found[0].fun), round(-found[1].fun)


@settings(max_examples=20, deadline=None, derandomize=True)
@given(tables(), st.integers(2, 6), st.booleans())
def test_protected_tables(made: tuple[CountTable, Ints], threshold: int, zeros: bool) -> None:
    table, inner = made
    rules = Rules(threshold, zeros_protected=zeros)
    try:
        hidden = protect(table, rules, inner)
    except NotProtectable:
        return
    closed = table.hiding(hidden)
    assert (hidden >= rules.primary(table.n)).all()
    for outcome in run_modes(Scene(closed.from_outside(), not zeros)):
        assert len(outcome.of(Verdict.SAFE)) == hidden.sum()
    for cell in np.flatnonzero(hidden)[:12]:
        low, high = extremes(closed, 0 if zeros else 1, int(cell))
        assert low <= table.n[cell] < high and high - low >= 2


@settings(max_examples=40, deadline=None, derandomize=True)
@given(
    st.lists(st.integers(0, 6), min_size=6, max_size=6),
    st.lists(st.booleans(), min_size=12, max_size=12),
)
def test_verdicts_are_what_counting_says(counts: list[int], flags: list[bool]) -> None:
    """Any pattern of a 2 by 3 table, good or bad: the attack decides it as enumeration does."""
    inner = np.array(counts)
    cells = list(itertools.product(range(2), range(3)))
    labels = tuple(itertools.product((0, 1, "Total"), (0, 1, 2, "Total")))
    margins = np.array(
        [
            [all(a in ("Total", b) for a, b in zip(label, cell, strict=True)) for cell in cells]
            for label in labels
        ],
        dtype=np.int64,
    )
    hidden = np.array(flags)
    hidden[[3, 7, 8, 9, 10, 11]] = False
    named = tuple(tuple(map(str, label)) for label in labels)
    matrix = sparse.csr_matrix(margins)
    table = CountTable(("a", "b"), named, matrix, matrix @ inner, hidden)
    every = np.array(list(possible(table, inner)))
    expected = [
        len(set((margins[cell] @ every.T).tolist())) >= 3 for cell in np.flatnonzero(hidden)
    ]
    found = attack(open_cells(table.from_outside()))
    assert [finding.verdict is Verdict.SAFE for finding in found] == expected
    assert not [finding for finding in found if finding.verdict is Verdict.UNDECIDED]
