"""Runs that die, and runs that meet: nothing waits for the dead, and nothing is half there."""

import os
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path

import dagster as dg
import pytest

from tests.orchestration.house import SMALL, copy, jamlik, start, values, warm


def _unpublished(house: Path, to: Path) -> None:
    """All is built and nothing is published."""
    copy(house, to)
    shutil.rmtree(to / "published")


@pytest.mark.parametrize(
    ("sign", "prepare"),
    [
        ("raw/kolada_demo.duckdb.wal", warm),
        ("published/releases/.making-*", _unpublished),
    ],
)
def test_a_killed_run_stops_nobody(
    tmp_path: Path, small_house: Path, sign: str, prepare: Callable[[Path, Path], object]
) -> None:
    """Killed when a file appears, a moment later; then run again at once."""
    prepare(small_house, tmp_path)
    victim = start(tmp_path, "run", **SMALL)
    deadline = time.monotonic() + 300
    while not list(tmp_path.glob(sign)) and victim.poll() is None:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert victim.poll() is None, victim.communicate()
    os.kill(victim.pid, signal.SIGKILL)
    victim.wait()
    done = jamlik(tmp_path, "run", JAMLIK_LOCK_TIMEOUT="20", **SMALL)
    assert done.returncode == 0, done.stderr
    assert values(tmp_path) == values(small_house)
    assert not list(tmp_path.glob("published/releases/.making-*"))
    with dg.DagsterInstance.from_config(str(tmp_path / "dagster")) as instance:
        assert [run.status for run in instance.get_runs(limit=2)] == [
            dg.DagsterRunStatus.SUCCESS,
            dg.DagsterRunStatus.FAILURE,
        ]
