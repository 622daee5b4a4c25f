"""Changing the key of a sealed file.

What belongs here: the order of steps, so that a kill between any two leaves a file and a key
that fit. What does not: pseudonyms, whose keys form a chain (`ingestion/elsa`).

1. a next key is made; 2. each file is written anew under it and takes the old one's place;
3. the next key takes the old key's place, which is overwritten first. After a kill the same
command goes on where it stopped, and meanwhile either key opens what it sealed.
"""

from warehouse.sealed.backup import sealed_files
from warehouse.sealed.errors import KeyMissing
from warehouse.sealed.keys import NEXT, KeyFolder, sealed_name
from warehouse.sealed.store import rewrite_sealed
from warehouse.settings import Settings


def rotate_sealed(source: str, settings: Settings, keys: KeyFolder) -> None:
    """Give a source's sealed files a new key and destroy the old one.

    Args:
        source: hlv, lupp or elsa.
        settings: Whose origin says which file.
        keys: Its keys.

    Raises:
        KeyMissing, KeyUnsafe, WrongKey, SealBroken: The file cannot be opened as it is.
    """
    name = sealed_name(source)
    if not keys.has(name):
        raise KeyMissing(f"There is no key {name} to change.", "`jamlik key create` makes it.")
    if not keys.has(name + NEXT):
        keys.create(name + NEXT)
    for path, owner in sealed_files(settings).items():
        if owner == source:
            rewrite_sealed(path, keys, source, settings, under_next=True)
    keys.promote(name)
