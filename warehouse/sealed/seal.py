"""The seal: what a sealed file's bytes were when it was last closed, under its key.

What belongs here: the file `<name>.seal` and comparing with it. What does not: opening DuckDB.

Encryption alone does not tell a changed file: two swapped blocks open without an error and give
wrong rows. So the bytes' HMAC-SHA-256, the store's id and its generation stand beside the file.
A seal has two entries while a file is being replaced: the old one and the one about to be, so
that either is right whenever the process is killed.

The file's own key is made from the key in the folder and a salt that only the seal has. A file
that is written anew gets another salt and the old one is overwritten: what a disk keeps of the
old file is then closed to everybody, and the key in the folder, with its backups, stays.
"""

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from warehouse.sealed.errors import SealBroken, WrongKey
from warehouse.sealed.keys import Key, sync_folder

CHUNK = 1 << 20
RESTORE = "Put file and seal back from one backup, or load the delivered files again."


@dataclass(frozen=True)
class Entry:
    """A state of a sealed file.

    Args:
        store: Its id, such as hlv_delivered.
        generation: Counts the states, from 1 on.
        size: Bytes.
        file_mac: HMAC of its bytes.
        key_check: Of the key it is sealed with.
        salt: Of the file's own key, hexadecimal.
        mac: HMAC of all of the above.
    """

    store: str
    generation: int
    size: int
    file_mac: str
    key_check: str
    salt: str
    mac: str

    def expected_mac(self, key: Key) -> str:
        """What `mac` is when nobody changed the entry."""
        parts = [self.store, self.generation, self.size, self.file_mac, self.key_check, self.salt]
        text = json.dumps(parts)
        return hmac.new(key.derive("seal"), text.encode(), hashlib.sha256).hexdigest()


def new_salt() -> str:
    """A salt for a new file."""
    return secrets.token_hex(32)


def file_key(key: Key, salt: str) -> bytes:
    """What a file is encrypted with (32 bytes)."""
    return key.derive(f"encryption {salt}")


def seal_path(path: Path) -> Path:
    """Where a sealed file's seal is."""
    return path.with_name(f"{path.name}.seal")


def make_entry(path: Path, store: str, generation: int, key: Key, salt: str) -> Entry:
    """The entry for a file as it is now."""
    size, file_mac = file_state(path, key)
    bare = Entry(store, generation, size, file_mac, key.check, salt, "")
    return Entry(**{**asdict(bare), "mac": bare.expected_mac(key)})


def write_seal(path: Path, entries: Sequence[Entry], *, destroy: bool = False) -> None:
    """Write the seal of a file, whole or not at all.

    Args:
        path: The file.
        entries: Its states.
        destroy: Overwrite the seal before, whose salt nobody is to have any more.
    """
    target = seal_path(path)
    making = target.with_name(f".{target.name}.making")
    content = json.dumps({"entries": [asdict(one) for one in entries]}, indent=1)
    with _private_file(making) as file:
        file.write(content.encode())
        file.flush()
        os.fsync(file.fileno())
    with ExitStack() as files:
        before = files.enter_context(target.open("r+b")) if destroy and target.exists() else None
        os.replace(making, target)
        sync_folder(target.parent)
        if before:
            before.write(secrets.token_bytes(os.fstat(before.fileno()).st_size))
            before.flush()
            os.fsync(before.fileno())


def read_seal(path: Path) -> list[Entry]:
    """The entries beside a file.

    Raises:
        SealBroken: There is no seal, or it is none.
    """
    for _ in range(2):
        try:
            content = json.loads(seal_path(path).read_text(encoding="utf-8"))
            return [Entry(**one) for one in content["entries"]]
        except FileNotFoundError:
            raise SealBroken(f"{path.name} has no seal beside it.", RESTORE) from None
        except (ValueError, TypeError, KeyError):
            # Opened just before it was replaced and destroyed: the new one is there by now.
            continue
    raise SealBroken(f"The seal of {path.name} cannot be read.", RESTORE)


def check_seal(path: Path, keys: Sequence[Key], copy_to: Path | None = None) -> tuple[Key, Entry]:
    """Compare a file with its seal.

    Args:
        path: The file; its stem is the store's id.
        keys: Candidates; the first whose entry fits.
        copy_to: A file that gets the bytes that were compared.

    Returns:
        The key it is sealed with and the entry that fits.

    Raises:
        WrongKey: It is sealed with none of the keys.
        SealBroken: File or seal are not what was sealed.
    """
    for _ in range(5):
        entries = read_seal(path)
        try:
            return _compare(path, keys, entries, copy_to)
        except SealBroken:
            # Another process may have put a new state in place between seal and file.
            if entries == read_seal(path):
                raise
    raise SealBroken(f"{path.name} changes while it is read.", "Try again.")


def _compare(
    path: Path, keys: Sequence[Key], entries: list[Entry], copy_to: Path | None
) -> tuple[Key, Entry]:
    ours = [(key, entry) for key in keys for entry in entries if entry.key_check == key.check]
    if not ours:
        raise WrongKey(
            f"{path.name} is sealed with another key than {keys[0].name}.",
            "Put back the key that it was sealed with.",
        )
    for key, entry in ours:
        if not hmac.compare_digest(entry.mac, entry.expected_mac(key)):
            raise SealBroken(f"The seal of {path.name} was changed.", RESTORE)
        if entry.store != path.stem:
            raise SealBroken(f"{path.name} has the seal of another store.", RESTORE)
    for key in dict.fromkeys(key for key, _ in ours):
        state = file_state(path, key, copy_to)
        for owner, entry in ours:
            if owner == key and (entry.size, entry.file_mac) == state:
                return key, entry
    found, sealed = path.stat().st_size, [entry.size for _, entry in ours]
    what = "was changed" if found in sealed else f"has {found} bytes instead of {sealed[-1]}"
    raise SealBroken(f"{path.name} {what} since it was sealed.", RESTORE)


def file_state(path: Path, key: Key, copy_to: Path | None = None) -> tuple[int, str]:
    """Size and HMAC of a file's bytes, which go to another file on the way."""
    digest = hmac.new(key.derive("seal"), digestmod=hashlib.sha256)
    size = 0
    with ExitStack() as files:
        source = files.enter_context(path.open("rb"))
        target = files.enter_context(_private_file(copy_to)) if copy_to else None
        while chunk := source.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
            if target:
                target.write(chunk)
    return size, digest.hexdigest()


def _private_file(path: Path) -> IO[bytes]:
    return open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")
