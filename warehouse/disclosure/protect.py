"""Protecting one release: primary cells, secondary cells, intervals, frozen cells.

What belongs here: the order of the steps, block by block, and when to give up. What does
not: each step's own method (`rules`, `elimination`, `intervals`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from warehouse.disclosure.elimination import Protected, find_pattern
from warehouse.disclosure.frozen import check_values
from warehouse.disclosure.intervals import Block, Witnesses
from warehouse.disclosure.rules import Rules
from warehouse.errors import JamlikError
from warehouse.tables.counts import CountTable, Flags, Ints, blocks_of, inner_of
from warehouse.tables.modular import Vector, direction, ones

ROUNDS = 40
# Blocks of up to so many cells are protected in several ways, and the smallest pattern is taken.
MOST_TRIED = 200


@dataclass(frozen=True)
class _Way:
    """How a pattern is looked for.

    Args:
        free: Passes in which the whole pattern may change; in later ones cells are only added.
        is_last_first: Whether the last of equally wanted cells is opened first.
    """

    free: int = 4
    is_last_first: bool = False


WAYS = (_Way(), _Way(2), _Way(4, is_last_first=True), _Way(2, is_last_first=True))


class NotProtectable(JamlikError):
    """No pattern was found under which every hidden cell stays uncertain enough."""


@dataclass(frozen=True)
class _Given:
    """What `protect` was called with."""

    table: CountTable
    rules: Rules
    inner: Ints
    least: Ints
    rounds: int


@dataclass
class _Work:
    """One block: its published cells, and what has been learned of it."""

    cells: Ints
    forced: list[int]
    candidates: list[int]
    primary: list[int]
    vectors: dict[int, Vector]
    extra: list[Vector] = field(default_factory=list)
    hidden: list[int] = field(default_factory=list)
    independent: list[int] = field(default_factory=list)

    def anew(self, wanted: Ints, way: _Way) -> "_Work":
        """The same block with nothing learned, candidates in a way's order.

        Args:
            wanted: Of each cell, how much it is wanted open: less comes first.
            way: How equally wanted ones are ordered.
        """
        sign = -1 if way.is_last_first else 1
        candidates = sorted(
            range(len(self.candidates)), key=lambda at: (wanted[self.candidates[at]], sign * at)
        )
        return replace(
            self, candidates=[self.candidates[at] for at in candidates], extra=[], hidden=[]
        )


def protect(
    table: CountTable,
    rules: Rules,
    inner: Ints,
    *,
    primary: Flags | None = None,
    order: Ints | None = None,
    frozen: Mapping[int, int | None] | None = None,
    least: Ints | None = None,
    rounds: int = ROUNDS,
) -> Flags:
    """Which cells of a release must be hidden.

    Args:
        table: The release; `is_hidden` is ignored.
        rules: The rules of a cell.
        inner: The inner cells, which `table.margins` adds up.
        primary: Cells hidden for their own sake, where they follow from more than counts.
        order: Position of each cell among those to open: lower first. By default zeros (if
            they are open), then large before small.
        frozen: What earlier releases decided: a cell's open value, or None for hidden.
        least: What a reader knows each cell to be at least; by default as the rules say.
        rounds: Passes before the table is taken to be not protectable.

    Returns:
        True where hidden. Every hidden cell has at least three possible values for a reader,
        one of them above the true one.

    Raises:
        InputError: The counts are not the sums of the inner cells, or a frozen value differs.
        NotProtectable: Frozen or open cells give a hidden one away, or the intervals cannot
            be widened; the message names a cell by its categories, never a count.
    """
    frozen = frozen or {}
    check_values(table, inner, frozen)
    is_primary = rules.primary(table.n) if primary is None else primary.copy()
    is_open = np.zeros(len(table), dtype=bool)
    for cell, value in frozen.items():
        is_primary[cell] |= value is None
        is_open[cell] = value is not None
    if not rules.zeros_protected:
        is_open |= (table.n == 0) & ~is_primary
    wanted = -table.n if order is None else order
    places = np.lexsort((np.arange(len(table)), wanted))
    least = rules.least(table.n) if least is None else least
    hidden = np.zeros(len(table), dtype=bool)
    for work in _blocks(table, is_primary, is_open, places):
        hidden[_smallest(_Given(table, rules, inner, least, rounds), work, wanted)] = True
    return hidden


def _blocks(table: CountTable, is_primary: Flags, is_open: Flags, places: Ints) -> list[_Work]:
    clash = np.flatnonzero(is_primary & is_open)
    if len(clash):
        raise NotProtectable(
            f"A cell that must be hidden was open in an earlier release: {table.place(clash[0])}.",
            "Hold the whole block back, or coarsen the table.",
        )
    of_inner = blocks_of(table.margins)
    first = [inner_of(table.margins, cell)[:1] for cell in range(len(table))]
    of_cell = np.array([of_inner[found[0]] if len(found) else -1 for found in first])
    sizes = np.diff(table.margins.indptr)
    works = []
    for block in np.unique(of_cell[is_primary]):
        cells = places[of_cell[places] == block]
        works.append(
            _Work(
                cells,
                # Small sums first: the order of what is open in any case changes nothing but
                # how much the others are mixed on the way.
                sorted((int(cell) for cell in cells if is_open[cell]), key=sizes.__getitem__),
                [int(cell) for cell in cells if not is_open[cell] and not is_primary[cell]],
                [int(cell) for cell in cells if is_primary[cell]],
                {int(cell): ones(inner_of(table.margins, cell)) for cell in cells},
            )
        )
    return works


def _smallest(given: _Given, work: _Work, wanted: Ints) -> list[int]:
    """The smallest pattern of a block, by number and then by sum, of those found."""
    found: list[list[int]] = []
    refused: list[NotProtectable] = []
    for way in WAYS if len(work.cells) <= MOST_TRIED else WAYS[:1]:
        try:
            found.append(_protect_block(given, work.anew(wanted, way), way.free))
        except NotProtectable as error:
            refused.append(error)
    if not found:
        raise refused[0]
    return min(found, key=lambda hidden: (len(hidden), int(given.table.n[hidden].sum())))


def _protect_block(given: _Given, work: _Work, free: int) -> list[int]:
    table, rules = given.table, given.rules
    columns = np.unique(table.margins[work.cells].indices).astype(np.int64)
    known = np.zeros((0, len(columns)), dtype=np.int64)
    for number in range(given.rounds):
        _eliminate(table, rules, work, may_open=number < free)
        witnesses = Witnesses(_seen(given, work, columns), known)
        witnesses.spread()
        proofs = witnesses.failures(whole=number >= free - 1)
        known = witnesses.tables
        if not proofs and not witnesses.unshown():
            return _reopen(table, rules, work, witnesses)
        _learn(work, [{int(columns[at]): value for at, value in proof.items()} for proof in proofs])
    failing = work.hidden[witnesses.unshown()[0]]
    raise NotProtectable(
        f"Hiding more cells leaves too few possible values for {table.place(failing)}.",
        "Coarsen a category of this table, or leave out a margin.",
    )


def _eliminate(table: CountTable, rules: Rules, work: _Work, *, may_open: bool) -> None:
    """One pass; later passes only hide more, so that what was shown stays shown."""
    closed = set() if may_open else set(work.hidden)
    candidates = [cell for cell in work.candidates if cell not in closed]
    secrets = _secrets(table, rules, work)
    protected = replace(secrets, vectors=[*secrets.vectors, *work.extra])
    order = work.forced + candidates
    pattern = find_pattern([work.vectors[cell] for cell in order], len(work.forced), protected)
    if pattern.exposed:
        raise NotProtectable(
            "Cells that must stay open give a hidden one away, the last of them "
            f"{table.place(order[pattern.exposed[0]])}.",
            "Hold the whole block back, or coarsen the table.",
        )
    secondary = closed - set(work.primary) | {order[at] for at in pattern.hidden}
    work.hidden = work.primary + [cell for cell in work.candidates if cell in secondary]
    work.independent = [order[at] for at in pattern.independent]


def _secrets(table: CountTable, rules: Rules, work: _Work) -> Protected:
    sizes = np.diff(table.margins.indptr)
    owned = frozenset(
        number
        for number, cell in enumerate(work.primary)
        if sizes[cell] == 1 and table.n[cell] in rules.owners
    )
    return Protected([work.vectors[cell] for cell in work.primary], len(work.primary), owned)


def _reopen(table: CountTable, rules: Rules, work: _Work, witnesses: Witnesses) -> list[int]:
    """Open secondary cells again that turn out not to be needed, one by one."""
    secondary = work.hidden[len(work.primary) :]
    order, first = work.independent + secondary, len(work.independent)

    def may_open(number: int) -> bool:
        nonlocal witnesses
        if number < first:
            return True
        trial = witnesses.opening(work.hidden.index(order[number]))
        if trial is not None:
            witnesses = trial
            work.hidden.remove(order[number])
        return trial is not None

    secrets = _secrets(table, rules, work)
    find_pattern([work.vectors[cell] for cell in order], first, secrets, may_open)
    return work.hidden


def _seen(given: _Given, work: _Work, columns: Ints) -> Block:
    margins = given.table.margins
    return Block(
        margins[work.independent][:, columns],
        margins[work.hidden][:, columns],
        given.least[work.hidden],
        given.inner[columns],
    )


def _learn(work: _Work, proofs: list[Vector]) -> None:
    seen = {direction(vector) for vector in work.extra}
    for proof in proofs:
        if direction(proof) not in seen:
            seen.add(direction(proof))
            work.extra.append(proof)
