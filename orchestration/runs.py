"""Which runs are alive, and clearing up after those that are not.

What belongs here: marking dead runs failed and freeing their slots, so that a run killed
with -9 stops nobody. What does not: the locks themselves (`warehouse/locks.py`).

After a kill Dagster keeps the run in STARTED and its pool slot claimed, and the next run
would wait for ever. A living run holds a lock of its own for all its life, so a run whose
lock is free has no process any more.
"""

import time
from pathlib import Path

import dagster as dg

from warehouse import locks
from warehouse.paths import Paths

# A run that the daemon has just launched has not come to its first step, where it takes
# its lock; importing the code location takes up to 8 s.
GRACE_SECONDS = 60.0
_UNFINISHED = [
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]


def writer_lock(paths: Paths) -> Path:
    """The lock of whoever writes the raw, build and published files."""
    return paths.locks / "writer.lock"


def life_lock(paths: Paths, run_id: str) -> Path:
    """The lock that a run holds while its process lives."""
    return paths.locks / "runs" / f"{run_id}.lock"


def has_died(paths: Paths, record: dg.RunRecord) -> bool:
    """Whether an unfinished run has no process any more.

    Args:
        paths: Where runs hold their locks.
        record: The run, as Dagster's storage has it.
    """
    lock = life_lock(paths, record.dagster_run.run_id)
    age = time.time() - record.update_timestamp.timestamp()
    return not locks.is_held(lock) and (lock.exists() or age >= GRACE_SECONDS)


def clear_dead_runs(instance: dg.DagsterInstance, paths: Paths) -> list[str]:
    """Mark runs without a process as failed and free their slots.

    Returns:
        Ids of the runs that were found dead.
    """
    dead = []
    for record in instance.get_run_records(dg.RunsFilter(statuses=_UNFINISHED)):
        run = record.dagster_run
        if not has_died(paths, record):
            continue
        instance.report_run_failed(run, "The run's process is gone (killed, or the power failed).")
        instance.event_log_storage.free_concurrency_slots_for_run(run.run_id)
        dead.append(run.run_id)
    _forget_finished(instance, paths)
    return dead


def _forget_finished(instance: dg.DagsterInstance, paths: Paths) -> None:
    for lock in (paths.locks / "runs").glob("*.lock"):
        if not locks.is_held(lock):
            run = instance.get_run_by_id(lock.stem)
            if run is None or run.is_finished:
                lock.unlink(missing_ok=True)
