"""When the delivered files last changed, for those who decide whether to build anew.

What belongs here: a fingerprint of the books of deliveries. What does not: the books (`store`).
"""

from ingestion.delivered.store import OWN_TABLES, is_there, read_store
from warehouse.settings import Settings


def survey_state(settings: Settings) -> str:
    """Files in force, when they came and how many rows are left; empty stores give the same text.

    Rows also go without a file: with consent that is withdrawn.
    """
    parts = []
    for source in OWN_TABLES:
        path = settings.paths.restricted(source, settings.survey_origin)
        if not is_there(path):
            continue
        with read_store(source, settings) as con:
            found = con.execute(
                f"select count(*), max(loaded_at), (select count(*) from raw_{source}.respondent) "
                f"from raw_{source}.load"
            ).fetchone()
        if found and found[0]:
            parts.append(" ".join(map(str, (source, *found))))
    return "; ".join(parts)
