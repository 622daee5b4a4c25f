"""The made release and its site, once for all tests of this area."""

from pathlib import Path

import pytest

from pages.build import build_site
from tests.pages.made import make_release


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_release(tmp_path_factory.mktemp("release"))


@pytest.fixture(scope="session")
def site(database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_site(database, tmp_path_factory.mktemp("built") / "site").folder
