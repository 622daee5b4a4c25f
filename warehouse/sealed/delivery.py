"""What a delivered file is called: a keyed hash, never a plain one.

What belongs here: the one function that all sources of restricted data use. What does not: where
the hash is kept (`ingestion/`).

A plain hash of a small file can be guessed: whoever holds a candidate, or can write one (a class
list with a few answers each), sees whether it is the file. And the same file has the same plain
hash everywhere, so that a publication would tell who else was sent it.
"""

import hashlib
import hmac
from pathlib import Path

from warehouse.sealed.keys import DELIVERY, KeyFolder

CHUNK = 1 << 20


def delivery_hash(path: Path, source: str, keys: KeyFolder) -> str:
    """HMAC-SHA-256 of a file's bytes, in a name space of its source: 64 hexadecimal digits.

    Raises:
        KeyMissing, KeyUnsafe: The key of deliveries is not right.
    """
    digest = hmac.new(keys.read(DELIVERY).derive(f"delivery {source}"), digestmod=hashlib.sha256)
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def short_id(digest: str) -> str:
    """The beginning of a hash, by which tables and messages call the file."""
    return digest[:16]
