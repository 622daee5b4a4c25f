"""When the delivered files last changed, for those who decide whether to build anew.

What belongs here: a fingerprint of the books of deliveries. What does not: the books (`store`).
"""

from ingestion.delivered.load import SOURCES
from ingestion.delivered.store import is_there, read_store
from warehouse.settings import Settings


def survey_state(settings: Settings) -> str:
    """Files in force and when they came, of all surveys; empty stores give the same text."""
    parts = []
    for source in SOURCES:
        path = settings.paths.restricted(source, settings.survey_origin)
        if not is_there(path):
            continue
        with read_store(source, settings) as con:
            found = con.execute(
                f"select count(*), max(loaded_at) from raw_{source}.load"
            ).fetchone()
        if found and found[0]:
            parts.append(f"{source} {found[0]} {found[1]}")
    return "; ".join(parts)
