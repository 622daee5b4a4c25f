"""Which requests bring the values that were asked for.

What belongs here: cutting KPIs, areas and years into requests within the API's limits, and
following how far they have come. What does not: sending them (`client.py`).

A request may name 25 KPIs and 25 areas, and all years of both come in pages of 5 000
items. 66 KPIs in 312 areas are 39 requests and about 80 pages that way, where one KPI a
request takes 858. The path over years would bring 3 600 area groups along. Units have no
groups, and are so many (thousands of schools) that the path over years takes fewer.
"""

import logging
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import product
from typing import TypeVar

from ingestion.kolada.tables import READING, ReadingTable

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


def batches(
    kpis: Sequence[str],
    places: Sequence[str],
    table: ReadingTable = READING,
    years: Sequence[int] = (),
) -> list[Batch]:
    """Plan a complete reading.

    Args:
        kpis: KPI ids.
        places: Ids of areas (municipalities, regions, the country; no groups) or of units.
        table: The raw table that the values are for.
        years: Years to read; none: all.

    Returns:
        Batches that together ask for every value of every KPI, in those years, once.
    """
    some = {"year": [str(year) for year in years]} if years else {}
    return [
        Batch(
            tuple(batch),
            _fewer(
                table,
                _paths(table, {"kpi": batch, table.place: places} | some),
                _paths(table, {"kpi": batch, "year": _years()} | some),
            ),
        )
        for batch in chunks(kpis, KPIS_PER_BATCH)
    ]


def refresh_paths(
    kpis: Sequence[str], places: Sequence[str], since: date, table: ReadingTable = READING
) -> tuple[str, ...]:
    """Plan a reading of what changed: 26 requests for 312 areas, whatever the KPIs.

    Args:
        kpis: KPI ids; answers may hold others, too.
        places: Ids of areas or of units.
        since: Kolada answers what it has changed from this day on.
        table: The raw table that the values are for.
    """
    query = f"?from_date={since:%Y-%m-%d}"
    return _fewer(
        table,
        _paths(table, {table.place: places, "year": _years()}, query),
        _paths(table, {"kpi": kpis, "year": _years()}, query),
    )


def _years() -> list[str]:
    """Years that values may be of; forecasts are of the next one."""
    return [str(year) for year in range(FIRST_YEAR, date.today().year + 2)]


def _fewer(
    table: ReadingTable, by_place: tuple[str, ...], by_year: tuple[str, ...]
) -> tuple[str, ...]:
    return by_year if len(by_year) < len(by_place) and not table.has_groups else by_place


def _paths(
    table: ReadingTable, parts: dict[str, Sequence[str]], query: str = ""
) -> tuple[str, ...]:
    """Every combination of the parts' ids, 25 of each in a request."""
    named = [
        [f"{name}/{','.join(some)}" for some in chunks(ids, IDS_PER_FILTER)]
        for name, ids in parts.items()
    ]
    return tuple("/".join((table.endpoint, *one)) + query for one in product(*named))


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
