"""What the tests of whole runs share: one small published house, made once."""

from pathlib import Path

import pytest

from orchestration.manifest import ensure_manifest
from tests.orchestration.house import SMALL, jamlik
from tests.support import made_once
from warehouse.settings import load_settings


def _make(folder: Path) -> None:
    done = jamlik(folder, "run", **SMALL)
    assert done.returncode == 0, done.stderr
    # dbt parses once for each origin (8 s), and not for every house that reads a snapshot.
    alone = {"data_dir": folder, "surveys": "delivered", "folkhalsodata": "off"}
    for origin in ({"kolada": "replay", "snapshot": folder}, {"kolada": "live"}):
        ensure_manifest(load_settings(**alone, **origin))


@pytest.fixture(scope="session")
def small_house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with one run of three indicators, which takes 45 s."""
    return made_once(tmp_path_factory, "small-house", _make)
