"""What an attack on a release found.

What belongs here: counts of cells per mode, names of cells that are not safe, and how two
reports become one. What does not: attacking. Nothing here holds a count of people.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any


@dataclass
class ModeResult:
    """One mode over all systems.

    Args:
        mode: Its name.
        attacked: Cells attacked.
        safe: Cells shown safe.
        disclosed: Places of cells that were found.
        undecided: Places of cells not decided in time.
        seconds: Time of work, summed over processes.
        note: What to know of it.
    """

    mode: str
    attacked: int = 0
    safe: int = 0
    disclosed: list[str] = field(default_factory=list)
    undecided: list[str] = field(default_factory=list)
    seconds: float = 0.0
    note: str = ""

    def add(self, other: "ModeResult") -> None:
        """Take in the same mode of other systems."""
        self.attacked += other.attacked
        self.safe += other.safe
        self.disclosed += other.disclosed
        self.undecided += other.undecided
        self.seconds += other.seconds
        self.note = self.note or other.note

    def content(self) -> dict[str, Any]:
        """As the report has it."""
        return {
            "mode": self.mode,
            "attacked": self.attacked,
            "safe": self.safe,
            "disclosed": len(self.disclosed),
            "undecided": len(self.undecided),
            "seconds": round(self.seconds, 3),
            "note": self.note,
            "disclosed_cells": self.disclosed,
            "undecided_cells": self.undecided,
        }


@dataclass
class Report:
    """All modes over a release.

    Args:
        release: The folder's name.
        earlier: Those of the earlier releases.
        systems: Systems attacked, each alone.
        cells: Published cells.
        hidden: Hidden ones among them.
        seconds: Time from start to end.
        modes: Results in the order of the modes.
        unsafe: Tables with a cell that some mode does not show safe: the mart, and the columns that
            select its rows.
    """

    release: str
    earlier: list[str]
    systems: int
    cells: int
    hidden: int
    seconds: float
    modes: list[ModeResult]
    unsafe: list[dict[str, str]] = field(default_factory=list)

    @property
    def is_safe(self) -> bool:
        """Whether every mode shows every cell safe."""
        return all(mode.safe == mode.attacked for mode in self.modes)

    def content(self) -> dict[str, Any]:
        """The report as JSON."""
        return {
            "release": self.release,
            "earlier": self.earlier,
            "is_safe": self.is_safe,
            "systems": self.systems,
            "cells": self.cells,
            "hidden": self.hidden,
            "seconds": round(self.seconds, 3),
            "modes": [mode.content() for mode in self.modes],
            "unsafe": self.unsafe,
        }


def merged(modes: Iterable[str], parts: Iterable[Iterable[ModeResult]]) -> list[ModeResult]:
    """One result per mode, in the order given."""
    results = {mode: ModeResult(mode) for mode in modes}
    for part in parts:
        for result in part:
            results[result.mode].add(result)
    return list(results.values())
