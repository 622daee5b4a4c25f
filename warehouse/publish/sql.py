"""Small pieces of SQL text that several steps of publishing need.

What belongs here: type names, and the fingerprint of a table. What does not: quoting
(`warehouse.sql`), statements that only one module uses.
"""

import duckdb

from warehouse.publish.contract import ColumnContract, TableContract
from warehouse.publish.results import PublicationError
from warehouse.sql import column_list, quoted


def relation(table: TableContract, catalog: str | None = None) -> str:
    """A table's full name; `catalog` is the alias of an attached file."""
    parts = [table.schema, table.name] if catalog is None else [catalog, table.schema, table.name]
    return ".".join(quoted(part) for part in parts)


# What DuckDB has said of a type: a release asks thrice for each of 500 columns.
_ASKED: dict[str, str] = {}


def normal_type(con: duckdb.DuckDBPyConnection, column: ColumnContract) -> str:
    """A contract's type in DuckDB's own spelling (`string` is VARCHAR, `int` INTEGER).

    Raises:
        PublicationError: DuckDB knows no such type; names the column.
    """
    declared = column.data_type
    if declared not in _ASKED:
        try:
            row = con.execute(f"select typeof(cast(null as {declared}))").fetchone()
        except duckdb.Error:
            raise PublicationError(
                f"Column {column.name} is declared as {declared!r}, which is no type.",
                "Correct data_type beside the model's description.",
            ) from None
        assert row is not None
        _ASKED[declared] = str(row[0])
    return _ASKED[declared]


def fingerprint(
    con: duckdb.DuckDBPyConnection, table: TableContract, source: str
) -> tuple[int, str]:
    """Count and hash of a table's rows, in any order.

    The sum of 64-bit row hashes takes 1 to 2 s for 26 million rows of 16 columns on 2 cores;
    two different contents share it by accident once in 2^64. It guards against change, not
    against forgery: files in a release have a sha256 for that.

    Args:
        con: Connection that sees `source`.
        table: Its contract; columns are hashed in contract order.
        source: Relation or table function, as SQL.
    """
    columns = column_list(table.column_names)
    row = con.execute(
        f"select count(*), coalesce(sum(hash({columns})), 0)::varchar from {source}"
    ).fetchone()
    assert row is not None
    return int(row[0]), str(row[1])
