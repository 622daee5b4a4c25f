"""The books of Kolada loads: what was asked for, what came, what was rejected.

What belongs here: the tables `load`, `load_kpi` and `rejection` of the raw file. What does
not: the values and their history (`history.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import duckdb

from ingestion.kolada.client import Traffic
from ingestion.kolada.decode import Rejection
from ingestion.kolada.history import Changes
from ingestion.kolada.tables import SCHEMA

_TABLES = f"""
create table if not exists {SCHEMA}.load (
    load_id varchar primary key, origin varchar not null, started_at timestamp not null,
    finished_at timestamp, read_at timestamp not null, kpis_requested integer not null,
    requests integer, retries integer, bytes_read bigint, values_read bigint,
    values_new bigint, values_changed bigint, values_unchanged bigint,
    values_withdrawn bigint, values_rejected bigint, state varchar not null
);
create table if not exists {SCHEMA}.load_kpi (
    load_id varchar not null, kpi varchar not null, is_known boolean not null
);
create table if not exists {SCHEMA}.rejection (
    load_id varchar not null, kpi varchar not null, municipality varchar not null,
    period varchar not null, gender varchar not null, reason varchar not null
);
"""


@dataclass
class LoadReport:
    """What a load did; counts are of values unless said otherwise."""

    load_id: str
    origin: str
    read_at: datetime
    kpis: list[str] = field(default_factory=list)
    unknown_kpis: list[str] = field(default_factory=list)
    values: Changes = field(default_factory=Changes)
    metadata: dict[str, Changes] = field(default_factory=dict)
    rejections: list[Rejection] = field(default_factory=list)
    requests: int = 0
    retries: int = 0
    bytes_read: int = 0


def _next_read_at(con: duckdb.DuckDBPyConnection) -> datetime:
    """Now in UTC, and later than every reading before, whatever the clock has done."""
    row = con.execute(f"select max(read_at) from {SCHEMA}.load").fetchone()
    now = datetime.now(UTC).replace(tzinfo=None)
    last = row[0] if row else None
    return max(now, last + timedelta(microseconds=1)) if last else now


def open_load(con: duckdb.DuckDBPyConnection, origin: str) -> LoadReport:
    """Record that a load has begun; loads that still seem to run are dead ones."""
    con.execute(f"create schema if not exists {SCHEMA}")
    con.execute(_TABLES)
    read_at = _next_read_at(con)
    load_id = f"kolada-{read_at:%Y%m%dT%H%M%S%fZ}"
    con.execute(f"update {SCHEMA}.load set state = 'failed' where state = 'running'")
    con.execute(
        f"insert into {SCHEMA}.load (load_id, origin, started_at, read_at, kpis_requested, state) "
        "values (?, ?, ?, ?, 0, 'running')",
        [load_id, origin, read_at, read_at],
    )
    return LoadReport(load_id, origin, read_at)


def close_load(
    con: duckdb.DuckDBPyConnection, report: LoadReport, traffic: Traffic, state: str
) -> None:
    """Record how a load ended: complete or failed."""
    values = report.values
    report.requests, report.retries = traffic.requests, traffic.retries
    report.bytes_read = traffic.bytes_read
    con.execute(
        f"""
        update {SCHEMA}.load set finished_at = ?, kpis_requested = ?, requests = ?, retries = ?,
            bytes_read = ?, values_read = ?, values_new = ?, values_changed = ?,
            values_unchanged = ?, values_withdrawn = ?, values_rejected = ?, state = ?
        where load_id = ?
        """,
        [
            datetime.now(UTC).replace(tzinfo=None),
            len(report.kpis),
            traffic.requests,
            traffic.retries,
            traffic.bytes_read,
            values.read,
            values.new,
            values.changed,
            values.unchanged,
            values.withdrawn,
            len(report.rejections),
            state,
            report.load_id,
        ],
    )


def store_rejections(
    con: duckdb.DuckDBPyConnection, load_id: str, rejections: Sequence[Rejection]
) -> None:
    """Put rejected values on record; the caller holds the transaction."""
    if rejections:
        con.executemany(
            f"insert into {SCHEMA}.rejection values (?, ?, ?, ?, ?, ?)",
            [(load_id, r.kpi, r.municipality, r.period, r.gender, r.reason) for r in rejections],
        )


def record_kpis(con: duckdb.DuckDBPyConnection, load_id: str, kpis: Sequence[str]) -> list[str]:
    """Record what was asked for; the caller holds the transaction.

    Returns:
        The KPIs that Kolada neither lists nor has values of.
    """
    con.execute(
        f"""
        insert into {SCHEMA}.load_kpi
        select ?, asked.kpi,
            asked.kpi in (select id from {SCHEMA}.kpi)
            or asked.kpi in (select kpi from {SCHEMA}.reading)
        from (select unnest(?::varchar[]) as kpi) as asked
        """,
        [load_id, list(kpis)],
    )
    rows = con.execute(
        f"select kpi from {SCHEMA}.load_kpi where load_id = ? and not is_known "
        "and list_contains(?::varchar[], kpi) order by kpi",
        [load_id, list(kpis)],
    ).fetchall()
    return [kpi for (kpi,) in rows]
