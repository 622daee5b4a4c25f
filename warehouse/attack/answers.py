"""The answers behind a base and its parts, disjoint, so that every count is a sum of them.

What belongs here: one item's parts; several items of one question. What does not: areas and
categories (`people`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from warehouse.attack.public_rules import QuestionRule
from warehouse.tables.counts import Flags

REST = "rest"
NO_ITEM = "none of the question's items"


@dataclass(frozen=True)
class Answers:
    """Counts of one area and category as sums of disjoint answers.

    Args:
        names: Of the counts, in the order of the published columns.
        rows: Counts by answers; 0 and 1.
        is_derived: Counts that nobody publishes and everybody can compute.
        is_base: Counts of a base.
    """

    names: tuple[str, ...]
    rows: np.ndarray
    is_derived: Flags
    is_base: Flags


def one_item(n: str, parts: Sequence[str]) -> Answers:
    """A base, its parts, and what remains of it."""
    size = len(parts) + bool(parts)
    if not parts:
        rows, names = np.ones((1, 1), dtype=np.int64), [n]
    else:
        rows = np.vstack([np.ones((1, size), dtype=np.int64), np.eye(size, dtype=np.int64)])
        names = [n, *parts, REST]
    flags = np.zeros(len(names), dtype=bool)
    is_base = flags.copy()
    is_base[0] = True
    return Answers(tuple(names), rows, flags, is_base)


def one_question(items: Sequence[str], n: str, part: str, question: QuestionRule) -> Answers:
    """Base, part and remainder of every item, in one system.

    Args:
        items: Items of the question.
        n: Name of the base.
        part: Name of the part.
        question: Which answers each item counts.
    """
    answers = sorted(set().union(*question.items.values()))
    # Answers that none of these items tells apart are one.
    leaves = dict.fromkeys(
        tuple(item for item in items if answer in question.items[item]) for answer in answers
    )
    if not question.is_everybody:
        leaves[()] = None
    rows, names = [], []
    for item in items:
        yes = [int(item in leaf) for leaf in leaves]
        rows += [[1] * len(leaves), yes, [1 - one for one in yes]]
        names += [f"{item} {n}", f"{item} {part}", f"{item} {REST}"]
    published = len(rows)
    for number, leaf in enumerate(leaves):
        alone = [int(other == number) for other in range(len(leaves))]
        if alone not in rows[:published]:
            rows.append(alone)
            names.append(f"{' and '.join(leaf) or NO_ITEM} alone")
    numbers = np.arange(len(rows))
    is_base = (numbers < published) & (numbers % 3 == 0)
    return Answers(tuple(names), np.array(rows), numbers >= published, is_base)
