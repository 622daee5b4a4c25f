"""Cutting a table into questions within the API's limit.

What belongs here: which combinations of codes each question names. What does not: sending them.
"""

import math
from collections.abc import Iterator, Mapping, Sequence

Selection = dict[str, list[str]]


def cells(selection: Mapping[str, Sequence[str]]) -> int:
    """Number of cells that a selection names."""
    return math.prod(len(codes) for codes in selection.values())


def halves(selection: Selection, whole: str) -> list[Selection]:
    """A selection cut in two along its longest variable.

    Args:
        selection: Codes by variable.
        whole: The variable that is never cut, since its cells make one estimate.

    Returns:
        Two selections that together name each cell once; none when there is nothing to cut.
    """
    longest = max((v for v in selection if v != whole), key=lambda v: len(selection[v]))
    codes = selection[longest]
    if len(codes) < 2:
        return []
    middle = (len(codes) + 1) // 2
    return [selection | {longest: codes[:middle]}, selection | {longest: codes[middle:]}]


def questions(selection: Selection, limit: int, whole: str) -> Iterator[Selection]:
    """Cut a selection until each part is within the limit, or cannot be cut further.

    Args:
        selection: Codes by variable.
        limit: Cells a question.
        whole: The variable that is never cut.
    """
    parts = halves(selection, whole) if cells(selection) > limit else []
    if not parts:
        yield selection
    for part in parts:
        yield from questions(part, limit, whole)
