"""What the tests of whole runs share: one small published house, made once."""

from pathlib import Path

import pytest

from tests.orchestration.house import SMALL, jamlik
from tests.support import made_once


def _make(folder: Path) -> None:
    done = jamlik(folder, "run", **SMALL)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="session")
def small_house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with one run of three indicators, which takes 30 to 45 s."""
    return made_once(tmp_path_factory, "small-house", _make)
