"""What is hidden of one table in one survey.

What belongs here: persons once for all questions, then answers; coarsening where no pattern
holds. What does not: methods (`protect`), earlier releases (`revisions`), several tables
(`releasing`).

Persons (n) are decided once for all questions, so that one question's number of answers never
tells another's that is hidden. A question whose answers cannot be protected under that gets more
persons hidden once (for all), then loses detail: `LEVELS`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from warehouse.disclosure.configuration import SourceRules
from warehouse.disclosure.protect import NotProtectable, protect
from warehouse.disclosure.reading import Question, Survey
from warehouse.disclosure.rules import Rules
from warehouse.disclosure.system import Counts, Frame, System, make_system
from warehouse.tables.counts import CountTable, Flags, Ints

# Of a question that cannot be protected as it is: whole; without the last breakdown in
# municipalities; without municipalities; not at all.
LEVELS = ("", "no detail in municipalities", "no municipalities", "withheld")
# Passes before a question is taken to be not protectable as it is.
ROUNDS = 12
# Of the finest cells of municipalities; above it every question begins without their detail.
MOST_HIDDEN_PERSONS = 1 / 3

OPEN, PRIMARY, SECONDARY, COARSENED, WITHHELD, FROZEN, WAITING = range(7)
REASONS = ("open", "primary", "secondary", "coarsened", "withheld", "frozen", "waiting")


@dataclass
class Decision:
    """What is hidden of one question, and why.

    Args:
        question: The counts.
        n: Reasons, in the frame's shape; 0 is open.
        parts: Reasons, per column.
        level: What it lost, of `LEVELS`.
    """

    question: Question
    n: Ints
    parts: Ints
    level: int = 0

    @property
    def frame(self) -> Frame:
        """Its cells."""
        return self.question.counts.frame


@dataclass(frozen=True)
class Held:
    """What is settled beforehand, in one question's shape.

    Args:
        open_n: Persons that stay open in any case.
        hidden_n: Persons that stay hidden in any case.
        open_parts: Columns that stay open in any case.
        hidden_parts: Columns that stay hidden in any case.
        is_settled: Whether persons may not be hidden any more than that.
    """

    open_n: Flags
    hidden_n: Flags
    open_parts: Flags
    hidden_parts: Flags
    is_settled: bool = False


def nothing_held(counts: Counts) -> Held:
    """Nothing is settled."""
    n, parts = np.zeros(counts.n.shape, dtype=bool), np.zeros(counts.parts.shape, dtype=bool)
    return Held(n, n.copy(), parts, parts.copy())


@dataclass
class _Work:
    """A question on its way."""

    question: Question
    held: Held
    level: int = 0
    at: int = -1
    hidden: Flags | None = None
    index: tuple[Ints, ...] = field(default=())


def decide(
    survey: Survey, rules: SourceRules, held: Mapping[tuple[str, ...], Held] | None = None
) -> list[Decision]:
    """Decide one table in one survey.

    Args:
        survey: Its counts.
        rules: Of its source.
        held: What is settled beforehand, by the items of a question.

    Returns:
        One decision per question, in order. A question for which something is held open and
        no pattern holds comes back withheld whole; callers that may not do that compare.
    """
    held = held or {}
    works = [
        _Work(question, held.get(question.items, nothing_held(question.counts)))
        for question in survey.questions
    ]
    persons = np.zeros(survey.frame.shape, dtype=bool)
    for work in works:
        work.index = _within(survey.frame, work.question.counts.frame)
        frame = work.question.counts.frame
        few = work.question.counts.n < rules.base
        # A question that few were asked begins without detail, and does not take it from others.
        # What earlier releases settled stays as it is.
        work.level = int(_is_sparse(frame, few) and not work.held.is_settled)
        persons[work.index] |= few & ~_coarse(frame, work.level)
    start = int(_is_sparse(survey.frame, persons))
    for work in works:
        if not work.held.is_settled:
            work.level = max(work.level, start)
        persons[work.index] |= work.held.hidden_n
    version = 0
    # Each turn either settles a question, hides more persons or coarsens: it ends.
    while stale := [work for work in works if work.at < version]:
        for work in stale:
            grown = _settle(work, persons, rules)
            if grown:
                version += 1
            work.at = version
    return [_decision(work, persons, rules) for work in works]


def _is_sparse(frame: Frame, persons: Flags) -> bool:
    """Whether so many persons are hidden in municipalities that details would say little."""
    areas = slice(None, -1) if frame.has_county else slice(None)
    finest = persons[(areas, *(slice(None, -1) for _ in frame.by))]
    return len(frame.by) > 1 and finest.size > 0 and bool(finest.mean() > MOST_HIDDEN_PERSONS)


def _within(frame: Frame, part: Frame) -> tuple[Ints, ...]:
    """Where a question's cells lie among the survey's."""
    axes = [np.arange(len(frame.areas))]
    for known, own in zip(frame.categories, part.categories, strict=True):
        axes.append(np.array([*(known.index(one) for one in own), len(known)]))
    return np.ix_(*axes)


def _settle(work: _Work, persons: Flags, rules: SourceRules) -> bool:
    """Find a pattern for one question; True if more persons had to be hidden for it."""
    while work.level < len(LEVELS) - 1:
        try:
            work.hidden = _pattern(work, persons, rules)[1]
            return False
        except NotProtectable:
            pass
        if work.level == 0 and not work.held.is_settled:
            try:
                found, work.hidden = _pattern(work, persons, rules, may_hide_persons=True)
                # Once: the next time it is coarsened.
                work.held = Held(**{**vars(work.held), "is_settled": True})
                persons[work.index] |= found
                return True
            except NotProtectable:
                pass
        work.level += 1
    work.hidden = np.ones(work.question.counts.parts.shape, dtype=bool)
    return False


def _coarse(frame: Frame, level: int) -> Flags:
    """Cells that are hidden at a level."""
    coarse = np.zeros(frame.shape, dtype=bool)
    areas = slice(None, -1) if frame.has_county else slice(None)
    if level == 1 and frame.by:
        coarse[areas, ..., :-1] = True
    elif level:
        coarse[areas] = True
    if level >= len(LEVELS) - 1 or (level == 2 and not frame.has_county):
        coarse[...] = True
    return coarse


def _hidden_persons(work: _Work, persons: Flags) -> Flags:
    frame = work.question.counts.frame
    few = persons[work.index] & ~work.held.open_n
    return few | _coarse(frame, work.level)


def _pattern(
    work: _Work, persons: Flags, rules: SourceRules, *, may_hide_persons: bool = False
) -> tuple[Flags, Flags]:
    """Hidden persons and hidden columns of one question.

    Raises:
        NotProtectable: No pattern holds.
    """
    counts = work.question.counts
    system = make_system(counts, rules.threshold)
    closed = _hidden_persons(work, persons)
    rows, primary, forced, stands_for = _rows(system, counts, closed, work.held, rules)
    table = system.table
    chosen = CountTable(
        table.dimensions,
        tuple(table.labels[row] for row in rows),
        table.margins[rows],
        table.n[rows],
        np.zeros(len(rows), dtype=bool),
    )
    fixed = forced[rows]
    if may_hide_persons:
        is_person = np.zeros(len(table), dtype=bool)
        is_person[: system.published] = system.column == -1
        fixed = fixed & ~(is_person[rows] & ~_held_open(system, work.held)[rows])
    frozen = {int(at): int(chosen.n[at]) for at in np.flatnonzero(fixed)}
    found = np.zeros(len(table), dtype=bool)
    found[rows] = protect(
        chosen,
        Rules(rules.threshold),
        system.inner,
        primary=primary[rows],
        frozen=frozen,
        least=system.least[rows],
        rounds=ROUNDS,
    )
    # A column that is not among the rows is hidden with what it leaves.
    found[stands_for] = True
    return _arrays(system, counts, found)


def _held_open(system: System, held: Held) -> Flags:
    kept = np.zeros(len(system.table), dtype=bool)
    for at, (column, place) in enumerate(zip(system.column, system.places, strict=True)):
        where = tuple(place)
        if column == -1:
            kept[at] = held.open_n[where]
        elif column < len(held.open_parts):
            kept[at] = held.open_parts[(column, *where)]
    return kept


def _rows(
    system: System, counts: Counts, closed: Flags, held: Held, rules: SourceRules
) -> tuple[Ints, Flags, Flags, Flags]:
    """Which cells go into protection, and how.

    Returns:
        Their numbers; which are primary; which are open in any case; which stay out, as
        hiding what they leave of the persons hides them.
    """
    size, published, columns = len(system.table), system.published, len(counts.parts)
    where = tuple(system.places.T)
    column, n = system.column, system.table.n[:published]
    # Nobody gave an answer that no column counts by itself: no secret.
    is_closed, is_small = closed[where], (n < rules.threshold) & ((column < 2 * columns) | (n > 0))
    is_part = (column >= 0) & (column < columns)
    primary, forced = np.ones(size, dtype=bool), np.zeros(size, dtype=bool)
    primary[:published] = is_closed | (is_small & (column >= 0))
    if columns:
        hidden = held.hidden_parts[(np.clip(column, 0, columns - 1), *where)]
        primary[:published] |= is_part & hidden
    forced[:published] = (column == -1) & ~is_closed
    forced |= _held_open(system, held) & ~primary
    used, stands_for = np.ones(size, dtype=bool), np.zeros(size, dtype=bool)
    # What a column leaves is in nobody's table; it counts where it is small, and where persons
    # are hidden: elsewhere it is as uncertain as the column.
    used[:published] = (column < columns) | is_small | is_closed
    # At one place the columns lie beside each other: persons, columns, what each leaves.
    left = np.flatnonzero(is_part) + columns
    small_left = np.zeros(published, dtype=bool)
    small_left[is_part] = is_small[left]
    mirrored = is_part & small_left & ~is_small & ~is_closed & ~forced[:published]
    used[:published] &= ~mirrored
    stands_for[:published] = mirrored
    return np.flatnonzero(used), primary, forced, stands_for


def _arrays(system: System, counts: Counts, found: Flags) -> tuple[Flags, Flags]:
    n = np.zeros(counts.n.shape, dtype=bool)
    parts = np.zeros(counts.parts.shape, dtype=bool)
    hidden = found[: system.published]
    for column in range(-1, len(counts.parts)):
        at = hidden & (system.column == column)
        where = tuple(system.places[at].T)
        if column < 0:
            n[where] = True
        else:
            parts[(column, *where)] = True
    return n, parts


def _decision(work: _Work, persons: Flags, rules: SourceRules) -> Decision:
    counts = work.question.counts
    coarse = _coarse(counts.frame, work.level)
    closed = _hidden_persons(work, persons)
    assert work.hidden is not None
    hidden = work.hidden | closed[None] if len(work.hidden) else work.hidden
    few = counts.n < rules.base
    small = (counts.parts < rules.threshold) | (counts.n - counts.parts < rules.threshold)
    why = WITHHELD if work.level == len(LEVELS) - 1 else COARSENED
    n = np.where(closed, np.where(coarse, why, np.where(few, PRIMARY, SECONDARY)), OPEN)
    parts = np.where(hidden, np.where(coarse, why, np.where(small | few, PRIMARY, SECONDARY)), OPEN)
    return Decision(work.question, n, parts, work.level)
