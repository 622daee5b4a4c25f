"""A release with tables of people, made once."""

import shutil
from pathlib import Path

import pytest

from tests.publish.people import make_people, release
from tests.publish.support import settings_for
from tests.support import made_once
from warehouse.settings import Settings


def _make(folder: Path) -> None:
    settings = settings_for(folder)
    make_people(settings)
    release(settings)


@pytest.fixture(scope="session")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder; its protection and attack take 3 s."""
    return made_once(tmp_path_factory, "released-people", _make)


@pytest.fixture
def people(released: Path, tmp_path: Path) -> Settings:
    """A copy of it to change."""
    return settings_for(shutil.copytree(released, tmp_path / "data", symlinks=True))
