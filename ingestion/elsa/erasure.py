"""Withdrawn consent: a person's rows go, and a mark stays that keeps later ones out.

What belongs here: deleting from the sealed store. What does not: what was published from it
before, which follows the rule for revisions.

A mark (tombstone) is a keyed hash under a key of its own. Consent given after the withdrawal
counts again.
"""

from collections.abc import Mapping
from datetime import date

import duckdb

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
    erased = 0
    for mark, (pseudonym, on) in withdrawn.items():
        found = con.execute("delete from respondent where pseudonym = ?", [pseudonym]).fetchone()
        erased += found[0] if found else 0
        earlier = con.execute(
            "select withdrawn_on from tombstone where mark = ?", [mark]
        ).fetchone()
        con.execute("delete from tombstone where mark = ?", [mark])
        con.execute(
            "insert into tombstone values (?, ?)", [mark, max(on, earlier[0]) if earlier else on]
        )
    return erased


def purge(settings: Settings, keys: KeyFolder) -> None:
    """Write the store anew: deleted rows leave their bytes in its file until then."""
    path = settings.paths.restricted("elsa", settings.survey_origin)
    rewrite_sealed(path, keys, "elsa", settings)
