"""Attacking a published release: `jamlik.duckdb` and `disclosure.json`, nothing else.

What belongs here: reading a release, alone and beside earlier ones, and the report. What does
not: what a row may say (`rows`, `leaks`), systems (`people`), their modes (`system_modes`).
"""

import math
import multiprocessing
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import duckdb

from warehouse.attack.leaks import require_nothing_left
from warehouse.attack.pairs import aligned
from warehouse.attack.people import People, gather, gather_pairs
from warehouse.attack.public_rules import PublicRules, read_rules
from warehouse.attack.report import ModeResult, Report, merged
from warehouse.attack.rows import Grid, read_grids
from warehouse.attack.system_modes import MODES, attack_alone, attack_pair
from warehouse.errors import InputError

DATABASE = "jamlik.duckdb"
# Up to so many hidden cells another process costs more than it saves.
MOST_ALONE = 30_000


def attack_release(
    folder: Path,
    earlier: Sequence[Path] = (),
    *,
    seconds: float = math.inf,
    processes: int = 1,
) -> Report:
    """Attack a release, alone and together with each earlier one.

    Args:
        folder: A release, or the folder `published`.
        earlier: Earlier releases of the same region.
        seconds: Time after which the rest stays undecided, which counts as not safe.
        processes: How many to use; the result does not depend on it.

    Returns:
        What was found; publish only if `is_safe`.

    Raises:
        InputError: The release cannot be attacked: rules or rows are missing or contradict each
            other, or a number was left beside a hidden cell.
    """
    started = time.monotonic()
    deadline = started + seconds
    rules, grids = _read(folder)
    systems = list(gather(grids, rules))
    tasks: list[tuple[People, ...]] = [(people,) for people in systems]
    for other in earlier:
        _, before = _read(other)
        tasks += gather_pairs(*aligned(before, grids), rules)
    results = list(_attacked(tasks, deadline, processes))
    modes = merged(MODES, results)
    return Report(
        _folder(folder).name,
        [_folder(other).name for other in earlier],
        len(systems),
        sum(int((~people.is_derived).sum()) for people in systems),
        sum(int((people.table.is_hidden & ~people.is_derived).sum()) for people in systems),
        time.monotonic() - started,
        modes,
        _unsafe(tasks, results),
    )


def _unsafe(
    tasks: Sequence[tuple[People, ...]], results: Sequence[Sequence[ModeResult]]
) -> list[dict[str, str]]:
    """What the systems are about in which some mode found something, each once."""
    found: list[dict[str, str]] = []
    for task, modes in zip(tasks, results, strict=True):
        is_safe = all(mode.safe == mode.attacked for mode in modes)
        if not is_safe and task[-1].about not in found:
            found.append(task[-1].about)
    return found


def _attacked(
    tasks: Sequence[tuple[People, ...]], deadline: float, processes: int
) -> Iterator[Sequence[ModeResult]]:
    """The results of each task, in order."""
    run = partial(_attack, deadline=deadline)
    hidden = sum(int(people.table.is_hidden.sum()) for task in tasks for people in task)
    if processes < 2 or hidden < MOST_ALONE:
        yield from map(run, tasks)
        return
    with ProcessPoolExecutor(processes, multiprocessing.get_context("spawn")) as pool:
        yield from pool.map(run, tasks, chunksize=4)


def _attack(task: tuple[People, ...], deadline: float) -> list[ModeResult]:
    """One system, or one in an earlier and a later release."""
    if len(task) == 1:
        return list(attack_alone(task[0], deadline))
    return list(attack_pair(task[0], task[1], deadline))


def _folder(folder: Path) -> Path:
    current = folder / "current"
    return (current if current.is_dir() else folder).resolve()


def _read(folder: Path) -> tuple[PublicRules, list[Grid]]:
    path = _folder(folder)
    rules = read_rules(path)
    try:
        con = duckdb.connect(str(path / DATABASE), read_only=True)
    except duckdb.Error as error:
        raise InputError(
            f"{path / DATABASE} cannot be opened: {str(error).partition(chr(10))[0]}",
            "Give the folder of a whole release.",
        ) from error
    with con:
        require_nothing_left(con, rules)
        return rules, [grid for rule in rules.tables for grid in read_grids(con, rule)]
