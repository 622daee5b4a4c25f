"""Kolada as a dlt source.

What belongs here: the resources. What does not: running dlt (`ingestion/landing.py`), which rows
are new (`ingestion/history.py`) and the order of a whole load (`load.py`).

Importing this module opens no file and no connection.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import dlt
import pyarrow as pa
from dlt.extract import DltResource

from ingestion.kolada.client import KoladaClient, KoladaError
from ingestion.kolada.decode import Rejection, decode_page, decode_values
from ingestion.kolada.tables import (
    KPI,
    KPI_GROUP,
    KPI_GROUP_MEMBER,
    MUNICIPALITY,
    MUNICIPALITY_GROUP,
    MUNICIPALITY_GROUP_MEMBER,
    OU,
    READING,
    RawTable,
    ReadingTable,
)
from ingestion.landing import CONTRACT, resource

# 5 MB in memory, and a row group of Parquet that DuckDB reads well.
ROWS_PER_TABLE = 100_000


@dataclass(frozen=True)
class MetadataPage:
    """Items of a metadata page as they are, and where the next one is."""

    items: list[dict[str, Any]]
    next_url: str | None


def decode_metadata(body: bytes) -> MetadataPage:
    """Decode a page of metadata; raises as `decode_page` does."""
    return MetadataPage(*decode_page(body))


def _table_of(table: RawTable, rows: list[dict[str, Any]], endpoint: str) -> pa.Table:
    """Rows with the table's own fields only; says which field of which row is wrong."""
    for number, row in enumerate(rows, start=1):
        for column in table.columns:
            if column.name not in row or (row[column.name] is None and not column.nullable):
                raise KoladaError(
                    f"{endpoint}: row {number} (id {row.get(table.key[0])!r}) "
                    f"has no {column.name}.",
                    "Nothing was loaded; the API may have changed.",
                )
    try:
        return pa.Table.from_pylist(rows, schema=table.schema)
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        raise KoladaError(
            f"{endpoint}: a field has changed its type ({error}).",
            "Nothing was loaded; the API may have changed.",
        ) from None


def _entities(
    client: KoladaClient, endpoint: str, table: RawTable, remedy: str = "try again later"
) -> DltResource:
    def rows() -> Iterator[pa.Table]:
        found = 0
        for page in client.pages(endpoint, decode_metadata):
            found += len(page.items)
            yield _table_of(table, page.items, endpoint)
        if not found:
            raise KoladaError(
                f"{client.base_url}/{endpoint} answered an empty list.",
                f"Nothing was loaded; {remedy}.",
            )

    return resource(table, rows)


def _groups(
    client: KoladaClient, endpoint: str, group: RawTable, member: RawTable
) -> tuple[DltResource, DltResource]:
    """Two resources of one endpoint, read once: the groups and their members."""

    pages: list[MetadataPage] = []

    def asked() -> list[MetadataPage]:
        if not pages:
            pages.extend(client.pages(endpoint, decode_metadata))
        return pages

    def group_rows() -> Iterator[pa.Table]:
        for page in asked():
            yield _table_of(group, page.items, endpoint)

    def member_rows() -> Iterator[pa.Table]:
        for page in asked():
            rows = [
                {**one, "group_id": item["id"]}
                for item in page.items
                for one in item.get("members", [])
            ]
            yield _table_of(member, rows, endpoint)

    return resource(group, group_rows), resource(member, member_rows)


@dlt.source(name="kolada_metadata", schema_contract=CONTRACT)
def kolada_metadata(client: KoladaClient, with_units: bool = False) -> list[DltResource]:
    """KPIs, KPI groups, areas, area groups and, where asked for, units, each complete."""
    no_units = "try again later, or without OU_KPIS: a snapshot may have been stored without units"
    return [
        *([_entities(client, "ou", OU, no_units)] if with_units else []),
        _entities(client, "kpi", KPI),
        _entities(client, "municipality", MUNICIPALITY),
        *_groups(client, "kpi_groups", KPI_GROUP, KPI_GROUP_MEMBER),
        *_groups(client, "municipality_groups", MUNICIPALITY_GROUP, MUNICIPALITY_GROUP_MEMBER),
    ]


@dlt.source(name="kolada_values", schema_contract=CONTRACT)
def kolada_values(
    client: KoladaClient,
    paths: Sequence[str],
    rejections: list[Rejection],
    advance: Callable[[int], None],
    table: ReadingTable = READING,
) -> DltResource:
    """Values of the planned requests.

    Args:
        client: Where to ask.
        paths: Requests of a plan (`plan.batches`).
        rejections: Receives what was not loaded.
        advance: Told the number of values after each finished request.
        table: The raw table that the values are for.
    """
    decode = partial(decode_values, table=table)

    def pages() -> Iterator[pa.Table]:
        for path in paths:
            values = 0
            for page in client.pages(path, decode):
                rejections.extend(page.rejections)
                values += page.table.num_rows
                yield page.table
            advance(values)

    return resource(table, lambda: _gathered(pages()))


def _gathered(tables: Iterator[pa.Table]) -> Iterator[pa.Table]:
    """Larger tables: dlt spends 1 ms and a Parquet row group on each; pages have 9 000 rows."""
    waiting: list[pa.Table] = []
    for table in tables:
        waiting.append(table)
        if sum(one.num_rows for one in waiting) >= ROWS_PER_TABLE:
            yield pa.concat_tables(waiting)
            waiting = []
    if waiting:
        yield pa.concat_tables(waiting)
