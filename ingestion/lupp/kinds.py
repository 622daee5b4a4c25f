"""Lupp files that are no tables of answers.

What belongs here: their readers. What does not: tables of answers, which codebooks read.
"""

from collections.abc import Callable
from pathlib import Path

from ingestion.delivered.rows import AggregateRows
from ingestion.lupp.rounds import read_rounds
from ingestion.lupp.shares import layout
from warehouse.settings import Settings

# By suffix: files that are no tables.
READERS: dict[str, Callable[[Path, Settings], AggregateRows]] = {
    ".yml": read_rounds,
    ".yaml": read_rounds,
}
# By content: tables of shares.
SHARES = layout
