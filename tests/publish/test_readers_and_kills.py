"""Readers during publication, and publishers that die."""

import os
import random
import signal
import subprocess
import sys
import time
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import duckdb
import pytest

from tests.publish.support import (
    NOW,
    change_build,
    contracts,
    info,
    make_build,
    query,
    settings_for,
)
from tests.support import forkserver
from warehouse.publish import publish, rollback, store
from warehouse.settings import Settings

# One process: within it DuckDB would hold on to a file only while a connection is open.
READER = """
import sys, duckdb
from pathlib import Path
path, stop = sys.argv[1], Path(sys.argv[2])
while not stop.exists():
    with duckdb.connect(path, read_only=True) as con:
        rows = con.execute(
            "select distinct (value - year_end / 100 - area_id::int)::int, "
            "(select count(*) from core.fct_value), (select count(*) from indicator.u01405) "
            "from core.fct_value where value is not null"
        ).fetchall()
        print(*rows[0], len(rows), flush=True)
"""
LOOKER = """
import os, sys
path, stop = sys.argv[1:]
os.stat(path)
print("ready", flush=True)
while not os.path.exists(stop):
    for _ in range(200):
        os.stat(path)
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = settings_for(tmp_path / "data")
    make_build(settings)
    publish(settings, contracts(), info=info(), now=NOW)
    return settings


def test_reader_always_sees_a_whole_version(settings: Settings, tmp_path: Path) -> None:
    stop = tmp_path / "stop"
    path = settings.paths.published / "jamlik.duckdb"
    reader = subprocess.Popen(
        [sys.executable, "-c", READER, str(path), str(stop)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert reader.stdout is not None
        first = reader.stdout.readline()
        for version in range(1, 8):
            make_build(settings, shift=float(version))
            publish(settings, contracts(), info=info(), now=NOW)
        rollback(settings)
    finally:
        stop.touch()
        out, errors = reader.communicate(timeout=30)
    assert (reader.returncode, errors) == (0, "")
    seen = [tuple(map(int, line.split())) for line in (first + out).splitlines()]
    assert {row[1:] for row in seen} == {(756, 189, 1)}
    versions = [row[0] for row in seen]
    assert versions[0] == 0
    assert len(set(versions)) > 2
    assert max(versions) <= 7


def test_fixed_path_leads_somewhere_at_every_moment(settings: Settings, tmp_path: Path) -> None:
    first = settings.paths.current.resolve()
    make_build(settings, shift=1.0)
    second = publish(settings, contracts(), info=info(), now=NOW).folder
    stop = tmp_path / "stop"
    path = settings.paths.published / "jamlik.duckdb"
    looker = subprocess.Popen(
        [sys.executable, "-c", LOOKER, str(path), str(stop)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert looker.stdout is not None
        assert looker.stdout.readline() == "ready\n"
        for swap in range(1000):
            store.point_current(settings.paths, first if swap % 2 else second)
    finally:
        stop.touch()
        _, errors = looker.communicate(timeout=30)
    assert (looker.returncode, errors) == (0, "")


def test_open_reader_keeps_its_version(settings: Settings) -> None:
    first = settings.paths.current.resolve()
    total = "select sum(value) from core.fct_value"
    with duckdb.connect(str(first / "jamlik.duckdb"), read_only=True) as con:
        before = con.execute(total).fetchall()
        for version in range(1, 7):
            make_build(settings, shift=float(version))
            publish(settings, contracts(), info=info(), now=NOW)
        assert not first.exists()
        assert con.execute(total).fetchall() == before


def test_kill_anywhere_leaves_a_whole_release(settings: Settings) -> None:
    """SIGKILL at random moments of a publication, then publishing again."""
    everything = "select * from core.fct_value order by all"
    path = settings.paths.published / "jamlik.duckdb"
    old = query(path, everything)
    make_build(settings, shift=5.0)
    new = query(settings.paths.build, everything)
    child = _start(settings)
    started = time.monotonic()
    child.join()
    duration = time.monotonic() - started
    assert query(path, everything) == new
    random.seed(20)
    interrupted = 0
    for attempt in range(10):
        make_build(settings, shift=0.0 if attempt % 2 == 0 else 5.0)
        wanted = old if attempt % 2 == 0 else new
        child = _start(settings)
        child.join(random.uniform(0, duration))
        interrupted += child.is_alive()
        child.kill()
        child.join()
        assert query(path, everything) in (old, new)
        assert store.current_release(settings.paths).damaged_files() == []  # type: ignore[union-attr]
        publish(settings, contracts(), info=info(), now=NOW)
        assert query(path, everything) == wanted
        assert not [n for n in os.listdir(settings.paths.releases) if n.startswith(".")]
    assert interrupted >= 3


def _publish(folder: Path) -> None:
    """The publisher, in a process of its own."""
    publish(settings_for(folder), contracts(), info=info(), now=NOW)


def _start(settings: Settings) -> ForkServerProcess:
    child = forkserver().Process(target=_publish, args=(settings.paths.root,))
    child.start()
    return child


def test_interrupt_leaves_nothing_behind(settings: Settings) -> None:
    change_build(settings, "update core.fct_value set value = 1 where area_id = '0001'")
    before = settings.paths.current.resolve()
    child = _start(settings)
    deadline = time.monotonic() + 30
    while not list(settings.paths.releases.glob(".making-*")):
        assert time.monotonic() < deadline
        time.sleep(0.002)
    assert child.pid is not None
    os.kill(child.pid, signal.SIGINT)
    child.join(30)
    assert child.exitcode not in (0, None)
    assert settings.paths.current.resolve() == before
    assert os.listdir(settings.paths.releases) == [before.name]
