"""When the delivered files last changed, for those who decide whether to build anew.

What belongs here: a fingerprint of the books of deliveries. What does not: the books (`store`).
"""

import duckdb

from ingestion.delivered.load import SOURCES
from warehouse.connection import connect
from warehouse.settings import Settings


def survey_state(settings: Settings) -> str:
    """Files in force and when they came, of all surveys; empty stores give the same text."""
    parts = []
    for source in SOURCES:
        path = settings.paths.restricted(source, settings.survey_origin)
        if not path.exists():
            continue
        with connect(path, settings, read_only=True) as con:
            try:
                found = con.execute(
                    f"select count(*), max(loaded_at) from raw_{source}.load"
                ).fetchone()
            except duckdb.CatalogException:
                continue
        if found and found[0]:
            parts.append(f"{source} {found[0]} {found[1]}")
    return "; ".join(parts)
