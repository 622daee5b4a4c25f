"""What was published before, and whether a question's new counts may take its place.

What belongs here: comparing a question with its last published state. What does not: where
that state is kept (`ledger`).

Once hidden stays hidden, once open stays open. New counts are published only if every open
cell differs by nothing, or by the threshold at least; otherwise the question waits as a
whole, since parts of a table would contradict each other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from warehouse.disclosure.deciding import FROZEN, OPEN, WAITING, Decision, Held
from warehouse.disclosure.reading import Key, Question, Survey
from warehouse.errors import InputError
from warehouse.tables.counts import Flags, Floats, Ints

# Area and categories, with totals; column number, -1 for persons.
Cell = tuple[tuple[str, ...], int]


@dataclass(frozen=True)
class Published:
    """The last published state of a question: a value where open, None where hidden."""

    cells: Mapping[Cell, int | None]


@dataclass(frozen=True)
class Comparison:
    """How new counts differ from those published.

    Args:
        is_unchanged: The same cells, and the same counts where open.
        must_wait: Something that follows from open counts differs by less than the threshold, or
            an open cell is gone.
    """

    is_unchanged: bool
    must_wait: bool


def require_same_questions(
    surveys: Sequence[Survey], before: Mapping[tuple[str, Key, tuple[str, ...]], Published]
) -> None:
    """Refuse other questions than those published: their frozen cells would be forgotten.

    Args:
        surveys: All tables of the build.
        before: The last published state of every question.

    Raises:
        InputError: An item was published with other items of its question than it has now.
    """
    known = {(table, universe, item): items for table, universe, items in before for item in items}
    for survey in surveys:
        for question in survey.questions:
            for item in question.items:
                items = known.get((survey.rule.name, survey.universe, item), question.items)
                if items != question.items:
                    raise InputError(
                        f"{survey.name}: {item} was published as one question with "
                        f"{', '.join(items)}, and is one with {', '.join(question.items)} now.",
                        "Put `questions` in disclosure.yml, or the items of the round, back to "
                        "what they were; a new round may have other questions.",
                    )


def compare(question: Question, published: Published, threshold: int) -> Comparison:
    """Compare a question's counts with what was published of it."""
    now = dict(zip(cells_of(question), _values(question).tolist(), strict=True))
    changes = [
        abs(now[cell] - value) if cell in now else None
        for cell, value in published.cells.items()
        if value is not None
    ]
    same_cells = now.keys() == published.cells.keys()
    if same_cells and not any(changes) and None not in changes:
        return Comparison(is_unchanged=True, must_wait=False)
    steps = np.abs(_changes(question, published))
    small = None in changes or bool(((steps > 0) & (steps < threshold)).any())
    return Comparison(is_unchanged=False, must_wait=small)


def _changes(question: Question, published: Published) -> Floats:
    """Changes of all that follows from open cells; not a number where something is hidden.

    Also of what a column leaves of the persons, and of people in none of the categories.
    """
    counts = question.counts
    shape = (len(counts.parts) + 1, *counts.n.shape)
    before = [published.cells.get(cell) for cell in cells_of(question)]
    old = np.array([np.nan if one is None else one for one in before], dtype=float)
    step = (_values(question) - old).reshape(shape)
    step = np.concatenate([step, step[:1] - step[1:]])
    for axis in range(2, step.ndim):
        if step.shape[axis] > 1:
            known, total = np.delete(step, -1, axis), np.take(step, [-1], axis)
            step = np.concatenate([known, total, total - known.sum(axis, keepdims=True)], axis)
    return step


def cells_of(question: Question) -> list[Cell]:
    """A question's cells, persons first, then columns, each in the order of the arrays."""
    frame = question.counts.frame
    places = [tuple(place) for place in np.ndindex(frame.shape)]
    labels = [frame.label(place) for place in places]
    return [(label, column) for column in range(-1, len(question.counts.parts)) for label in labels]


def _values(question: Question) -> Ints:
    counts = question.counts
    return np.concatenate([counts.n[None], counts.parts]).reshape(-1)


def _states(question: Question, published: Published) -> tuple[Flags, Flags]:
    """Which cells were open, and which hidden: persons, then columns, as one array."""
    shape = (len(question.counts.parts) + 1, *question.counts.n.shape)
    known = [published.cells.get(cell, -1) for cell in cells_of(question)]
    hidden = np.array([value is None for value in known]).reshape(shape)
    is_open = np.array([value is not None and value >= 0 for value in known]).reshape(shape)
    return is_open, hidden


def held_by(question: Question, published: Published) -> Held:
    """What the published state settles."""
    is_open, hidden = _states(question, published)
    return Held(is_open[0], hidden[0], is_open[1:], hidden[1:], is_settled=bool(is_open.any()))


def waiting_decision(
    question: Question, published: Published, *, is_waiting: bool = True
) -> Decision:
    """The published state again: the question waits, or nothing in it has changed.

    Cells that are new stay hidden until it may be published anew.
    """
    is_open, _ = _states(question, published)
    reason = WAITING if is_waiting else FROZEN
    states = np.where(is_open, WAITING if is_waiting else OPEN, reason)
    return Decision(question, states[0], states[1:])
