"""A series as one character a year, for a terminal.

What belongs here: levels, signs of absent years, breaks. What does not: tables (`show_tables.py`).
"""

from collections.abc import Sequence

from pages.model import MISSING, NOT_APPLICABLE, WITHHELD, Point

LEVELS = "▁▂▃▄▅▆▇█"
ABSENT = {MISSING: "·", WITHHELD: "x", NOT_APPLICABLE: "."}
NEW_SERIES = "|"


def sparkline(points: Sequence[Point], breaks: Sequence[int] = ()) -> str:
    """The totals of a series, from its own lowest to its highest value.

    Args:
        points: Oldest first.
        breaks: First years of new series; a line stands before each.
    """
    values = [value for p in points if (value := p.cells["T"].value) is not None]
    low, high = (min(values), max(values)) if values else (0.0, 0.0)
    drawn, before = "", None
    for point in points:
        if before is not None and any(before < year <= point.year_end for year in breaks):
            drawn += NEW_SERIES
        cell = point.cells["T"]
        drawn += (
            ABSENT[cell.absence or MISSING]
            if cell.value is None
            else LEVELS[_level(cell.value, low, high)]
        )
        before = point.year_end
    return drawn


def _level(value: float, low: float, high: float) -> int:
    """Equal parts of the range; values that are all the same stand in the middle."""
    if high == low:
        return len(LEVELS) // 2
    return min(int((value - low) / (high - low) * len(LEVELS)), len(LEVELS) - 1)
