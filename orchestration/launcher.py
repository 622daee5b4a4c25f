"""Launching runs in the code server, and telling whether a run still lives.

What belongs here: the answer to the daemon's question after a run's process. What does not: what
it does about the dead, which is Dagster's run monitoring, and the locks (`runs.py`).

Dagster's own launcher cannot answer. A run that dies alone is noticed by the code server, whose
child it is; one that dies with the code server would stay in STARTED, and with one run at a time
nothing would ever run again.
"""

import socket
import time
from pathlib import Path

from dagster._core.launcher import CheckRunHealthResult, DefaultRunLauncher, WorkerStatus
from dagster._core.storage.dagster_run import DagsterRun

from orchestration.runs import has_died
from warehouse.settings import load_settings

# A run lets go of its lock just before it says how it ended.
SETTLE_SECONDS = 2.0


class WatchedRunLauncher(DefaultRunLauncher):
    """Dagster's launcher, with an answer to run monitoring."""

    @property
    def supports_check_run_worker_health(self) -> bool:
        """It can tell."""
        return True

    def check_run_worker_health(self, run: DagsterRun) -> CheckRunHealthResult:
        """Whether the run's process lives, by the lock that it holds.

        The daemon asks of runs in STARTED, and looks at the run's state again before it believes
        that it is dead. Then it starts it again, at once and only once: so while the code server
        does not answer either, no run is told dead.
        """
        settings = load_settings()
        record = self._instance.get_run_record_by_id(run.run_id)
        if record is None or not has_died(settings.paths, record):
            return CheckRunHealthResult(WorkerStatus.RUNNING)
        if settings.code_socket is None or not answers(settings.code_socket):
            return CheckRunHealthResult(WorkerStatus.RUNNING, "The code server is down, too.")
        time.sleep(SETTLE_SECONDS)
        return CheckRunHealthResult(
            WorkerStatus.FAILED, "The run's process is gone (killed, or the power failed)."
        )


def answers(code_socket: Path) -> bool:
    """Whether the code server takes calls; it does once it has loaded the code."""
    with socket.socket(socket.AF_UNIX) as client:
        return client.connect_ex(str(code_socket)) == 0
