"""What a new release does to the numbers of the one before.

What belongs here: counting rows added, gone and changed per table. What does not:
deciding whether that much change is suspicious (`checks.py`).
"""

from collections.abc import Sequence
from typing import Any

import duckdb

from warehouse.publish.contract import TableContract
from warehouse.publish.results import TableDiff
from warehouse.publish.sql import relation
from warehouse.sql import quoted

# A new reading of an unchanged value is not a change of the numbers.
IGNORED = ("read_at",)


def diff_tables(
    con: duckdb.DuckDBPyConnection,
    tables: Sequence[TableContract],
    prints: dict[str, tuple[int, str]],
    before: dict[str, Any],
) -> dict[str, TableDiff]:
    """Compare `build` with `previous`, both attached to the connection.

    Args:
        con: Sees `build` and `previous`.
        tables: Contracts of the new release.
        prints: Rows and fingerprint per table in `build`; equal ones are not read again.
        before: The tables part of the last release's manifest.

    Returns:
        One entry per table that is in either release.
    """
    result: dict[str, TableDiff] = {}
    for table in tables:
        name = table.full_name
        result[name] = _diff_table(con, table, *prints[name], before.get(name))
    for name, entry in before.items():
        if name not in result:
            result[name] = TableDiff(entry["rows"], 0, 0, entry["rows"], 0)
    return result


def not_comparable(
    tables: Sequence[TableContract], rows_now: dict[str, int], before: dict[str, Any], reason: str
) -> dict[str, TableDiff]:
    """The diff when the last release cannot be opened: only counts, and why."""
    return {
        table.full_name: TableDiff(
            before.get(table.full_name, {}).get("rows", 0),
            rows_now[table.full_name],
            None,
            None,
            None,
            reason=reason,
        )
        for table in tables
    }


def _diff_table(
    con: duckdb.DuckDBPyConnection,
    table: TableContract,
    rows: int,
    fingerprint: str,
    before: dict[str, Any] | None,
) -> TableDiff:
    if before is None:
        return TableDiff(0, rows, rows, 0, 0)
    then = list(before["columns"])
    common = [c for c in table.column_names if c in then and c not in IGNORED]
    added_columns = tuple(c for c in table.column_names if c not in then)
    gone_columns = tuple(c for c in then if c not in table.column_names)
    counts: tuple[int | None, int | None, int | None] = (0, 0, 0)
    reason = None
    if tuple(before["primary_key"]) != table.primary_key:
        counts, reason = (None, None, None), "the primary key is another one"
    elif then != list(table.column_names) or before["fingerprint"] != fingerprint:
        counts = _by_key(con, table, common) if table.primary_key else _by_row(con, table, common)
    return TableDiff(before["rows"], rows, *counts, added_columns, gone_columns, reason)


def _by_key(
    con: duckdb.DuckDBPyConnection, table: TableContract, common: list[str]
) -> tuple[int, int, int]:
    """Full outer join on a 64-bit hash of the key.

    26 million rows against as many take 6 s on 2 cores under a memory limit of 1 GB. Two
    keys of 26 million share a hash with a chance of 2 in 100 000, and would be off by one
    in a count that is only shown.
    """
    values = [c for c in common if c not in table.primary_key]

    def side(catalog: str) -> str:
        key = _as_contracted(table, table.primary_key)
        payload = _as_contracted(table, values) if values else "0"
        return f"(select hash({key}) as k, hash({payload}) as v from {relation(table, catalog)})"

    row = con.execute(
        "select count(*) filter (b.k is null), count(*) filter (a.k is null), "
        "count(*) filter (a.v <> b.v) "
        f"from {side('build')} as a full join {side('previous')} as b on a.k = b.k"
    ).fetchone()
    assert row is not None
    return int(row[0]), int(row[1]), int(row[2])


def _by_row(
    con: duckdb.DuckDBPyConnection, table: TableContract, common: list[str]
) -> tuple[int, int, int]:
    """Whole rows as a bag, for tables without a key: nothing can be called changed."""

    def surplus(catalog: str, other: str) -> int:
        columns = _as_contracted(table, common)
        row = con.execute(
            f"select count(*) from (select {columns} from {relation(table, catalog)} "
            f"except all select {columns} from {relation(table, other)})"
        ).fetchone()
        assert row is not None
        return int(row[0])

    return surplus("build", "previous"), surplus("previous", "build"), 0


def _as_contracted(table: TableContract, names: Sequence[str]) -> str:
    """Columns in the contract's types, so that a widened type alone is no change."""
    types = {column.name: column.data_type for column in table.columns}
    return ", ".join(f"try_cast({quoted(name)} as {types[name]})" for name in names)
