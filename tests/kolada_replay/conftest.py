"""The small snapshot and a server over it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ingestion.kolada.replay.server import ReplayServer
from tests.kolada_replay.small import Client, write_snapshot


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_snapshot(tmp_path_factory.mktemp("snapshot"))


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[ReplayServer]:
    with ReplayServer(folder) as replay:
        yield replay


@pytest.fixture
def client(server: ReplayServer) -> Client:
    return Client(server.base_url)
