"""Operating-system locks: one writer at a time, and who is still alive.

What belongs here: taking and asking about `flock` locks on files below `locks/`. What does
not: Dagster's own slots and run states (`orchestration/runs.py` clears those with the help
of these).

The kernel lets go of a lock when its process ends, however it ends. So a lock that can be
taken belongs to nobody, and no lock file ever has to be cleaned up by hand.
"""

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from warehouse.errors import LockTimeout

POLL_SECONDS = 0.2
_held: dict[Path, int] = {}


@contextmanager
def hold(path: Path, purpose: str, timeout: float = 0.0) -> Iterator[None]:
    """Hold a lock for the time of a `with` block; again within one process is free.

    Args:
        path: The lock file; made when missing.
        purpose: Written into the file, so that others can say who holds it.
        timeout: Seconds to wait for another process.

    Raises:
        LockTimeout: Another process still holds it; the text names process and purpose.
    """
    if path in _held:
        yield
        return
    descriptor = _take(path, timeout)
    try:
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps(_holder(purpose)).encode(), 0)
        _held[path] = descriptor
        yield
    finally:
        _held.pop(path, None)
        os.close(descriptor)


def is_held(path: Path) -> bool:
    """Whether a living process, this one included, holds the lock."""
    if path in _held:
        return True
    try:
        descriptor = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        return not _try_lock(descriptor)
    finally:
        os.close(descriptor)


def holder(path: Path) -> str:
    """Who wrote into the lock file last, as a phrase for messages."""
    try:
        note = json.loads(path.read_text(encoding="utf-8"))
        return f"process {note['pid']} ({note['purpose']}, since {note['since']})"
    except (OSError, ValueError, KeyError):
        return "an unknown process"


def _holder(purpose: str) -> dict[str, object]:
    since = datetime.now(UTC).isoformat(timespec="seconds")
    return {"pid": os.getpid(), "purpose": purpose, "since": since}


def _take(path: Path, timeout: float) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    deadline = time.monotonic() + timeout
    while not _try_lock(descriptor):
        if time.monotonic() >= deadline:
            os.close(descriptor)
            raise LockTimeout(
                f"{path.stem} is held by {holder(path)} for longer than {timeout:.0f} s.",
                "Wait for it to end, or stop that process, and run again.",
            )
        time.sleep(POLL_SECONDS)
    return descriptor


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
