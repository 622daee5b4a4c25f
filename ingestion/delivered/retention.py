"""How long rows about people are kept, and removing those that are older.

What belongs here: which rows are too old, per source. What does not: the years themselves (the
setting JAMLIK_RETENTION), deleting (`removal`).

A talk is as old as the month of its visit, an answer to a survey as its round: it goes when the
whole year of the round lies further back. Counts of what was delivered, and shares that others
worked out, are about nobody and stay.
"""

from datetime import UTC, date, datetime

from ingestion.delivered import store
from ingestion.delivered.removal import delete_respondents, note_removal
from ingestion.delivered.rewriting import finish_rewriting, rewrite_store
from warehouse.settings import Settings


def remove_old(settings: Settings, on: date | None = None) -> dict[str, int]:
    """Remove what is older than the settings allow, and write each store that held some anew.

    Args:
        settings: Years per source, data folder and keys.
        on: The day that years are counted back from; None: today, UTC.

    Returns:
        Rows removed per source that has a limit.

    Raises:
        JamlikError: A store's key or seal is not right.
    """
    today = on or datetime.now(UTC).date()
    removed = {}
    for source, years in settings.retention_years.items():
        removed[source] = _remove(source, years, today, settings)
    return removed


def _remove(source: str, years: int, today: date, settings: Settings) -> int:
    path = settings.paths.restricted(source, settings.survey_origin)
    if not store.is_there(path):
        return 0
    finish_rewriting(source, settings)
    condition, limit = _too_old(source, years, today)
    # Asked first, read-only, so that a store in which nothing is too old stays the same file.
    with store.read_store(source, settings) as con:
        (n,) = con.execute(
            f"select count(*) from {source}.raw_{source}.respondent where {condition}", [limit]
        ).fetchall()[0]
    if not n:
        return 0
    with store.open_store(source, settings) as con:
        con.execute("begin")
        n = delete_respondents(con, condition, [limit])
        note_removal(con, "retention", None, n, f"{years} years: before {limit}")
        con.execute("commit")
    rewrite_store(source, settings)
    return n


def _too_old(source: str, years: int, today: date) -> tuple[str, str | int]:
    """A condition on `respondent`, and what is bound in it."""
    if source == "elsa":
        return "visit_month < ?", f"{today.year - years}-{today.month:02}"
    return "round < ?", today.year - years
