"""The books of Folkhälsodata loads: what was asked for, what came, what was rejected.

What belongs here: the tables `load`, `load_table`, `rejection` and `content_item` of the raw file.
What does not: the estimates and their history (`ingestion/history.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import duckdb

from ingestion.folkhalsodata.catalogue import CatalogueTable
from ingestion.folkhalsodata.source import TableReading
from ingestion.folkhalsodata.tables import SCHEMA
from ingestion.history import Changes, next_read_at
from ingestion.http.client import Traffic

_TABLES = f"""
create schema if not exists {SCHEMA};
create table if not exists {SCHEMA}.load (
    load_id varchar primary key, origin varchar not null, source varchar not null,
    region varchar not null, started_at timestamp not null, finished_at timestamp,
    read_at timestamp not null, requests integer, retries integer, bytes_read bigint,
    tables_asked integer, tables_read integer, state varchar not null
);
create table if not exists {SCHEMA}.load_table (
    load_id varchar not null, table_id varchar not null, path varchar not null,
    is_read boolean not null, problem varchar, remedy varchar, estimates_read bigint,
    estimates_new bigint, estimates_changed bigint, estimates_unchanged bigint,
    estimates_withdrawn bigint
);
create table if not exists {SCHEMA}.rejection (
    load_id varchar not null, table_id varchar not null, place varchar not null,
    reason varchar not null
);
create table if not exists {SCHEMA}.content_item (
    table_id varchar not null, content_text varchar not null, item_id varchar not null
);
"""


@dataclass
class LoadReport:
    """What a load did, for whoever started it.

    Args:
        load_id: Its name in the books.
        origin: demo, replay or live.
        read_at: Time of its readings, UTC.
        traffic: What was asked.
        readings: What became of each table.
        changes: Estimates by what became of them, by table.
    """

    load_id: str
    origin: str
    read_at: datetime
    traffic: Traffic
    readings: list[TableReading] = field(default_factory=list)
    changes: dict[str, Changes] = field(default_factory=dict)

    @property
    def total(self) -> Changes:
        """Estimates of all tables."""
        return sum(self.changes.values(), Changes())

    @property
    def failed(self) -> list[str]:
        """Ids of tables that could not be read."""
        return [one.table.table_id for one in self.readings if one.error]

    @property
    def rejections(self) -> int:
        """Estimates and periods that were left out."""
        return sum(len(one.rejections) for one in self.readings)


def create_books(con: duckdb.DuckDBPyConnection) -> None:
    """Make the tables where they are not there yet."""
    con.execute(_TABLES)


def open_load(
    con: duckdb.DuckDBPyConnection, origin: str, source: str, region: str, traffic: Traffic
) -> LoadReport:
    """Record that a load has begun; loads that still seem to run are dead ones.

    Args:
        con: Connection to the raw file.
        origin: demo, replay or live.
        source: The address that is read.
        region: Two digits.
        traffic: Counts what is asked.
    """
    read_at = next_read_at(con, f"{SCHEMA}.load")
    load_id = f"folkhalsodata-{read_at:%Y%m%dT%H%M%S%fZ}"
    con.execute(f"update {SCHEMA}.load set state = 'failed' where state = 'running'")
    con.execute(
        f"insert into {SCHEMA}.load (load_id, origin, source, region, started_at, read_at, state) "
        "values (?, ?, ?, ?, ?, ?, 'running')",
        [load_id, origin, source, region, read_at, read_at],
    )
    return LoadReport(load_id, origin, read_at, traffic)


def close_load(con: duckdb.DuckDBPyConnection, report: LoadReport, state: str) -> None:
    """Record how a load ended: complete, incomplete (some table was not read) or failed."""
    traffic = report.traffic
    con.execute(
        f"""
        update {SCHEMA}.load set finished_at = ?, requests = ?, retries = ?, bytes_read = ?,
            tables_asked = ?, tables_read = ?, state = ?
        where load_id = ?
        """,
        [
            datetime.now(UTC).replace(tzinfo=None),
            traffic.requests,
            traffic.retries,
            traffic.bytes_read,
            len(report.readings),
            len(report.changes),
            state,
            report.load_id,
        ],
    )


def record_table(
    con: duckdb.DuckDBPyConnection, load_id: str, reading: TableReading, changes: Changes | None
) -> None:
    """Record what became of a table; the caller holds the transaction that stores its rows.

    Args:
        con: Connection to the raw file.
        load_id: The load.
        reading: What was read, or why not.
        changes: What the merge did; None when nothing was read.
    """
    table, error = reading.table, reading.error
    counts = [None] * 5 if changes is None else list(vars(changes).values())
    con.execute(
        f"insert into {SCHEMA}.load_table values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            *(load_id, table.table_id, table.path, error is None),
            *((error.what, error.remedy) if error else (None, None)),
            *counts,
        ],
    )
    if reading.rejections:
        con.executemany(
            f"insert into {SCHEMA}.rejection values (?, ?, ?, ?)",
            [(load_id, one.table_id, one.place, one.reason) for one in reading.rejections],
        )


def record_items(con: duckdb.DuckDBPyConnection, tables: Sequence[CatalogueTable]) -> None:
    """The items of tables' words as `tables.yml` has them now, in place of what there was."""
    con.execute(f"delete from {SCHEMA}.content_item")
    con.executemany(
        f"insert into {SCHEMA}.content_item values (?, ?, ?)",
        [(one.table_id, text, item) for one in tables for text, item in one.items.items()],
    )
