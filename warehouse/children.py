"""Child processes that do not outlive their parent.

What belongs here: tying a child's life to its parent's. What does not: what children do.
"""

import ctypes
import os
import signal

_PR_SET_PDEATHSIG = 1


def die_with_parent() -> None:
    """Ask the kernel to kill this process when the thread that started it is gone.

    Without it a killed run leaves its dbt process behind, which goes on writing to the
    build file and makes the next run fail on DuckDB's lock.
    """
    parent = os.getppid()
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent or parent == 1:
        os.kill(os.getpid(), signal.SIGKILL)
