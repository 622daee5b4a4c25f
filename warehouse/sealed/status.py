"""Keys and sealed files as they are, in words for `jamlik doctor`; never a key's content.

What belongs here: which keys are there, their modes, their check values, and whether each sealed
file belongs to the key at hand. What does not: pseudonyms' and deliveries' keys as the stores
remember them (`ingestion/elsa/status`).
"""

import stat
from collections.abc import Iterator
from pathlib import Path

from warehouse.errors import JamlikError
from warehouse.sealed.backup import sealed_files
from warehouse.sealed.keys import NEXT, KeyFolder, key_folder, needed_names, sealed_name
from warehouse.sealed.seal import read_seal, seal_path
from warehouse.settings import Settings


def key_status(settings: Settings) -> Iterator[str]:
    """A line per key and per sealed file."""
    try:
        keys = key_folder(settings)
    except JamlikError as error:
        yield str(error)
        return
    if not keys.path.is_dir():
        made = "made when first needed" if keys.makes_keys else "`jamlik key create` makes it"
        yield f"{keys.path} is not there: {made}"
        return
    yield f"{keys.path}, mode {_mode(keys.path)}, keys of {settings.survey_origin} data"
    there = {path.name.removesuffix(".key") for path in keys.path.glob("*.key")}
    for name in sorted({*needed_names(), *there}):
        yield _key(name, keys)
    for path, source in sealed_files(settings).items():
        if path.exists() or seal_path(path).exists():
            yield _file(path, source, keys)


def _key(name: str, keys: KeyFolder) -> str:
    if not keys.has(name):
        return f"{name}: MISSING"
    mode = _mode(keys.file(name))
    try:
        found = keys.read(name)
    except JamlikError as error:
        return f"{name}: mode {mode}, CANNOT BE USED: {error}"
    waiting = ", about to take its place: run the same `jamlik key rotate` again"
    return f"{name}: mode {mode}, check value {found.check}{waiting * name.endswith(NEXT)}"


def _file(path: Path, source: str, keys: KeyFolder) -> str:
    try:
        entries = read_seal(path)
        checks = {one.check for one in keys.candidates(sealed_name(source))}
    except JamlikError as error:
        return f"{path.name}: {error}"
    sealed = sorted({entry.key_check for entry in entries})
    fits = "fits" if checks & set(sealed) else "DOES NOT FIT"
    size = "" if path.exists() else ", the file itself is GONE"
    generation = max(entry.generation for entry in entries)
    return f"{path.name}: state {generation}, sealed with {', '.join(sealed)}: {fits}{size}"


def _mode(path: Path) -> str:
    return f"{stat.S_IMODE(path.stat().st_mode):04o}"
