"""Whether stores remember the keys at hand, in words for `jamlik doctor`.

What belongs here: keys whose check values lie inside sealed stores. What does not: keys of files
(`warehouse/sealed/status`).
"""

from collections.abc import Iterator

from ingestion.delivered import store
from ingestion.delivered.rewriting import is_due
from ingestion.elsa.pseudonym import chains, tombstone_key
from warehouse.errors import JamlikError
from warehouse.sealed.keys import DELIVERY, PSEUDONYM, SOURCES, TOMBSTONE, KeyFolder, key_folder
from warehouse.settings import Settings


def remembered_keys(settings: Settings) -> Iterator[str]:
    """A line per store and per key that it remembers; none where nothing was delivered."""
    for source in SOURCES:
        if not store.is_there(settings.paths.restricted(source, settings.survey_origin)):
            continue
        try:
            yield from _of_store(source, settings, key_folder(settings))
        except (JamlikError, OSError) as error:
            yield f"{source}: {error}"


def _of_store(source: str, settings: Settings, keys: KeyFolder) -> Iterator[str]:
    with store.read_store(source, settings) as con:
        if is_due(con, source):
            yield f"{source}: deleted rows may still be in the file; `jamlik run` writes it anew"
        con.execute(f"use {source}.raw_{source}")
        found = dict.fromkeys(("delivery_key", "pseudonym_key", "tombstone_key"))
        for table in found if source == "elsa" else ("delivery_key",):
            row = con.execute(f"select check_value from {table}").fetchone()
            found[table] = row[0] if row else None
    if found["delivery_key"]:
        yield _line(source, DELIVERY, found["delivery_key"] == keys.read(DELIVERY).check)
    if found["pseudonym_key"]:
        known = [chain.check_value for chain in chains(keys)]
        yield _line(source, PSEUDONYM, found["pseudonym_key"] in known)
    if found["tombstone_key"]:
        yield _line(source, TOMBSTONE, found["tombstone_key"] == tombstone_key(keys).check)


def _line(source: str, name: str, fits: bool) -> str:
    return f"{source}: key {name} {'fits' if fits else 'DOES NOT FIT'} what the store remembers"
