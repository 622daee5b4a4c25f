"""Locks are held by living processes only."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support import PROJECT_ROOT
from warehouse import locks
from warehouse.errors import LockTimeout

HOLDER = """
import sys, time, pathlib
from warehouse import locks
with locks.hold(pathlib.Path(sys.argv[1]), "a test"):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def other_process(tmp_path: Path):
    path = tmp_path / "writer.lock"
    child = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)], cwd=PROJECT_ROOT, stdout=subprocess.PIPE
    )
    assert child.stdout and child.stdout.readline() == b"held\n"
    yield path, child
    child.kill()
    child.wait()


def test_a_second_process_waits_and_is_told_who_holds(other_process) -> None:
    path, child = other_process
    assert locks.is_held(path)
    started = time.monotonic()
    with (
        pytest.raises(LockTimeout, match=rf"process {child.pid} \(a test"),
        locks.hold(path, "mine", timeout=0.5),
    ):
        pass
    assert 0.4 < time.monotonic() - started < 5


def test_a_killed_holder_leaves_nothing_to_clean_up(other_process) -> None:
    path, child = other_process
    child.send_signal(signal.SIGKILL)
    child.wait()
    assert not locks.is_held(path)
    with locks.hold(path, "mine"):
        assert locks.is_held(path)
    assert not locks.is_held(path)


def test_one_process_may_hold_a_lock_twice(tmp_path: Path) -> None:
    path = tmp_path / "writer.lock"
    with locks.hold(path, "outer"), locks.hold(path, "inner"):
        assert "outer" in locks.holder(path)
    assert not locks.is_held(path)
