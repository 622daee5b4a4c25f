"""Folkhälsodata as a dlt source.

What belongs here: reading one table, and the resources. What does not: running dlt
(`ingestion/landing.py`), which rows are new (`ingestion/history.py`) and the order of a whole load
(`load.py`).

Importing this module opens no file and no connection.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import dlt
import pyarrow as pa
from dlt.extract import DltResource

from ingestion.folkhalsodata import plan
from ingestion.folkhalsodata.catalogue import CatalogueTable
from ingestion.folkhalsodata.client import (
    FolkhalsodataClient,
    FolkhalsodataError,
    FolkhalsodataUnreachable,
    TableChanged,
    TooManyCells,
)
from ingestion.folkhalsodata.estimates import Rejection, estimates, metadata_rows
from ingestion.folkhalsodata.jsonstat import Dataset, decode
from ingestion.folkhalsodata.layout import REMEDY, Layout, decode_metadata, understand
from ingestion.folkhalsodata.tables import ESTIMATE, TABLE_METADATA
from ingestion.landing import CONTRACT, resource

logger = logging.getLogger(__name__)

# A table of which this share cannot be read has changed, and is not a few wrong values; 20 keeps
# small tables from being refused for one of them.
REJECTED_SHARE, REJECTED_LEAST = 0.05, 20


@dataclass
class TableReading:
    """What became of one table.

    Args:
        table: Which.
        estimates: Rows of `raw_folkhalsodata.estimate`.
        metadata: Rows of `raw_folkhalsodata.table_metadata`.
        rejections: What was left out of a table that was read.
        error: Why it could not be read; the rows are empty then.
    """

    table: CatalogueTable
    estimates: pa.Table = field(default_factory=ESTIMATE.schema.empty_table)
    metadata: pa.Table = field(default_factory=TABLE_METADATA.schema.empty_table)
    rejections: list[Rejection] = field(default_factory=list)
    error: FolkhalsodataError | None = None


def read_table(
    client: FolkhalsodataClient, table: CatalogueTable, region: str, max_cells: int
) -> TableReading:
    """Ask for all estimates of a table for the country, a region and its municipalities.

    Args:
        client: Where to ask.
        table: Which.
        region: Two digits.
        max_cells: Cells a question; lowered where the API allows fewer.

    Raises:
        FolkhalsodataError: No usable answer, or the table is not what is known of it.
    """
    metadata = client.describe(table.path, decode_metadata)
    layout = understand(table, metadata, region)
    rejections = [
        Rejection(table.table_id, f"period {text}", "the period is no year and no span of years")
        for text in layout.unread
    ]
    parts = []
    for dataset in _answers(client, table, layout, max_cells):
        part, rejected = estimates(table, layout, dataset)
        parts.append(part)
        rejections += rejected
    rows = pa.concat_tables(parts)
    unread = len(rejections) - len(layout.unread)
    if not rows.num_rows or (
        unread >= REJECTED_LEAST and unread > REJECTED_SHARE * (rows.num_rows + unread)
    ):
        raise TableChanged(
            f"{table.path}: {rows.num_rows} estimates could be read and {unread} could not"
            + (f", the first because: {rejections[-unread].reason}." if unread else "."),
            REMEDY,
        )
    return TableReading(table, rows, metadata_rows(table, metadata), rejections)


def _answers(
    client: FolkhalsodataClient, table: CatalogueTable, layout: Layout, max_cells: int
) -> Iterator[Dataset]:
    """Answers that together hold each cell once, in questions as large as the API allows."""
    measure = layout.measure.variable
    waiting = [layout.selection]
    while waiting:
        selection = waiting.pop()
        first, *rest = plan.questions(selection, max_cells, measure)
        waiting += reversed(rest)
        try:
            yield client.values(table.path, first, decode)
        except TooManyCells:
            parts = plan.halves(first, measure)
            if not parts:
                raise
            max_cells = plan.cells(parts[0])
            waiting += reversed(parts)


@dlt.source(name="folkhalsodata", schema_contract=CONTRACT)
def folkhalsodata(
    client: FolkhalsodataClient,
    tables: Sequence[CatalogueTable],
    region: str,
    max_cells: int,
    readings: list[TableReading],
) -> list[DltResource]:
    """Descriptions and estimates of all tables that can be read.

    Args:
        client: Where to ask.
        tables: Which.
        region: Two digits.
        max_cells: Cells a question.
        readings: Receives what became of each table, in their order.
    """

    def asked() -> list[TableReading]:
        """Both resources come from one reading of each table."""
        if not readings:
            readings.extend(_read_all(client, tables, region, max_cells))
        return readings

    def rows_of(name: str) -> Callable[[], Iterator[pa.Table]]:
        return lambda: (getattr(reading, name) for reading in asked() if reading.error is None)

    return [resource(ESTIMATE, rows_of("estimates")), resource(TABLE_METADATA, rows_of("metadata"))]


def _read_all(
    client: FolkhalsodataClient, tables: Sequence[CatalogueTable], region: str, max_cells: int
) -> Iterator[TableReading]:
    """A table that cannot be read costs no other; after two without any answer no more is asked."""
    unreachable: list[FolkhalsodataError] = []
    for table in tables:
        try:
            if len(unreachable) > 1:
                raise unreachable[-1]
            reading = read_table(client, table, region, max_cells)
        except FolkhalsodataError as error:
            if isinstance(error, FolkhalsodataUnreachable):
                unreachable.append(error)
            logger.warning("%s was not read: %s", table.table_id, error)
            reading = TableReading(table, error=error)
        yield reading
