"""What tests of all areas share: finding the reference data."""

import os
from pathlib import Path

import pytest

PROJECT_ROOT = Path(__file__).resolve().parents[1]


def shared_dir() -> Path:
    """The folder of recorded and reference data, which is never part of the project.

    Skips the calling test, with the reason, where the folder is absent.
    """
    folder = Path(os.environ.get("JAMLIK_SHARED") or PROJECT_ROOT.parent / "shared").resolve()
    if not (folder / "data" / "kolada").is_dir():
        pytest.skip(
            "recorded data not found: set JAMLIK_SHARED, or place 'shared' beside the project"
        )
    return folder
