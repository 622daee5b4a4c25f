"""Whether the build stands on the raw data and the code in force.

What belongs here: a note beside the build file of what it was made from, so that a run
that finds nothing new can leave it alone. What does not: making the build.
"""

import json
from pathlib import Path
from typing import Any

from warehouse.paths import Paths


def is_current(paths: Paths, made_from: dict[str, Any]) -> bool:
    """Whether the published build was made from exactly this.

    Args:
        paths: The data folder.
        made_from: JSON of everything the build depends on.
    """
    try:
        note = json.loads(_note(paths).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return bool(note == made_from) and paths.build.exists() and paths.current.exists()


def remember(paths: Paths, made_from: dict[str, Any]) -> None:
    """Write the note, after the build has been published."""
    _note(paths).write_text(json.dumps(made_from), encoding="utf-8")


def forget(paths: Paths) -> None:
    """Remove the note, before the build is changed."""
    _note(paths).unlink(missing_ok=True)


def _note(paths: Paths) -> Path:
    return paths.build.with_suffix(".made-from.json")
