"""Rows about people that must go, whatever the reason.

What belongs here: deleting respondents, counting again what their files answered, the sealed
book of removals. What does not: who must go (`elsa/erasure`, `retention`), writing the file
anew (`rewriting`).
"""

from datetime import UTC, datetime

import duckdb

from ingestion.delivered import rewriting


def delete_respondents(con: duckdb.DuckDBPyConnection, condition: str, values: list[object]) -> int:
    """Delete respondents, and count again how many answered in the files that they came in.

    The store is marked as one to be written anew, which the caller does once this is committed.

    Args:
        con: The store, in a transaction.
        condition: On `respondent`, of own text, with a ? for each value.
        values: What is bound.

    Returns:
        Respondents deleted.
    """
    gone = con.execute(
        f"select file_id, count(*) from respondent where {condition} group by file_id", values
    ).fetchall()
    if not gone:
        return 0
    rewriting.mark(con)
    con.execute(f"delete from respondent where {condition}", values)
    for file_id, _ in sorted(gone):
        _count_again(con, file_id)
    return sum(n for _, n in gone)


def _count_again(con: duckdb.DuckDBPyConnection, file_id: str) -> None:
    asked = con.execute("select item_id from file_item where file_id = ?", [file_id]).fetchall()
    items = [item for (item,) in asked]
    if not items:
        return
    counts = ", ".join(f"count(item_{item})" for item in items)
    (found,) = con.execute(
        f"select {counts} from respondent where file_id = ?", [file_id]
    ).fetchall()
    for item, n in zip(items, found, strict=True):
        con.execute(
            "update file_item set n_answers = ? where file_id = ? and item_id = ?",
            [n, file_id, item],
        )


def note_removal(
    con: duckdb.DuckDBPyConnection, reason: str, persons: int | None, n_rows: int, rule: str
) -> None:
    """One line in the book of removals, which nothing outside the sealed file shows.

    Args:
        con: The store.
        reason: withdrawal, retention or restore.
        persons: Whom it was asked for; None where no person was named.
        n_rows: Rows deleted.
        rule: What it followed, such as "visited before 2014-11".
    """
    con.execute(
        "insert into removal values (?, ?, ?, ?, ?)",
        [datetime.now(UTC).replace(tzinfo=None), reason, persons, n_rows, rule],
    )
