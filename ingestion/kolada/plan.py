"""Which requests bring the values that were asked for.

What belongs here: cutting KPIs and areas into requests within the API's limits. What does
not: sending them (`client.py`).

A request may name 25 KPIs and 25 areas, and all years of both come in pages of 5 000
items. 66 KPIs in 312 areas are 39 requests and about 80 pages that way, where one KPI a
request takes 858. The path over years would bring 3 600 area groups along.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

IDS_PER_FILTER = 25
# A batch is landed and merged as one: small enough that a failure costs little, large
# enough that dlt's fixed cost a run (0.15 s) is nothing.
KPIS_PER_BATCH = 100

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
