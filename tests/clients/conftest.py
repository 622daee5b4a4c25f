"""The small published house, which the tests of whole runs make."""

from pathlib import Path

import pytest

from tests.orchestration.conftest import small_house

__all__ = ["small_house"]


@pytest.fixture
def published(small_house: Path) -> Path:
    return small_house / "published"
