"""Which requests bring the values that were asked for.

What belongs here: cutting KPIs, areas and years into requests within the API's limits, and
following how far they have come. What does not: sending them (`client.py`).

A request may name 25 KPIs and 25 areas, and all years of both come in pages of 5 000
items. 66 KPIs in 312 areas are 39 requests and about 80 pages that way, where one KPI a
request takes 858. The path over years would bring 3 600 area groups along.
"""

import logging
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

logger = logging.getLogger(__name__)

IDS_PER_FILTER = 25
# A batch is landed and merged as one, and is what an interrupted load goes on from: small
# enough that a failure costs little, large enough that dlt's fixed cost a run (0.15 s) is
# nothing.
KPIS_PER_BATCH = 100
# Kolada's oldest values are of 1994; 50 years in two filters.
FIRST_YEAR = 1990
SECONDS_BETWEEN_REPORTS = 5.0

T = TypeVar("T")


@dataclass(frozen=True)
class Batch:
    """KPIs whose values are read, landed and merged together, and their requests."""

    kpis: tuple[str, ...]
    paths: tuple[str, ...]


def chunks(ids: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """Cut a sequence into parts of at most `size`."""
    for start in range(0, len(ids), size):
        yield ids[start : start + size]


def batches(kpis: Sequence[str], areas: Sequence[str]) -> list[Batch]:
    """Plan a complete reading.

    Args:
        kpis: KPI ids.
        areas: Area ids (municipalities, regions, the country; no groups).

    Returns:
        Batches that together name every pair of KPI and area once.
    """
    return [
        Batch(
            tuple(batch),
            tuple(
                f"data/kpi/{','.join(part)}/municipality/{','.join(places)}"
                for part in chunks(batch, IDS_PER_FILTER)
                for places in chunks(areas, IDS_PER_FILTER)
            ),
        )
        for batch in chunks(kpis, KPIS_PER_BATCH)
    ]


def refresh_paths(areas: Sequence[str], since: date, this_year: int) -> tuple[str, ...]:
    """Plan a reading of what changed in all KPIs: 26 requests for 312 areas.

    Args:
        areas: Area ids.
        since: Kolada answers what it has changed from this day on.
        this_year: Values may be of the year after it (forecasts).
    """
    years = [str(year) for year in range(FIRST_YEAR, this_year + 2)]
    return tuple(
        f"data/municipality/{','.join(places)}/year/{','.join(part)}?from_date={since:%Y-%m-%d}"
        for places in chunks(areas, IDS_PER_FILTER)
        for part in chunks(years, IDS_PER_FILTER)
    )


@dataclass
class Progress:
    """How far a load has come, in requests; says so every few seconds.

    Args:
        planned: Requests planned in all.
    """

    planned: int
    done: int = 0
    values: int = 0
    _started: float = field(default_factory=time.monotonic)
    _reported: float = 0.0

    def advance(self, values: int) -> None:
        """Count a finished request and the values that it brought."""
        self.done += 1
        self.values += values
        now = time.monotonic()
        if self.done == self.planned or now - self._reported >= SECONDS_BETWEEN_REPORTS:
            self._reported = now
            seconds = max(now - self._started, 1e-3)
            logger.info(
                "Kolada: %d of %d requests done, %d values (%d a second), about %d s left",
                self.done,
                self.planned,
                self.values,
                self.values / seconds,
                round(seconds / self.done * (self.planned - self.done)),
            )
