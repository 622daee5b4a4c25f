"""Lupp files that are no tables of answers.

What belongs here: their readers, by suffix. What does not: tables, which the codebook reads.
"""

from collections.abc import Callable
from pathlib import Path

from ingestion.delivered.rows import AggregateRows
from ingestion.lupp.rounds import read_rounds
from warehouse.settings import Settings

READERS: dict[str, Callable[[Path, Settings], AggregateRows]] = {
    ".yml": read_rounds,
    ".yaml": read_rounds,
}
