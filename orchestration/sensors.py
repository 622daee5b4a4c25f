"""Sensors: what happens besides the clock.

What belongs here: looking at the inboxes, at what the marts are made from, and at runs that failed.
What does not: taking files (`assets/surveys.py`), what is told of a failure (`failures.py`) and
telling it (`warehouse/notify.py`).
"""

import hashlib
import json

import dagster as dg

from ingestion.delivered.inbox import waiting
from ingestion.delivered.load import SOURCES
from ingestion.elsa.talks import SOURCE as ELSA
from ingestion.elsa.talks import WITHDRAWALS
from orchestration.failures import notice_of
from orchestration.jobs import everything
from orchestration.manifest import inputs_of
from orchestration.runs import writer_lock
from warehouse import build_state, locks
from warehouse.errors import LockTimeout
from warehouse.notify import notify
from warehouse.sealed.boundary import Place, guarded
from warehouse.settings import load_settings


@dg.sensor(
    job=everything,
    minimum_interval_seconds=60,
    default_status=dg.DefaultSensorStatus.STOPPED,
    description="Starts a run when files lie in an inbox (HLV, Lupp, ELSA, lists of withdrawals); "
    "many files are one run.",
)
def survey_inbox(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
    """One run for all files that have not changed since the tick before.

    The cursor holds a hash of sizes and times alone: file names may name people, and whoever has
    a name could try it.
    """
    settings = load_settings()
    if settings.survey_origin == "demo":
        return dg.SkipReason("SURVEYS is demo: the inbox is not read.")
    found = [
        (source, path.stat())
        for source in (*SOURCES, ELSA, WITHDRAWALS)
        for path in waiting(settings.paths.inbox(source))
    ]
    if not found:
        return dg.SensorResult(cursor="")
    states = sorted((source, about.st_size, about.st_mtime_ns) for source, about in found)
    state = hashlib.sha256(repr(states).encode()).hexdigest()
    if context.cursor != state:
        # Seen for the first time or still growing: the next tick decides.
        return dg.SensorResult(cursor=state)
    return dg.SensorResult(run_requests=[dg.RunRequest(run_key=state)], cursor=state)


@dg.sensor(
    job=everything,
    minimum_interval_seconds=300,
    default_status=dg.DefaultSensorStatus.STOPPED,
    description="Starts a run when the marts are older than what they are made from: the models, "
    "or rows that came or went at the terminal (ingest, withdrawals, retention).",
)
def inputs_changed(context: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    """One run for each state of the inputs that the release was not made from.

    A state that cannot be built is tried once, and again when something has changed.
    """
    settings = load_settings()
    if not settings.paths.raw_kolada(settings.kolada).exists():
        return dg.SkipReason("Nothing was ever loaded: start `everything` by hand.")
    try:
        # While a run writes, its files cannot be opened, and it may be about to build.
        with locks.hold(writer_lock(settings.paths), "looking for changed inputs"):
            made_from = guarded(Place("of raw files"), lambda: inputs_of(settings))
    except LockTimeout:
        return dg.SkipReason("A run is on.")
    if build_state.is_current(settings.paths, made_from):
        return dg.SkipReason("Nothing has changed since the release was made.")
    state = hashlib.sha256(json.dumps(made_from, sort_keys=True).encode()).hexdigest()
    return dg.RunRequest(run_key=state)


@dg.run_failure_sensor(
    name="run_failed",
    # Runs of `jamlik run` belong to no code location.
    monitor_all_code_locations=True,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Tells of every run that fails: in the log, and by mail and webhook where set.",
)
def run_failed(context: dg.RunFailureSensorContext) -> None:
    """Send what may be told of the failure; a notice that cannot be sent fails the tick."""
    settings = load_settings()
    notify(settings, notice_of(context, settings.ui_url))
