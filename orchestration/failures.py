"""What may be told of a failed run outside the house.

What belongs here: picking job, step, class and our own words out of Dagster's events. What does
not: sending them (`warehouse/notify.py`).

Libraries put values into their messages, so only those of our own errors are told, and never a
traceback. Dagster keeps an error as text: the class is looked up by its name before its words are
trusted.
"""

import importlib
import re
from collections.abc import Iterator
from typing import Any

import dagster as dg

from orchestration.terminal import ROOMS
from warehouse.errors import JamlikError
from warehouse.notify import Notice

# As Python prints an exception: module and class, a colon, the message.
_PRINTED = re.compile(r"(?:(?P<module>[\w.]+)\.)?(?P<name>\w+): (?P<text>.*)", re.S)


def notice_of(context: dg.RunFailureSensorContext, ui_url: str) -> Notice:
    """The notice of the run that a failure sensor was called for."""
    run = context.dagster_run
    steps = context.get_step_failure_events()
    step, error, message = "", "RunFailed", context.failure_event.message or ""
    if steps:
        step = steps[0].step_key or ""
        error, message = told_of(steps[0].step_failure_data.error)
    return Notice(
        job=run.job_name,
        run_id=run.run_id,
        step=step,
        error=error,
        message=message,
        link=f"{ui_url.rstrip('/')}/runs/{run.run_id}" if ui_url else "",
    )


def told_of(error: Any) -> tuple[str, str]:
    """Class and words of an error; without words when it is none of ours.

    Args:
        error: Dagster's form of an exception, with what caused it.
    """
    chain = list(_chain(error))
    for one in chain:
        printed = _PRINTED.match(one.message or "")
        if printed and _is_ours(printed["module"], printed["name"]):
            return printed["name"], " ".join(printed["text"].split())
    return (chain[-1].cls_name or "an error") if chain else "an error", ""


def _chain(error: Any) -> Iterator[Any]:
    while error is not None:
        yield error
        error = error.cause


def _is_ours(module: str | None, name: str) -> bool:
    if not module or module.partition(".")[0] not in (*ROOMS, "pages"):
        return False
    found = getattr(importlib.import_module(module), name, None)
    return isinstance(found, type) and issubclass(found, JamlikError)
