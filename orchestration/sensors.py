"""Sensors: what starts a run besides the clock.

What belongs here: looking at the inboxes. What does not: taking files (`assets/surveys.py`).
"""

import hashlib

import dagster as dg

from ingestion.delivered.inbox import waiting
from ingestion.delivered.load import SOURCES
from orchestration.jobs import everything
from warehouse.settings import load_settings


@dg.sensor(
    job=everything,
    minimum_interval_seconds=60,
    default_status=dg.DefaultSensorStatus.STOPPED,
    description="Starts a run when files lie in an inbox: HLV, Lupp, ELSA; many files are one run.",
)
def survey_inbox(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
    """One run for all files that have not changed since the tick before.

    The cursor holds a hash, since file names may name people.
    """
    settings = load_settings()
    if settings.survey_origin == "demo":
        return dg.SkipReason("SURVEYS is demo: the inbox is not read.")
    inboxes = [settings.paths.inbox(source) for source in (*SOURCES, "elsa")]
    files = [path for inbox in inboxes for path in waiting(inbox)]
    if not files:
        return dg.SensorResult(cursor="")
    digest = hashlib.sha256()
    for path in files:
        about = path.stat()
        digest.update(f"{path}{about.st_size}{about.st_mtime_ns}".encode())
    state = digest.hexdigest()
    if context.cursor != state:
        # Seen for the first time or still growing: the next tick decides.
        return dg.SensorResult(cursor=state)
    return dg.SensorResult(run_requests=[dg.RunRequest(run_key=state)], cursor=state)
