"""When Folkhälsodata last changed, for those who decide whether to build anew.

What belongs here: a fingerprint of what dbt reads of the raw file. What does not: the file
(`load.py`).
"""

import hashlib

from ingestion.folkhalsodata.catalogue import CATALOGUE
from ingestion.folkhalsodata.tables import TABLES
from ingestion.history import latest_change
from warehouse.connection import connect
from warehouse.settings import Settings


def folkhalsodata_state(settings: Settings) -> str:
    """The newest reading and the mapping to items; empty where nothing was ever read."""
    path = settings.paths.raw_folkhalsodata(settings.folkhalsodata_origin)
    if not path.exists():
        return ""
    with connect(path, settings, read_only=True) as con:
        change = latest_change(con, TABLES)
    if not change:
        return ""
    return f"{change} {hashlib.sha256(CATALOGUE.read_bytes()).hexdigest()[:12]}"
