"""The append-only history of everything read from a source.

What belongs here: the raw file's tables, and moving landed rows into them so that a row is
added only when something changed. What does not: asking a source, and choosing the latest
reading, which is dbt's staging.

One rule for all tables: among the keys in scope, a landed row that differs from its key's
latest row is appended; a key that is no longer landed is appended once more as deleted.
dlt's own merge needs 2.6 to 3.1 GB for the 9 million values of the full catalogue; this
takes 0.5 GB, since a batch is compared with its own KPIs' rows only.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta

import duckdb
import pyarrow as pa

from ingestion.raw_table import RawTable

_DUCKDB_TYPE = {
    pa.string(): "varchar",
    pa.int32(): "integer",
    pa.float64(): "double",
    pa.bool_(): "boolean",
}


@dataclass
class Changes:
    """Rows by what became of them in one merge."""

    read: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    withdrawn: int = 0

    @property
    def touched(self) -> int:
        """Rows that were not just as before."""
        return self.new + self.changed + self.withdrawn

    def __add__(self, other: "Changes") -> "Changes":
        return Changes(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))


def id_list(ids: Sequence[str]) -> str:
    """Ids as SQL literals with commas: a condition on them skips what a parameter reads."""
    return ", ".join("'" + one.replace("'", "''") + "'" for one in ids)


def create_tables(con: duckdb.DuckDBPyConnection, tables: Sequence[RawTable]) -> None:
    """Make a raw file's tables where they are not there yet."""
    for table in tables:
        con.execute(f"create schema if not exists {table.in_schema}")
        columns = [
            f'"{c.name}" {_DUCKDB_TYPE[c.type]}{"" if c.nullable else " not null"}'
            for c in table.columns
        ]
        columns += [f"{flag} boolean not null" for flag in _own_flag(table)]
        columns.append("read_at timestamp not null")
        con.execute(f"create table if not exists {table.full_name} ({', '.join(columns)})")


def current_sql(table: RawTable) -> str:
    """SQL of a table's rows in force: the latest of each key, unless it is deleted."""
    key = ", ".join(_quoted(table.key))
    return (
        f"select * from {table.full_name} "
        f"qualify row_number() over (partition by {key} order by read_at desc) = 1 "
        "and not isdeleted"
    )


@contextmanager
def transaction(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Commit what the block does, or nothing of it when it raises."""
    con.execute("begin")
    try:
        yield
    except BaseException:
        con.execute("rollback")
        raise
    con.execute("commit")


def latest_change(con: duckdb.DuckDBPyConnection, tables: Sequence[RawTable]) -> str:
    """When the newest row of any table was read, as text; empty without rows.

    Equal texts mean equal data, since every change adds a row with a later time.
    """
    times = " union all ".join(f"select max(read_at) as t from {t.full_name}" for t in tables)
    row = con.execute(f"select coalesce(max(t)::varchar, '') from ({times})").fetchone()
    return str(row[0]) if row else ""


def next_read_at(con: duckdb.DuckDBPyConnection, loads: str) -> datetime:
    """Now in UTC, and later than every reading before, whatever the clock has done.

    Args:
        con: Connection to the raw file.
        loads: Name of the table of loads, which has `read_at`.
    """
    row = con.execute(f"select max(read_at) from {loads}").fetchone()
    now = datetime.now(UTC).replace(tzinfo=None)
    last = row[0] if row else None
    return max(now, last + timedelta(microseconds=1)) if last else now


def merge(
    con: duckdb.DuckDBPyConnection,
    table: RawTable,
    landed: str,
    read_at: datetime,
    scope: str = "true",
    withdrawable: str = "true",
) -> Changes:
    """Append what changed; the caller holds the transaction.

    Args:
        con: Connection to the raw file.
        table: Table to merge into.
        landed: SQL of a relation with the table's columns, a complete reading of the scope.
        read_at: When it was read, UTC.
        scope: SQL condition on key columns of the rows that the reading speaks for.
        withdrawable: SQL condition on `old.<key column>`; other keys stay when not landed.

    Returns:
        How many rows were read, new, changed, unchanged and withdrawn.
    """
    target = table.full_name
    key = ", ".join(_quoted(table.key))
    con.execute(f"""
        create or replace temp table latest as
        select * from {target} where {scope}
        qualify row_number() over (partition by {key} order by read_at desc) = 1
    """)
    _take_in(con, table, landed)
    read, known = _count(con, "arrived"), _count(con, "latest")
    # A first reading has nothing to be compared with: a fifth less time than with the joins.
    appended, changes = "from arrived", Changes(read, new=read)
    if known:
        appended, changes = _compared(con, table, read, known, withdrawable)
    # One statement: DuckDB 1.5.5 hides what a large insert has added (until the file is
    # opened again) when one of no rows follows in the same transaction. Unsorted: a batch's
    # rows stand together as it is, and sorting took a third of the merge.
    names = ", ".join([*_quoted([c.name for c in table.columns]), *_own_flag(table)])
    row = con.execute(
        f"insert into {target} select {names}, ? from ({appended})", [read_at]
    ).fetchone()
    added = (row[0] if row else 0) - changes.withdrawn
    for name in ("latest", "arrived", "missing"):
        con.execute(f"drop table if exists {name}")
    return replace(changes, changed=added - changes.new, unchanged=read - added)


def _take_in(con: duckdb.DuckDBPyConnection, table: RawTable, landed: str) -> None:
    """Make `arrived` of the landed rows, each key once."""
    key = ", ".join(_quoted(table.key))
    names = _quoted([c.name for c in table.columns])
    con.execute(f"""
        create or replace temp table arrived as
        select {", ".join([*names, *(f"false as {f}" for f in _own_flag(table))])} from ({landed})
    """)
    if _count(con, "arrived") > _count(con, f"(select distinct hash({key}) from arrived)"):
        # A page came twice, or a value changed between two pages: keep one, always the same.
        con.execute(f"""
            create or replace temp table arrived as
            select * from arrived
            qualify row_number() over (
                partition by {key} order by {", ".join(_quoted(table.payload))}
            ) = 1
        """)


def _compared(
    con: duckdb.DuckDBPyConnection, table: RawTable, read: int, known: int, withdrawable: str
) -> tuple[str, Changes]:
    """SQL of the rows that differ from what is known, and how many are new and withdrawn."""
    key = ", ".join(_quoted(table.key))
    payload = [*_quoted(table.payload), *_own_flag(table)]
    differs = " or ".join(f"new.{c} is distinct from old.{c}" for c in payload)
    con.execute(f"""
        create or replace temp table missing as
        select * from latest anti join arrived using ({key})
    """)
    gone = f"missing as old where not old.isdeleted and ({withdrawable})"
    appended = f"""
        select new.* from arrived as new left join latest as old using ({key})
        where old.read_at is null or {differs}
        union all by name
        select * exclude (read_at) replace (true as isdeleted) from {gone}
    """
    new = read - (known - _count(con, "missing"))
    return appended, Changes(read, new=new, withdrawn=_count(con, gone))


def _own_flag(table: RawTable) -> list[str]:
    """The column that the history adds where the source has none of its own."""
    return [] if any(c.name == "isdeleted" for c in table.columns) else ["isdeleted"]


def _quoted(names: Sequence[str]) -> list[str]:
    return [f'"{name}"' for name in names]


def _count(con: duckdb.DuckDBPyConnection, what: str) -> int:
    row = con.execute(f"select count(*) from {what}").fetchone()
    return row[0] if row else 0
