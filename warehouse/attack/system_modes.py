"""The modes of attack on one system of a release, and on one system in two releases.

What belongs here: what a reader assumes in each mode, and their verdicts. What does not:
building systems (`people`), solving (`witnesses`).

The modes from subtraction to shares know more and more. The strongest runs first: what it
shows safe is safe in the weaker ones, which run only where it finds something, to say how
little it takes.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial

import numpy as np
from scipy import sparse

from warehouse.attack.knowledge import Knowledge
from warehouse.attack.people import People
from warehouse.attack.releases import joined, judged
from warehouse.attack.report import ModeResult
from warehouse.attack.shares import stating
from warehouse.attack.subtraction import subtract
from warehouse.attack.systems import computable
from warehouse.attack.witnesses import Finding, Verdict, attack
from warehouse.errors import InputError
from warehouse.tables.counts import CountTable, Flags, Ints

THRESHOLDS = "thresholds"
SUBTRACTION, LINEAR, INTEGERS = "subtraction", "linear", "integers"
UNION, SHARES = "union of tables", "shares"
ADDED, REMOVED = "releases, people added", "releases, people removed"
MODES = (THRESHOLDS, SUBTRACTION, LINEAR, INTEGERS, UNION, SHARES, ADDED, REMOVED)


def attack_alone(people: People, deadline: float) -> Iterator[ModeResult]:
    """All modes on one release.

    Args:
        people: The system.
        deadline: On the monotonic clock; what is not decided by then stays undecided.

    Raises:
        InputError: The open cells contradict each other; the message names the system.
    """
    yield _thresholds(people)
    hidden = np.flatnonzero(people.table.is_hidden)
    if not len(hidden):
        return
    runs = _runs(people)
    mode, run = runs[-1]
    strongest = _timed(people, mode, hidden, partial(run, deadline))
    yield strongest
    is_safe = strongest.safe == strongest.attacked
    for mode, run in runs[:-1]:
        if is_safe:
            yield ModeResult(mode, strongest.attacked, strongest.safe)
        else:
            yield _timed(people, mode, hidden, partial(run, deadline))
    published = hidden[~people.is_derived[hidden]]
    for mode, told in ((SUBTRACTION, _subtracted), (LINEAR, _computed)):
        if is_safe:
            yield ModeResult(mode, len(published), len(published))
        else:
            yield _timed(people, mode, published, partial(told, people, published))


def attack_pair(earlier: People, later: People, deadline: float) -> Iterator[ModeResult]:
    """The modes for two releases; nothing where both say the same.

    Args:
        earlier: The system in the earlier release.
        later: The same system in the later one.
        deadline: As above.
    """
    if (earlier.table.n == later.table.n).all() and earlier.shares == later.shares:
        return
    for mode, fewer, more in ((ADDED, earlier, later), (REMOVED, later, earlier)):
        yield _releases(mode, fewer, more, deadline)


def _thresholds(people: People) -> ModeResult:
    """Open cells that the rules would hide."""
    started, table = time.monotonic(), people.table
    least = np.where(people.is_base, people.rule.base, people.rule.threshold)
    is_open = ~table.is_hidden
    wrong = np.flatnonzero(is_open & (table.n < least))
    count = int(is_open.sum())
    places = [table.place(int(cell)) for cell in wrong]
    seconds = time.monotonic() - started
    return ModeResult(THRESHOLDS, count, count - len(places), places, [], seconds)


def _runs(people: People) -> list[tuple[str, Callable[[float], list[Finding]]]]:
    """The modes that have something to assume, the weakest first."""
    known = people.knowledge(linked=False)
    runs = [(INTEGERS, _run(people, known))]
    if people.tables > 1:
        known = people.knowledge()
        runs.append((UNION, _run(people, known)))
    if people.shares:
        runs.append((SHARES, _run(people, stating(known, people.table.margins, people.shares))))
    return runs


def _run(people: People, known: Knowledge) -> Callable[[float], list[Finding]]:
    is_derived = people.is_derived[people.table.is_hidden]

    def run(deadline: float) -> list[Finding]:
        findings = _attack(known, deadline, is_derived)
        return _with_derived(findings, is_derived, people.rule.threshold)

    return run


def _attack(known: Knowledge, deadline: float, may_be_none: Flags) -> list[Finding]:
    left = deadline - time.monotonic()
    if left <= 0:
        return [Finding(Verdict.UNDECIDED)] * known.targets.shape[0]
    return attack(known, left, may_be_none)


def _with_derived(findings: Sequence[Finding], is_derived: Flags, threshold: int) -> list[Finding]:
    """A cell that nobody publishes is a secret only where somebody is known to be in it."""
    return [
        Finding(Verdict.SAFE, found.low, found.high)
        if derived
        and found.verdict is Verdict.DISCLOSED
        and found.low is not None
        and (found.low == 0 or found.low >= threshold)
        else found
        for found, derived in zip(findings, is_derived, strict=True)
    ]


def _timed(people: People, mode: str, cells: Ints, run: Callable[[], list[Finding]]) -> ModeResult:
    started = time.monotonic()
    try:
        findings = run()
    except InputError as error:
        raise InputError(f"{people.name}: {error.what}", error.remedy) from error
    places = [people.table.place(int(cell)) for cell in cells]
    return _result(mode, places, findings, time.monotonic() - started)


def _result(
    mode: str, places: Sequence[str], findings: Sequence[Finding], seconds: float
) -> ModeResult:
    def of(verdict: Verdict) -> list[str]:
        pairs = zip(places, findings, strict=True)
        return [place for place, found in pairs if found.verdict is verdict]

    safe = len(of(Verdict.SAFE))
    found, undecided = of(Verdict.DISCLOSED), of(Verdict.UNDECIDED)
    return ModeResult(mode, len(places), safe, found, undecided, seconds)


def _subtracted(people: People, cells: Ints) -> list[Finding]:
    found = subtract(people.table)
    return [_told(int(cell) in found) for cell in cells]


def _computed(people: People, cells: Ints) -> list[Finding]:
    known = people.knowledge(linked=False)
    told = computable(known.aimed(people.table.margins[cells]))
    return [_told(each) for each in told]


def _told(is_told: bool) -> Finding:
    return Finding(Verdict.DISCLOSED if is_told else Verdict.SAFE)


def _releases(mode: str, fewer: People, more: People, deadline: float) -> ModeResult:
    started = time.monotonic()
    known = _linked(joined(fewer.table, more.table), fewer.links)
    margins, nothing = more.table.margins, 0 * more.table.margins
    known = stating(known, sparse.hstack([margins, nothing]).tocsr(), fewer.shares)
    known = stating(known, sparse.hstack([margins, margins]).tocsr(), more.shares)
    count = len(more.table)
    places = [
        *_places("one release", fewer.table),
        *_places("other release", more.table),
        *(f"change: {more.table.place(at)}" for at in range(count)),
    ]
    is_derived = np.concatenate(
        [
            fewer.is_derived[fewer.table.is_hidden],
            more.is_derived[more.table.is_hidden],
            np.zeros(count, dtype=bool),
        ]
    )
    threshold = more.rule.threshold
    try:
        findings = judged(_attack(known, deadline, is_derived), count, threshold)
    except InputError:
        note = "where no such change agrees with both releases, the belief is excluded"
        return ModeResult(mode, note=note, seconds=time.monotonic() - started)
    findings = _with_derived(findings, is_derived, threshold)
    return _result(mode, places, findings, time.monotonic() - started)


def _places(release: str, table: CountTable) -> list[str]:
    return [f"{release}: {table.place(int(at))}" for at in np.flatnonzero(table.is_hidden)]


def _linked(known: Knowledge, links: sparse.csr_matrix) -> Knowledge:
    both = sparse.block_diag([links, links], format="csr", dtype=np.int64)
    nothing = np.zeros(both.shape[0], dtype=np.int64)
    return known.with_above(both, nothing).with_above(-both, nothing)
