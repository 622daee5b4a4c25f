"""What a run says in the terminal.

What belongs here: the console logger, which lets the pipeline's own sentences through and
keeps Dagster's events (hundreds a run) for the UI. What does not: what is said.
"""

import logging
import sys
from pathlib import Path

import dagster as dg

from warehouse.paths import PROJECT_ROOT


class _OwnWords(logging.Filter):
    """Only what this project's code says itself, and errors; the rest is in the UI."""

    def filter(self, record: logging.LogRecord) -> bool:
        """True for a sentence of ours."""
        is_event = bool(getattr(record, "dagster_meta", {}).get("dagster_event"))
        return not is_event and Path(record.pathname).is_relative_to(PROJECT_ROOT)


class _Sentence(logging.Formatter):
    """Time, step, and the sentence without Dagster's run ids."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        meta = getattr(record, "dagster_meta", {})
        text = meta.get("orig_message") or record.getMessage()
        return f"{self.formatTime(record, '%H:%M:%S')} {meta.get('step_key') or 'run'}: {text}"


@dg.logger({}, description="The pipeline's own sentences on standard error.")
def terminal_logger(_: dg.InitLoggerContext) -> logging.Logger:
    """A logger for people who watch a run in a terminal."""
    logger = logging.Logger("jamlik.terminal", level=logging.INFO)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Sentence())
    handler.addFilter(_OwnWords())
    logger.addHandler(handler)
    return logger
