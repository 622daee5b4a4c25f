"""Assets, checks, jobs, schedules and sensors are those that somebody has seen and kept.

After a change on purpose:
JAMLIK_UPDATE_CATALOGUE=1 python -m pytest tests/orchestration/test_catalogue.py
"""

import difflib
import os
from pathlib import Path

from orchestration.catalogue import catalogue
from orchestration.definitions import defs

KEPT = Path(__file__).with_name("catalogue.txt")


def test_nothing_vanishes_or_comes_unseen() -> None:
    found = catalogue(defs)
    if os.environ.get("JAMLIK_UPDATE_CATALOGUE"):
        KEPT.write_text("\n".join(found) + "\n", encoding="utf-8")
    kept = KEPT.read_text(encoding="utf-8").splitlines()
    assert kept == found, "\n".join(
        [
            *difflib.unified_diff(kept, found, "kept", "found", n=0, lineterm=""),
            "If this is meant: JAMLIK_UPDATE_CATALOGUE=1 python -m pytest "
            "tests/orchestration/test_catalogue.py",
        ]
    )
