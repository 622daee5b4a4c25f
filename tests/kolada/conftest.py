"""Fixtures: a small snapshot, a server over it, and settings in a temporary folder."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ingestion.kolada.replay.server import ReplayServer
from tests.kolada.small import KPIS, write_snapshot
from warehouse.settings import Settings, load_settings


@pytest.fixture
def snapshot(tmp_path: Path) -> Path:
    return write_snapshot(tmp_path / "snapshot")


@pytest.fixture
def server(snapshot: Path) -> Iterator[ReplayServer]:
    with ReplayServer(snapshot) as running:
        yield running


@pytest.fixture
def settings(tmp_path: Path, snapshot: Path) -> Settings:
    return load_settings(
        data_dir=tmp_path / "data", kolada="replay", snapshot=snapshot, kpis=",".join(KPIS)
    )
