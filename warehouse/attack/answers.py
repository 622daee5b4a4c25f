"""The answers behind a base and its parts, disjoint, so that every count is a sum of them.

What belongs here: one item's parts; several items of one question, whose yes sets are nested
or disjoint. What does not: areas and categories (`people`).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from warehouse.errors import InputError
from warehouse.tables.counts import Flags

REST = "rest"


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


def one_question(
    items: Sequence[str], n: str, part: str, contains: Collection[tuple[str, str]]
) -> Answers:
    """Base, part and remainder of every item, in one system.

    Args:
        items: Items of the question.
        n: Name of the base.
        part: Name of the part.
        contains: Pairs; the second item's yes is one of the first's.

    Raises:
        InputError: An item lies in two of which neither contains the other.
    """
    inside = {item: _inside(item, items, contains) for item in items}
    size = len(items) + 1
    number = {item: at for at, item in enumerate(items)}
    rows, names, derived, base = [], [], [], []

    def add(name: str, members: Collection[int], *, is_derived: bool, is_base: bool) -> None:
        rows.append([int(at in members) for at in range(size)])
        names.append(name)
        derived.append(is_derived)
        base.append(is_base)

    for item in items:
        yes = {number[other] for other in inside[item]}
        add(f"{item} {n}", range(size), is_derived=False, is_base=True)
        add(f"{item} {part}", yes, is_derived=False, is_base=False)
        add(f"{item} {REST}", set(range(size)) - yes, is_derived=False, is_base=False)
    for item in items:
        _require_chain([other for other in items if item in inside[other]], inside, item)
        if len(inside[item]) > 1:
            add(f"{item} alone", {number[item]}, is_derived=True, is_base=False)
    add("none of the question's items", {size - 1}, is_derived=True, is_base=False)
    return Answers(tuple(names), np.array(rows), np.array(derived), np.array(base))


def _inside(item: str, items: Sequence[str], contains: Collection[tuple[str, str]]) -> set[str]:
    found, waiting = {item}, [item]
    while waiting:
        outer = waiting.pop()
        fresh = {inner for one, inner in contains if one == outer} - found
        found |= fresh
        waiting += sorted(fresh)
    return found & set(items)


def _require_chain(outer: Sequence[str], inside: dict[str, set[str]], item: str) -> None:
    for one in outer:
        for other in outer:
            if not (inside[one] <= inside[other] or inside[other] <= inside[one]):
                raise InputError(
                    f"{item} lies in {one} and in {other}, and neither contains the other.",
                    "State in the rules which contains which.",
                )
