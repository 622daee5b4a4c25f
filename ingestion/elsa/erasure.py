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
    pseudonyms = [pseudonym for pseudonym, _ in withdrawn.values()]
    erased = delete_talks(con, "list_contains(?, pseudonym)", [pseudonyms]) if pseudonyms else 0
    for mark, (_, on) in withdrawn.items():
        earlier = con.execute(
            "select withdrawn_on from tombstone where mark = ?", [mark]
        ).fetchone()
        con.execute("delete from tombstone where mark = ?", [mark])
        con.execute(
            "insert into tombstone values (?, ?)", [mark, max(on, earlier[0]) if earlier else on]
        )
    return erased


def delete_talks(con: duckdb.DuckDBPyConnection, condition: str, values: list[object]) -> int:
    """Delete talks, and count again how many answered in the files that they came in.

    Args:
        con: The store, in a transaction.
        condition: On `respondent`, of own text, with a ? for each value.
        values: What is bound.

    Returns:
        Talks deleted.
    """
    gone = con.execute(
        f"delete from respondent where {condition} returning file_id", values
    ).fetchall()
    for file_id in sorted({one for (one,) in gone}):
        asked = con.execute("select item_id from file_item where file_id = ?", [file_id]).fetchall()
        for (item,) in asked:
            con.execute(
                f"update file_item set n_answers = (select count(item_{item}) from respondent "
                "where file_id = ?) where file_id = ? and item_id = ?",
                [file_id, file_id, item],
            )
    return len(gone)


def purge(settings: Settings, keys: KeyFolder) -> None:
    """Write the store anew: deleted rows leave their bytes in its file until then."""
    path = settings.paths.restricted("elsa", settings.survey_origin)
    rewrite_sealed(path, keys, "elsa", settings)
