"""What is hidden of a whole release: all tables of all surveys, also after earlier releases.

What belongs here: the order of tables of the same people, what earlier releases settled, several
processes. What does not: one table (`deciding`), keeping decisions (`ledger`).

Tables of the same people meet in a margin. Where all of it is open, they can be judged one by
one: any two tables of whole numbers that agree in a margin come from one joint table. Where a
cell of it is hidden, the later table of that question is withheld.
"""

import multiprocessing
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace

import numpy as np

from warehouse.disclosure.configuration import SourceRules, shared_margin
from warehouse.disclosure.deciding import (
    LEVELS,
    OPEN,
    WAITING,
    WITHHELD,
    Decision,
    Held,
    decide,
    nothing_held,
)
from warehouse.disclosure.reading import Key, Question, Survey
from warehouse.disclosure.revisions import Published, compare, held_by, waiting_decision
from warehouse.tables.counts import Flags, Ints

# A question: the people that its tables show, the survey, its items.
Asked = tuple[object, Key, tuple[str, ...]]
# Below this many cells another process costs more than it saves.
PARALLEL_CELLS = 3_000


@dataclass(frozen=True)
class Task:
    """All tables of the same people in one survey, with what was published of them before.

    Args:
        surveys: The tables.
        rules: Of their source.
        before: By table and items.
        waiting: Items of questions that wait, whatever their counts say.
    """

    surveys: tuple[Survey, ...]
    rules: SourceRules
    before: Mapping[tuple[str, tuple[str, ...]], Published] = field(default_factory=dict)
    waiting: frozenset[tuple[str, ...]] = frozenset()

    @property
    def size(self) -> int:
        """Cells, roughly: what deciding takes goes with them."""
        return sum(one.counts.n.size for survey in self.surveys for one in survey.questions)


@dataclass
class Decided:
    """One table in one survey, decided.

    Args:
        survey: Its counts.
        decisions: One per question.
    """

    survey: Survey
    decisions: list[Decision]


def tasks_of(
    surveys: Sequence[Survey],
    rules: Mapping[str, SourceRules],
    before: Mapping[tuple[str, Key, tuple[str, ...]], Published] | None = None,
    waiting: Collection[Asked] = (),
) -> list[Task]:
    """Group the tables of a release by people; the order within is that of the file.

    Args:
        surveys: All tables.
        rules: Of each source.
        before: What was published before.
        waiting: Questions of which that stands, whatever their counts say.
    """
    found: dict[tuple[object, ...], list[Survey]] = {}
    for survey in surveys:
        found.setdefault((survey.rule.people, survey.universe), []).append(survey)
    earlier = before or {}
    return [
        Task(
            tuple(group),
            rules[group[0].rule.source],
            {
                (name, items): published
                for (name, universe, items), published in earlier.items()
                if universe == group[0].universe and name in {one.rule.name for one in group}
            },
            frozenset(
                items for people, universe, items in waiting if (people, universe) == together
            ),
        )
        for together, group in found.items()
    ]


def decide_release(tasks: Sequence[Task], processes: int) -> list[Decided]:
    """Decide all tables.

    Args:
        tasks: Tables of the same people together.
        processes: How many to use; the result does not depend on it.

    Returns:
        In the order of the tasks and their tables.
    """
    order = sorted(range(len(tasks)), key=lambda at: -tasks[at].size)
    new = [at for at in order if not _is_unchanged(tasks[at])]
    is_small = sum(tasks[at].size for at in new) < PARALLEL_CELLS
    if processes < 2 or len(new) < 2 or is_small:
        return [decided for task in tasks for decided in decide_task(task)]
    with ProcessPoolExecutor(processes, multiprocessing.get_context("spawn")) as pool:
        futures = {at: pool.submit(decide_task, tasks[at]) for at in new}
        return [
            decided
            for at, task in enumerate(tasks)
            for decided in (futures[at].result() if at in futures else decide_task(task))
        ]


def _is_unchanged(task: Task) -> bool:
    """Whether everything was published before as it is now: then there is nothing to search."""
    for survey in task.surveys:
        before = _before(task, survey)
        for question in survey.questions:
            published = before.get(question.items)
            if not published or not compare(question, published, 2).is_unchanged:
                return False
    return True


def decide_task(task: Task) -> list[Decided]:
    """Decide the tables of the same people in one survey."""
    waiting = {*task.waiting} | {
        items
        for survey in task.surveys
        for items, published in _before(task, survey).items()
        if compare(_question(survey, items), published, task.rules.threshold).must_wait
    }
    while True:
        done: list[Decided] = []
        for survey in task.surveys:
            done.append(_decide_table(task, survey, done, waiting))
        # A question that cannot keep to what was published waits in all of its tables.
        more = {items for one in done for items in _contradicting(task, one)} - waiting
        if not more:
            return done
        waiting |= more


def _before(task: Task, survey: Survey) -> dict[tuple[str, ...], Published]:
    asked = {question.items for question in survey.questions}
    return {
        items: published
        for (name, items), published in task.before.items()
        if name == survey.rule.name and items in asked
    }


def _question(survey: Survey, items: tuple[str, ...]) -> Question:
    return next(one for one in survey.questions if one.items == items)


def _decide_table(
    task: Task, survey: Survey, earlier: Sequence[Decided], waiting: set[tuple[str, ...]]
) -> Decided:
    before = _before(task, survey)
    settled: dict[tuple[str, ...], Decision] = {}
    held: dict[tuple[str, ...], Held] = {}
    for question in survey.questions:
        items = question.items
        published = before.get(items)
        separator = [
            shared for one in earlier if (shared := _separator(survey, question, one)) is not None
        ]
        if items in waiting:
            # Also in a table that is new: its margins would be those of the counts that wait.
            settled[items] = waiting_decision(question, published or Published({}))
        elif published and compare(question, published, task.rules.threshold).is_unchanged:
            settled[items] = waiting_decision(question, published, is_waiting=False)
        elif any(not is_open for is_open, _ in separator):
            settled[items] = _withheld(question)
        else:
            kept = held_by(question, published) if published else nothing_held(question.counts)
            for _, margin in separator:
                kept = replace(
                    kept, open_n=kept.open_n | margin, open_parts=kept.open_parts | margin[None]
                )
            held[items] = kept
    left = [question for question in survey.questions if question.items in held]
    found = decide(replace(survey, questions=tuple(left)), task.rules, held) if left else []
    settled |= {one.question.items: one for one in found}
    return Decided(survey, [settled[question.items] for question in survey.questions])


def _contradicting(task: Task, decided: Decided) -> list[tuple[str, ...]]:
    """Questions of which something that was open is hidden now."""
    before = _before(task, decided.survey)
    found = []
    for one in decided.decisions:
        published = before.get(one.question.items)
        if published is None or (one.n == WAITING).any():
            continue
        held = held_by(one.question, published)
        if ((one.n != OPEN) & held.open_n).any() or ((one.parts != OPEN) & held.open_parts).any():
            found.append(one.question.items)
    return found


def _separator(survey: Survey, question: Question, other: Decided) -> tuple[bool, Flags] | None:
    """What a question's table shares with a table decided before.

    Returns:
        Whether all of it is open there, and where it lies in this table; None where they share
        nothing, as the other one has no row for all areas.
    """
    shared = shared_margin(survey.rule, other.survey.rule)
    theirs = next((one for one in other.decisions if one.question.items == question.items), None)
    if theirs is None:
        return None
    mine = question.counts.frame
    at_mine: list[Ints] = []
    at_theirs: list[Ints] = []
    for frame, places in ((mine, at_mine), (theirs.frame, at_theirs)):
        if "municipality" in shared:
            places.append(np.arange(len(frame.areas)))
        elif not frame.has_county and "municipality" in (
            survey.rule.areas if frame is mine else other.survey.rule.areas
        ):
            return None
        else:
            places.append(np.array([len(frame.areas) - 1]))
        for by, known in zip(frame.by, frame.categories, strict=True):
            size = len(known) + 1
            places.append(np.arange(size) if by in shared else np.array([size - 1]))
    margin = np.zeros(mine.shape, dtype=bool)
    margin[np.ix_(*at_mine)] = True
    common = np.zeros(theirs.frame.shape, dtype=bool)
    common[np.ix_(*at_theirs)] = True
    hidden = (theirs.n[common] != OPEN).any() or (theirs.parts[:, common] != OPEN).any()
    return not hidden, margin


def _withheld(question: Question) -> Decision:
    counts = question.counts
    return Decision(
        question,
        np.full(counts.n.shape, WITHHELD),
        np.full(counts.parts.shape, WITHHELD),
        len(LEVELS) - 1,
    )
