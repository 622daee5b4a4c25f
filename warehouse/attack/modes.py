"""The modes of attack: what each assumes of the reader.

What belongs here: one function per mode, and their order. What does not: solving
(`witnesses`), reading and writing.
"""

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from warehouse.attack.knowledge import Knowledge, open_cells
from warehouse.attack.releases import joined, judged
from warehouse.attack.shares import with_shares
from warehouse.attack.subtraction import subtract
from warehouse.attack.systems import computable
from warehouse.attack.witnesses import Finding, Verdict, attack
from warehouse.errors import InputError
from warehouse.tables.counts import CountTable


@dataclass(frozen=True)
class Scene:
    """What was published, and the rules that readers may know.

    Args:
        table: All tables as one.
        zeros_published: Whether readers know that no zero is hidden.
        shares: A file of shares, or None.
        earlier: An earlier release of the table, or None.
        threshold: Counts below it are hidden for their own sake.
        tell_reasons: Whether to try what telling the reasons would cost.
        seconds: Time limit of each mode.
    """

    table: CountTable
    zeros_published: bool = False
    shares: Path | None = None
    earlier: CountTable | None = None
    threshold: int = 5
    tell_reasons: bool = False
    seconds: float = math.inf


@dataclass(frozen=True)
class Outcome:
    """One mode's findings.

    Args:
        mode: Its name.
        cells: The attacked quantities, by place.
        findings: One per cell.
        counts: Whether it decides about publishing.
        seconds: Time taken.
        note: Why it was not run, or what to know of it.
    """

    mode: str
    cells: list[str]
    findings: list[Finding]
    counts: bool = True
    seconds: float = 0.0
    note: str = ""

    def of(self, verdict: Verdict) -> list[str]:
        """The cells with a verdict."""
        pairs = zip(self.cells, self.findings, strict=True)
        return [cell for cell, finding in pairs if finding.verdict is verdict]


def run_modes(scene: Scene) -> Iterator[Outcome]:
    """Run every mode that what was published allows.

    Raises:
        InputError: The cells contradict each other or the rules given.
    """
    table = scene.table
    hidden = [table.place(int(cell)) for cell in np.flatnonzero(table.is_hidden)]
    plain = open_cells(table)
    yield _timed("subtraction", hidden, lambda: _subtraction(table))
    yield _timed("linear", hidden, lambda: [_linear(told) for told in computable(plain)])
    yield _timed("integers", hidden, lambda: attack(plain, scene.seconds))
    known = plain
    if scene.zeros_published:
        known = _at_least_one(plain)
        yield _timed("hidden at least 1", hidden, lambda: attack(known, scene.seconds))
    if scene.shares is not None:
        with_all = with_shares(known, table, scene.shares)
        yield _timed("shares", hidden, lambda: attack(with_all, scene.seconds))
    if scene.earlier is not None:
        yield from _releases(scene, scene.earlier)
    if scene.tell_reasons:
        told = _reasons(known, scene)
        yield _timed("reasons known", hidden, lambda: attack(told, scene.seconds), counts=False)


def _timed(
    mode: str, cells: list[str], run: Callable[[], list[Finding]], *, counts: bool = True
) -> Outcome:
    started = time.monotonic()
    findings = run()
    return Outcome(mode, cells, findings, counts, time.monotonic() - started)


def _linear(is_told: bool) -> Finding:
    return Finding(Verdict.DISCLOSED if is_told else Verdict.SAFE)


def _subtraction(table: CountTable) -> list[Finding]:
    found = subtract(table)
    return [_linear(int(cell) in found) for cell in np.flatnonzero(table.is_hidden)]


def _at_least_one(known: Knowledge) -> Knowledge:
    count = known.targets.shape[0]
    return known.with_above(known.targets, np.ones(count, dtype=np.int64))


def _reasons(known: Knowledge, scene: Scene) -> Knowledge:
    """Primary cells are below the threshold; the others are not (or a zero, if zeros are open)."""
    if scene.table.is_primary is None:
        raise InputError(
            "The table does not say which cells are primary.", "Give a column primary, or leave it."
        )
    primary = scene.table.is_primary[scene.table.is_hidden]
    known = known.with_above(
        -known.targets[primary], np.full(int(primary.sum()), 1 - scene.threshold)
    )
    return known.with_above(
        known.targets[~primary], np.full(int((~primary).sum()), scene.threshold)
    )


def _releases(scene: Scene, earlier: CountTable) -> Iterator[Outcome]:
    """People may have been added or removed; a reader may hold either to be so."""
    later = scene.table
    for mode, fewer, more in (
        ("releases, people added", earlier, later),
        ("releases, people removed", later, earlier),
    ):
        known = joined(fewer, more)
        cells = [
            *(f"one release: {fewer.place(int(at))}" for at in np.flatnonzero(fewer.is_hidden)),
            *(f"other release: {more.place(int(at))}" for at in np.flatnonzero(more.is_hidden)),
            *(f"change: {more.place(at)}" for at in range(len(more))),
        ]
        started = time.monotonic()
        try:
            findings = judged(attack(known, scene.seconds), len(more), scene.threshold)
        except InputError:
            note = "excluded: no table of such changes agrees with both releases"
            yield Outcome(mode, [], [], True, time.monotonic() - started, note)
        else:
            yield Outcome(mode, cells, findings, True, time.monotonic() - started)
