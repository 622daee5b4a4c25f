"""What a load of Kolada did, as it goes on.

What belongs here: the counts that a load adds up and hands back. What does not: the record
of it in the raw file (`books.py`).
"""

from dataclasses import dataclass, field
from datetime import datetime

from ingestion.history import Changes
from ingestion.kolada.decode import Rejection
from ingestion.kolada.tables import RawTable, ReadingTable


@dataclass
class LoadReport:
    """What a load did, by raw table; counts are of values unless said otherwise."""

    load_id: str
    origin: str
    read_at: datetime
    kpis: dict[str, list[str]] = field(default_factory=dict)
    unknown_kpis: list[str] = field(default_factory=list)
    takes_all: bool = False
    readings: dict[str, Changes] = field(default_factory=dict)
    metadata: dict[str, Changes] = field(default_factory=dict)
    rejections: list[Rejection] = field(default_factory=list)
    missed: int = 0
    resumed: int = 0
    requests: int = 0
    retries: int = 0
    bytes_read: int = 0
    latest_change: str = ""

    @property
    def values(self) -> Changes:
        """Values of areas and of units together."""
        return sum(self.readings.values(), Changes())

    def changes(self, table: RawTable) -> Changes:
        """What became of one table's rows; of none when it was not asked for."""
        return (self.readings | self.metadata).get(table.name, Changes())

    def add(self, table: ReadingTable, changes: Changes) -> None:
        """Count a merge of values."""
        self.readings[table.name] = self.changes(table) + changes

    @property
    def kpis_requested(self) -> int:
        """Number of KPIs asked for, of areas or of units."""
        return len(set().union(*self.kpis.values()))

    @property
    def is_unchanged(self) -> bool:
        """Whether nothing at all was new, changed, withdrawn or rejected."""
        return not self.rejections and not any(
            changes.touched for changes in (self.values, *self.metadata.values())
        )
