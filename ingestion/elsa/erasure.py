"""Withdrawn consent: a person's rows go, and a mark stays that keeps later ones out.

What belongs here: deleting from the sealed store. What does not: what was published from it
before, which follows the rule for revisions.

A mark (tombstone) is a keyed hash under a key of its own. Consent given after the withdrawal
counts again.
"""

from collections.abc import Mapping
from datetime import date

import duckdb

from ingestion.delivered import rewriting
from ingestion.delivered.removal import delete_respondents, note_removal


def withdrawn_marks(con: duckdb.DuckDBPyConnection) -> dict[str, date]:
    """Marks of persons who withdrew, and when."""
    return dict(con.execute("select mark, withdrawn_on from tombstone").fetchall())


def erase(con: duckdb.DuckDBPyConnection, withdrawn: Mapping[str, tuple[str, date]]) -> int:
    """Delete all rows of persons, and keep their marks.

    The store is to be written anew whether they had rows or not: nothing outside tells which.

    Args:
        con: The store, in a transaction.
        withdrawn: Per mark the pseudonym and the day of the withdrawal.

    Returns:
        Rows deleted.
    """
    rewriting.mark(con)
    pseudonyms = [pseudonym for pseudonym, _ in withdrawn.values()]
    erased = delete_respondents(con, "pseudonym in (select unnest(?))", [pseudonyms])
    for mark, (_, on) in withdrawn.items():
        earlier = con.execute(
            "select withdrawn_on from tombstone where mark = ?", [mark]
        ).fetchone()
        con.execute("delete from tombstone where mark = ?", [mark])
        con.execute(
            "insert into tombstone values (?, ?)", [mark, max(on, earlier[0]) if earlier else on]
        )
    note_removal(con, "withdrawal", len(withdrawn), erased, "all rows of the persons")
    return erased
