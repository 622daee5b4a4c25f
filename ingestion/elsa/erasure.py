"""Withdrawn consent: a person's rows go, and a mark stays that keeps later ones out.

What belongs here: deleting from the sealed store. What does not: what was published from it
before, which follows the rule for revisions.

A mark (tombstone) is a keyed hash under a key of its own. Consent given after the withdrawal
counts again.
"""

from collections.abc import Mapping
from datetime import date

import duckdb

from ingestion.delivered.removal import delete_respondents, note_removal
from warehouse import build_state
from warehouse.sealed.keys import KeyFolder
from warehouse.sealed.store import rewrite_sealed
from warehouse.settings import Settings


def withdrawn_marks(con: duckdb.DuckDBPyConnection) -> dict[str, date]:
    """Marks of persons who withdrew, and when."""
    return dict(con.execute("select mark, withdrawn_on from tombstone").fetchall())


def erase(con: duckdb.DuckDBPyConnection, withdrawn: Mapping[str, tuple[str, date]]) -> int:
    """Delete all rows of persons, and keep their marks.

    Args:
        con: The store, in a transaction.
        withdrawn: Per mark the pseudonym and the day of the withdrawal.

    Returns:
        Rows deleted.
    """
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


def purge(settings: Settings, keys: KeyFolder) -> None:
    """Write the store anew: deleted rows leave their bytes in its file until then.

    What was built from them is not current any more: the next run builds anew.
    """
    path = settings.paths.restricted("elsa", settings.survey_origin)
    rewrite_sealed(path, keys, "elsa", settings)
    build_state.forget(settings.paths)
