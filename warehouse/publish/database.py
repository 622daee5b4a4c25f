"""Writing the DuckDB file and the Parquet files of a release.

What belongs here: creating typed, sorted, commented tables and copying them to Parquet.
What does not: views (`views.py`), checking what was written (`checks.py`).
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from warehouse.connection import connect
from warehouse.publish.contract import TableContract
from warehouse.publish.sql import normal_type, relation
from warehouse.settings import Settings
from warehouse.sql import column_list, literal, quoted

DEMONSTRATION = "DEMONSTRATION DATA. "
# 8 row groups: one indicator then lies in one range of 8, one area in 1 or 2 of each 8. With
# 2 million rows an indicator takes twice as long, and an area no less.
ROWS_PER_RANGE = 1_000_000


@contextmanager
def attached(
    settings: Settings, *, writable: Path | None = None, **read_only: Path
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that sees several files at once, under fixed aliases.

    Args:
        settings: Limits in force.
        writable: A file to create and write, attached as `release`.
        read_only: Alias and file of each file to read.
    """
    con = connect(None, settings)
    try:
        for alias, path in read_only.items():
            con.execute(f"attach {literal(str(path))} as {quoted(alias)} (read_only)")
        if writable is not None:
            # No storage_version: DuckDB's default is what 1.2 and later can read.
            con.execute(f"attach {literal(str(writable))} as release")
        yield con
    finally:
        con.close()


@contextmanager
def attached_build(
    settings: Settings, masked: Path | None, *, writable: Path | None = None, **read_only: Path
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that sees the build as it may be published, as `build`.

    Args:
        settings: Limits in force.
        masked: A file whose tables and views stand in for the build's of the same name; None:
            the build has no rows about people.
        writable: As in `attached`.
        read_only: As in `attached`.
    """
    path = settings.paths.build
    if masked is None:
        with attached(settings, writable=writable, build=path, **read_only) as con:
            yield con
        return
    with attached(settings, writable=writable, built=path, masked=masked, **read_only) as con:
        con.execute("attach ':memory:' as build")
        shown: dict[tuple[str, str], str] = {}
        for catalog, schema, name in con.execute(
            "select database_name, schema_name, table_name from duckdb_tables() "
            "where database_name = 'built' union all "
            "select database_name, schema_name, view_name from duckdb_views() "
            "where database_name = 'masked' and not internal"
        ).fetchall():
            if catalog == "masked" or (schema, name) not in shown:
                shown[(schema, name)] = catalog
        for (schema, name), catalog in shown.items():
            con.execute(f"create schema if not exists build.{quoted(schema)}")
            place = f"{quoted(schema)}.{quoted(name)}"
            con.execute(f"create view build.{place} as select * from {catalog}.{place}")
        yield con


def write_tables(
    con: duckdb.DuckDBPyConnection, tables: Iterable[TableContract], *, is_demo: bool
) -> None:
    """Copy tables from `build` to `release`: contract's types, sorted, commented."""
    # Without it DuckDB may store sorted rows in another order than they come.
    con.execute("set preserve_insertion_order = true")
    for table in tables:
        target = relation(table, "release")
        columns = ", ".join(
            f"{quoted(c.name)} {normal_type(con, c)}{'' if c.nullable else ' not null'}"
            for c in table.columns
        )
        con.execute(f"create schema if not exists release.{quoted(table.schema)}")
        con.execute(f"create table {target} ({columns})")
        _insert_sorted(con, table)
        _comment(con, table, DEMONSTRATION if is_demo else "")


def _insert_sorted(con: duckdb.DuckDBPyConnection, table: TableContract) -> None:
    """Insert the rows in order, a range at a time.

    Under a memory limit of 1 GB, 26 million rows of 19 columns take 46 s of processor time
    when sorted at once, which spills, and 34 s in ranges that fit.
    """
    source, first = relation(table, "build"), quoted(table.range_by or table.order[0])
    counts = con.execute(
        f"select {first}, count(*) from {source} group by all order by all nulls last"
    ).fetchall()
    insert = (
        f"insert into {relation(table, 'release')} select {column_list(table.column_names)} "
        f"from {source} where {{}} order by {column_list(table.order)}"
    )
    con.execute("begin")
    for low, high in _ranges(counts):
        con.execute(insert.format(f"{first} between ? and ?"), [low, high])
    if counts and counts[-1][0] is None:
        con.execute(insert.format(f"{first} is null"))
    con.execute("commit")


def _ranges(counts: Sequence[tuple[Any, int]]) -> Iterator[tuple[Any, Any]]:
    """First and last value of ranges that hold about `ROWS_PER_RANGE` rows each."""
    values = [(value, rows) for value, rows in counts if value is not None]
    start, held = 0, 0
    for position, (value, rows) in enumerate(values):
        held += rows
        if held >= ROWS_PER_RANGE or position == len(values) - 1:
            yield values[start][0], value
            start, held = position + 1, 0


def _comment(con: duckdb.DuckDBPyConnection, table: TableContract, prefix: str) -> None:
    target = relation(table, "release")
    con.execute("begin")
    con.execute(f"comment on table {target} is {literal(prefix + table.description)}")
    for column in table.columns:
        con.execute(
            f"comment on column {target}.{quoted(column.name)} is {literal(column.description)}"
        )
    con.execute("commit")


def parquet_path(folder: Path, table: TableContract) -> Path:
    """Where a table's Parquet file lies in a release folder."""
    return folder / "parquet" / f"{table.full_name}.parquet"


def write_parquet(
    con: duckdb.DuckDBPyConnection, tables: Iterable[TableContract], folder: Path
) -> None:
    """Copy the sorted tables of `release` to Parquet, one file per table.

    The same rows give the same bytes: rows lie in one order, row groups have a fixed size,
    and DuckDB writes neither time nor host into the file.
    """
    (folder / "parquet").mkdir(parents=True, exist_ok=True)
    for table in tables:
        con.execute(
            f"copy {relation(table, 'release')} to {literal(str(parquet_path(folder, table)))} "
            "(format parquet, compression zstd, row_group_size 122880)"
        )
