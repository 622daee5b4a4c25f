"""HLV files that are no tables of answers: none so far.

What belongs here: their readers, by suffix. What does not: tables, which codebooks read.
"""

from collections.abc import Callable
from pathlib import Path

from ingestion.delivered.rows import AggregateRows
from warehouse.settings import Settings

READERS: dict[str, Callable[[Path, Settings], AggregateRows]] = {}
