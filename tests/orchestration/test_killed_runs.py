"""Runs that die, and runs that meet: nothing waits for the dead, and nothing is half there."""

import os
import signal
import time
from pathlib import Path

import dagster as dg

from tests.orchestration.house import SMALL, jamlik, start, values, warm


def test_a_killed_run_stops_nobody(tmp_path: Path, small_house: Path) -> None:
    """Killed while it publishes, when every file is there; then run again at once.

    Loads and releases that are killed at any moment have tests of their own; here it is
    Dagster that must not wait for the dead.
    """
    warm(small_house, tmp_path)
    victim = start(tmp_path, "run", **SMALL)
    deadline = time.monotonic() + 300
    while not list(tmp_path.glob("published/releases/.making-*")) and victim.poll() is None:
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
        assert [run.status for run in instance.get_runs()] == [
            dg.DagsterRunStatus.SUCCESS,
            dg.DagsterRunStatus.FAILURE,
        ]
