"""What a run says in the terminal.

What belongs here: showing the project's own sentences to a person who watches. What does
not: what is said, which each room logs itself, and Dagster's events (hundreds a run),
which are in the UI. `dagster.yaml` brings the same sentences into the run's log there.
"""

import logging
import sys

# As in `dagster.yaml`, managed_python_loggers.
ROOMS = ("warehouse", "ingestion", "expectations", "orchestration")


def show_progress() -> None:
    """Print the rooms' sentences on standard error, with the time."""
    # Dagster's own messages are in the UI; without a handler Python prints them here.
    logging.getLogger("dagster").addHandler(logging.NullHandler())
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s  %(message)s", "%H:%M:%S"))
    for room in ROOMS:
        logger = logging.getLogger(room)
        logger.setLevel(logging.INFO)
        logger.addHandler(handler)
