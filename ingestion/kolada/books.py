"""The books of Kolada loads: what was asked for, what came, what was rejected.

What belongs here: the tables `load`, `load_kpi` and `rejection` of the raw file. What does
not: the values and their history (`history.py`).
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import duckdb

from ingestion.history import id_list, next_read_at
from ingestion.http.client import Traffic
from ingestion.kolada.decode import Rejection
from ingestion.kolada.report import LoadReport
from ingestion.kolada.tables import OU_READING, READING, SCHEMA, ReadingTable

# Added to files from before there were units: what they hold is of areas.
_TABLE = f"raw_table varchar default '{READING.name}'"
_TABLES = f"""
create table if not exists {SCHEMA}.load (
    load_id varchar primary key, origin varchar not null, started_at timestamp not null,
    finished_at timestamp, read_at timestamp not null, kpis_requested integer not null,
    is_full boolean not null, source varchar not null, requests integer, retries integer,
    bytes_read bigint, values_read bigint,
    values_new bigint, values_changed bigint, values_unchanged bigint,
    values_withdrawn bigint, values_rejected bigint, values_missed bigint,
    state varchar not null
);
create table if not exists {SCHEMA}.load_kpi (
    load_id varchar not null, kpi varchar not null, is_known boolean not null,
    read_at timestamp not null
);
alter table {SCHEMA}.load_kpi add column if not exists {_TABLE};
alter table {SCHEMA}.load_kpi add column if not exists is_asked boolean default true;
alter table {SCHEMA}.load_kpi add column if not exists some_years boolean default false;
create table if not exists {SCHEMA}.rejection (
    load_id varchar not null, kpi varchar not null, municipality varchar not null,
    period varchar not null, gender varchar not null, reason varchar not null
);
alter table {SCHEMA}.rejection add column if not exists {_TABLE};
"""


# A load that failed longer ago is not gone on with: its first values have aged.
RESUME_WITHIN = timedelta(hours=24)


def open_load(
    con: duckdb.DuckDBPyConnection, origin: str, source: str, is_full: bool
) -> LoadReport:
    """Record that a load has begun; loads that still seem to run are dead ones.

    Args:
        con: Connection to the raw file.
        origin: demo, replay or live.
        source: What is read; a load goes on only after one of the same source.
        is_full: Whether every KPI is to be read in full.
    """
    con.execute(f"create schema if not exists {SCHEMA}")
    con.execute(_TABLES)
    read_at = next_read_at(con, f"{SCHEMA}.load")
    load_id = f"kolada-{read_at:%Y%m%dT%H%M%S%fZ}"
    con.execute(f"update {SCHEMA}.load set state = 'failed' where state = 'running'")
    con.execute(
        f"insert into {SCHEMA}.load "
        "(load_id, origin, source, started_at, read_at, kpis_requested, is_full, state) "
        "values (?, ?, ?, ?, ?, 0, ?, 'running')",
        [load_id, origin, source, read_at, read_at, is_full],
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
            values_unchanged = ?, values_withdrawn = ?, values_rejected = ?, values_missed = ?,
            state = ?
        where load_id = ?
        """,
        [
            datetime.now(UTC).replace(tzinfo=None),
            report.kpis_requested,
            traffic.requests,
            traffic.retries,
            traffic.bytes_read,
            values.read,
            values.new,
            values.changed,
            values.unchanged,
            values.withdrawn,
            len(report.rejections),
            report.missed,
            state,
            report.load_id,
        ],
    )


def store_rejections(
    con: duckdb.DuckDBPyConnection,
    load_id: str,
    table: ReadingTable,
    rejections: Sequence[Rejection],
) -> None:
    """Put rejected values on record; the caller holds the transaction."""
    if rejections:
        con.executemany(
            f"insert into {SCHEMA}.rejection values (?, ?, ?, ?, ?, ?, ?)",
            [
                (load_id, r.kpi, r.place, r.period, r.gender, r.reason, table.name)
                for r in rejections
            ],
        )


def understood(load_id: str, table: ReadingTable) -> str:
    """SQL on `old`: a value that was answered but not understood has not been withdrawn."""
    return f"""
        not exists (
            select 1 from {SCHEMA}.rejection as rejected
            where rejected.load_id = '{load_id}' and rejected.raw_table = '{table.name}'
              and rejected.kpi = old.kpi and rejected.municipality = old.{table.place}
        )
    """


def record_kpis(
    con: duckdb.DuckDBPyConnection,
    report: LoadReport,
    table: ReadingTable,
    kpis: Sequence[str],
    *,
    some_years: bool,
) -> None:
    """Record KPIs as read; the caller holds the transaction that stores their values.

    A KPI is known when Kolada lists it as one with such values, or has values of it. Where all
    KPIs are taken, those that Kolada's groups name are known too: 4 of them are neither listed
    nor have values, and nobody has asked for them by a wrong id. A KPI is not asked for when it
    was read only as a denominator. One of which some years were read has not been read before,
    as far as later loads go.
    """
    # Not `in (select kpi from reading)`: that keeps 9 million KPI ids in memory, for each batch.
    have_values = f"select distinct kpi from {SCHEMA}.{table.name} where kpi in ({id_list(kpis)})"
    con.execute(
        f"""
        insert into {SCHEMA}.load_kpi
            (load_id, kpi, is_known, read_at, raw_table, is_asked, some_years)
        select ?, asked.kpi,
            asked.kpi in (
                select id from (
                    select * from {SCHEMA}.kpi
                    qualify row_number() over (partition by id order by read_at desc) = 1
                )
                where {table.offered}
            )
            or asked.kpi in ({have_values})
            or (? and asked.kpi in (select member_id from {SCHEMA}.kpi_group_member)),
            ?, '{table.name}', list_contains(?::varchar[], asked.kpi), {some_years}
        from (select unnest(?::varchar[]) as kpi) as asked
        """,
        [
            report.load_id,
            report.takes_all,
            report.read_at,
            report.kpis[table.name],
            list(kpis),
        ],
    )


def unknown_kpis(con: duckdb.DuckDBPyConnection, load_id: str) -> list[str]:
    """KPIs of a load that Kolada neither lists nor has values of.

    One that has none of units is followed by "(units)": it may well have values of areas.
    """
    rows = con.execute(
        f"select distinct kpi || if(raw_table = '{OU_READING.name}', ' (units)', '') as kpi "
        f"from {SCHEMA}.load_kpi where load_id = ? and not is_known and is_asked order by kpi",
        [load_id],
    ).fetchall()
    return [kpi for (kpi,) in rows]


def last_read(
    con: duckdb.DuckDBPyConnection, table: ReadingTable, kpis: Sequence[str]
) -> dict[str, datetime]:
    """When each KPI was last read into a table, UTC; those that never were are left out."""
    rows = con.execute(
        f"select kpi, max(read_at) from {SCHEMA}.load_kpi "
        "where raw_table = ? and not some_years and list_contains(?::varchar[], kpi) group by kpi",
        [table.name, list(kpis)],
    ).fetchall()
    return dict(rows)


def resume(con: duckdb.DuckDBPyConnection, report: LoadReport) -> set[tuple[str, str]]:
    """Take over what the load before this one has read, if it failed a short while ago.

    Returns:
        Raw tables and KPIs that need not be read in full again.
    """
    before = con.execute(
        f"""
        select load_id from {SCHEMA}.load where load_id <> ?
        qualify row_number() over (order by read_at desc) = 1
            and state = 'failed' and is_full and read_at >= ?
            and source = (select source from {SCHEMA}.load as this where this.load_id = ?)
        """,
        [report.load_id, report.read_at - RESUME_WITHIN, report.load_id],
    ).fetchone()
    if before is None:
        return set()
    con.execute(
        f"insert into {SCHEMA}.load_kpi (load_id, kpi, is_known, read_at, raw_table, is_asked) "
        f"select ?, kpi, is_known, read_at, raw_table, is_asked from {SCHEMA}.load_kpi "
        "where load_id = ?",
        [report.load_id, before[0]],
    )
    rows = con.execute(
        f"select raw_table, kpi from {SCHEMA}.load_kpi where load_id = ?", [report.load_id]
    ).fetchall()
    report.resumed = len(rows)
    return set(rows)
