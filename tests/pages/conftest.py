"""The made release and its site, once for all tests of this area."""

from pathlib import Path

import pytest

from pages.build import build_site
from tests.pages.made import make_release
from tests.pages.made_funnel import make_funnel_page


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_release(tmp_path_factory.mktemp("release"))


@pytest.fixture(scope="session")
def site(database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_site(database, tmp_path_factory.mktemp("built") / "site").folder


@pytest.fixture(scope="session")
def funnel_page(database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_funnel_page(database, tmp_path_factory.mktemp("funnel") / "site")
