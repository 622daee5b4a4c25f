"""What the tests of whole runs share: one small published house, made once."""

import os
from pathlib import Path

import pytest

from tests.orchestration.house import SMALL, jamlik
from warehouse import locks


@pytest.fixture(scope="session")
def small_house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with one run of three indicators; copy it, never change it.

    A run takes 30 to 45 s, so parallel workers share one.
    """
    base = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent
    folder = base / "small-house"
    with locks.hold(base / "small-house.lock", "making the small house", timeout=240):
        if not (folder / "published" / "current").exists():
            done = jamlik(folder, "run", **SMALL)
            assert done.returncode == 0, done.stderr
    return folder
