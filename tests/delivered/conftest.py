"""What tests of deliveries share: a data folder of their own."""

from pathlib import Path

import pytest

from warehouse.settings import Settings, load_settings


@pytest.fixture
def house(tmp_path: Path) -> Settings:
    return load_settings(data_dir=tmp_path / "data", surveys="delivered")
