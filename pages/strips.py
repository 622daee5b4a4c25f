"""Where a number, its interval and what it is compared with go on a line: arithmetic only.

What belongs here: positions on a scale. What does not: markup (`templates/macros.html`).
"""

from collections.abc import Iterable
from dataclasses import dataclass

WIDTH, MARGIN = 120.0, 4.0


@dataclass(frozen=True)
class Strip:
    """Positions from the left.

    Args:
        dot: The number.
        bar: Ends of its interval; None where it has none.
        mark: What it is compared with: a benchmark, or no difference.
    """

    dot: float
    bar: tuple[float, float] | None
    mark: float | None


def strip(
    value: float | None,
    interval: tuple[float, float] | None,
    mark: float | None,
    scale: tuple[float, float],
) -> Strip | None:
    """Place a number on a scale; None without a number.

    Args:
        value: The number.
        interval: Its limits.
        mark: A second number on the same scale.
        scale: Lowest and highest number of all lines that are compared.
    """
    if value is None:
        return None
    low, high = scale
    room = WIDTH - 2 * MARGIN

    def x(number: float) -> float:
        part = (number - low) / (high - low) if high > low else 0.5
        return round(MARGIN + room * min(max(part, 0.0), 1.0), 1)

    bar = (x(interval[0]), x(interval[1])) if interval else None
    return Strip(x(value), bar, None if mark is None else x(mark))


def scale_of(
    numbers: Iterable[tuple[float | None, tuple[float, float] | None]], *others: float
) -> tuple[float, float]:
    """The scale that holds numbers, their intervals and the others; 0 to 1 for nothing."""
    found = list(others)
    for value, interval in numbers:
        found += [] if value is None else [value]
        found += interval or ()
    return (min(found), max(found)) if found else (0.0, 1.0)
