"""HLV files that are no tables of answers.

What belongs here: their readers. What does not: tables of answers, which codebooks read.
"""

from collections.abc import Callable
from pathlib import Path

from ingestion.delivered.rows import AggregateRows
from ingestion.hlv.shares import layout
from warehouse.settings import Settings

# By suffix: files that are no tables.
READERS: dict[str, Callable[[Path, Settings], AggregateRows]] = {}
# By content: tables of shares.
SHARES = layout
