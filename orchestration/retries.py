"""What is tried again, and what is not.

What belongs here: telling a passing fault from a wrong input. What does not: asking the same
question again over HTTP (`ingestion/`), and starting runs whose process died again, which is
Dagster's run retries (`production/dagster.yaml`).
"""

import dagster as dg

# A run whose process died begins anew: loads go on where they were, and checks, blocking and in
# the release's manifest, are those of one run.
FROM_THE_START = {"dagster/retry_strategy": "ALL_STEPS"}

ATTEMPTS = 2
AFTER_FALTERING, AFTER_SILENCE = 60.0, 300.0


def another_attempt(error: Exception, run: dg.DagsterRun) -> dg.RetryRequested | None:
    """The request to try a step again; None when that would change nothing.

    An API that answers now and then is asked again by everybody. One that does not answer at all
    is waited for only where nobody waits at the terminal, who sees at once that the network is
    down. Everything else (a wrong file, a setting, a changed form of answers) is the same the next
    time.

    Args:
        error: What stopped the step.
        run: The run; `jamlik run` belongs to no code server.
    """
    # They bring the client along, which the code location need not wait for.
    from ingestion.kolada.client import KoladaFaltering, KoladaUnreachable

    if isinstance(error, KoladaFaltering):
        return dg.RetryRequested(max_retries=ATTEMPTS, seconds_to_wait=AFTER_FALTERING)
    if isinstance(error, KoladaUnreachable) and run.remote_job_origin is not None:
        return dg.RetryRequested(max_retries=ATTEMPTS, seconds_to_wait=AFTER_SILENCE)
    return None
