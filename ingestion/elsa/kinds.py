"""ELSA files that are no exports of talks.

What belongs here: their readers. What does not: exports (`load`).
"""

from collections.abc import Callable
from pathlib import Path

from ingestion.delivered.rows import AggregateRows
from ingestion.elsa.pupils import PUPILS_SUFFIXES, read_pupils
from warehouse.settings import Settings

# By suffix.
READERS: dict[str, Callable[[Path, Settings], AggregateRows]] = {
    suffix: read_pupils for suffix in PUPILS_SUFFIXES
}
