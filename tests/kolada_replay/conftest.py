"""The small snapshot with a server over it, and a demonstration snapshot."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from ingestion.kolada.replay.demo import write_demo_snapshot
from ingestion.kolada.replay.demo_areas import demo_areas
from ingestion.kolada.replay.server import ReplayServer
from tests.kolada_replay.small import REGISTER, Client, write_snapshot


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


@pytest.fixture(scope="session")
def register(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("register") / "indicators.csv"
    path.write_text(REGISTER, encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def demo(register: Path) -> Path:
    write_demo_snapshot(register.parent / "demo", register)
    return register.parent / "demo"


@pytest.fixture(scope="session")
def con(demo: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute(f"create view v as from '{demo / 'values.parquet'}'")
        connection.execute("create table place (municipality varchar, position double)")
        connection.executemany(
            "insert into place values (?, ?)", [*demo_areas().positions().items()]
        )
        yield connection
