"""Writing a store anew after rows about people were deleted from it.

What belongs here: the mark that says it is due, and doing it. What does not: which rows go
(`removal`), how a sealed file is written anew (`warehouse/sealed/store`).

Deleted rows leave their bytes in the file until then. The mark is set in the transaction that
deletes and goes with the writing: after a kill in between, whatever opens the store next for
writing does what is due first.
"""

from datetime import UTC, datetime

import duckdb

from warehouse import build_state
from warehouse.sealed.keys import key_folder
from warehouse.sealed.store import read_sealed, rewrite_sealed
from warehouse.settings import Settings

TABLE = "rewrite_due"


def mark(con: duckdb.DuckDBPyConnection) -> None:
    """Say that the store is to be written anew.

    Args:
        con: The store, in the transaction that deletes.
    """
    con.execute(f"insert into {TABLE} values (?)", [datetime.now(UTC).replace(tzinfo=None)])


def is_due(con: duckdb.DuckDBPyConnection, source: str) -> bool:
    """Whether deleted rows may still be in the file; a store of an earlier version has no mark.

    Args:
        con: A connection with the store attached under its source's name.
        source: hlv, lupp or elsa.
    """
    there = con.execute(
        "select 1 from duckdb_tables() where database_name = ? and table_name = ?", [source, TABLE]
    ).fetchone()
    found = there and con.execute(f"select 1 from {source}.raw_{source}.{TABLE}").fetchone()
    return bool(found)


def rewrite_store(source: str, settings: Settings) -> None:
    """Write a source's store anew; what was built from it is not current any more.

    Args:
        source: hlv, lupp or elsa.
        settings: Whose origin says which file.

    Raises:
        JamlikError: Its key or seal is not right.
    """
    path = settings.paths.restricted(source, settings.survey_origin)
    rewrite_sealed(path, key_folder(settings), source, settings, emptied=f"raw_{source}.{TABLE}")
    build_state.forget(settings.paths)


def finish_rewriting(source: str, settings: Settings) -> None:
    """Do what a command that was killed left undone, before anything else is done.

    Raises:
        JamlikError: The store's key or seal is not right.
    """
    path = settings.paths.restricted(source, settings.survey_origin)
    if not path.exists():
        return
    with read_sealed(path, key_folder(settings), source, settings) as con:
        due = is_due(con, source)
    if due:
        rewrite_store(source, settings)
