"""What a process gives up before it opens a sealed file.

What belongs here: limits of the process. What does not: limits of a DuckDB connection.
"""

import ctypes
import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager

_PR_SET_DUMPABLE = 4


def harden() -> None:
    """No core file, and no other process of the same user reads this one's memory.

    Raises:
        OSError: The kernel refused.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_DUMPABLE) was refused")


@contextmanager
def private_files() -> Iterator[None]:
    """Files made in a `with` block are the owner's only."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)
