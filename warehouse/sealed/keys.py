"""Keys: one file each, in a folder that is not the data folder.

What belongs here: finding, making, reading and destroying keys, and what is derived from them.
What does not: what is done with them (`store`, the pseudonyms of `ingestion/elsa`).

A key is 32 random bytes, as 64 hexadecimal digits in `<name>.key`: file 0600, folder 0700,
anything looser is refused. Where the folder is:

- delivered data: `JAMLIK_KEY_DIR`, else systemd's `$CREDENTIALS_DIRECTORY`. Made by hand
  (`jamlik key create`) and never by a run, since a key that nobody backed up is data lost later.
- demonstration data: `keys-demo/` in the data folder, made when first needed. Such a key
  protects nothing, as it lies beside its lock; nor is there anybody to protect, as the rows
  are generated. It is there so that the demonstration goes the way that real data go.
"""

import hashlib
import hmac
import os
import re
import secrets
import stat
from dataclasses import dataclass, field
from pathlib import Path

from warehouse.paths import Paths
from warehouse.sealed.errors import KeyMissing, KeyUnsafe
from warehouse.settings import Settings

SOURCES = ("hlv", "lupp", "elsa")
# What was published of them, and what was hidden (`warehouse/disclosure/ledger.py`).
LEDGER = "ledger"
PSEUDONYM, TOMBSTONE, DELIVERY = "pseudonym", "tombstone", "delivery"
# A key that is about to take another one's place; both may be in use until it has.
NEXT = ".next"
_CONTENT = re.compile(rb"[0-9a-f]{64}\n?")


def sealed_name(source: str) -> str:
    """Name of the key of a source's restricted file."""
    return f"sealed_{source}"


def needed_names() -> tuple[str, ...]:
    """The keys that an installation needs."""
    sealed = (sealed_name(one) for one in (*SOURCES, LEDGER))
    return (*sealed, f"{PSEUDONYM}.1", TOMBSTONE, DELIVERY)


@dataclass(frozen=True)
class Key:
    """A key; its bytes are in no representation of it.

    Args:
        name: Such as sealed_hlv.
        value: 32 bytes.
    """

    name: str
    value: bytes = field(repr=False)

    def derive(self, purpose: str) -> bytes:
        """A key of its own (32 bytes) for one purpose; knowing one tells nothing of others."""
        return hmac.digest(self.value, f"jamlik {purpose}".encode(), hashlib.sha256)

    @property
    def check(self) -> str:
        """What tells this key from others without telling the key: 16 hexadecimal digits."""
        return self.derive("key check").hex()[:16]


@dataclass(frozen=True)
class KeyFolder:
    """A folder of keys.

    Args:
        path: The folder.
        makes_keys: Whether a missing key is made (demonstration data only).
        may_share_group: systemd gives a unit's user its credentials by an access list, which
            shows as read permission of the group.
    """

    path: Path
    makes_keys: bool = False
    may_share_group: bool = False

    def file(self, name: str) -> Path:
        """Where a key lies."""
        return self.path / f"{name}.key"

    def read(self, name: str) -> Key:
        """A key.

        Raises:
            KeyMissing: Folder or file is not there.
            KeyUnsafe: Others may read it, or it holds no key.
        """
        if self.makes_keys and not self.file(name).exists():
            self.create(name)
        self._check_folder()
        try:
            descriptor = os.open(self.file(name), os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except FileNotFoundError:
            raise KeyMissing(
                f"The key {name} is not in {self.path}.",
                "Put it back from its backup; `jamlik key create` makes new ones where no data "
                "were sealed before.",
            ) from None
        except OSError as error:
            raise KeyUnsafe(f"The key {name} cannot be read: {error.strerror}.") from None
        try:
            self._check_file(name, os.fstat(descriptor))
            content = os.read(descriptor, 100)
        finally:
            os.close(descriptor)
        if not _CONTENT.fullmatch(content):
            raise KeyUnsafe(
                f"The file of the key {name} does not hold 64 hexadecimal digits.",
                "Put it back from its backup.",
            )
        return Key(name, bytes.fromhex(content.decode()))

    def candidates(self, name: str) -> list[Key]:
        """A key, and the one that is about to take its place where a change was cut short."""
        keys = [self.read(name)]
        if self.file(name + NEXT).exists():
            keys.append(self.read(name + NEXT))
        return keys

    def has(self, name: str) -> bool:
        """Whether the key's file is there."""
        return self.file(name).exists()

    def create(self, name: str) -> None:
        """Make a key from the operating system's random numbers.

        Raises:
            KeyUnsafe: The folder can be read by others, or the key is there already.
        """
        self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._check_folder()
        try:
            descriptor = os.open(self.file(name), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            raise KeyUnsafe(
                f"The key {name} is there already; a key is never overwritten.",
                "`jamlik key rotate` changes one.",
            ) from None
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32) + "\n")
            file.flush()
            os.fsync(descriptor)
        sync_folder(self.path)

    def promote(self, name: str) -> None:
        """The next key takes the place of the one before, which is destroyed where there is one."""
        if self.has(name):
            self._overwrite(self.file(name))
        os.replace(self.file(name + NEXT), self.file(name))
        sync_folder(self.path)

    @staticmethod
    def _overwrite(path: Path) -> None:
        """What a file system keeps of old blocks, and backups, are beyond this."""
        with path.open("r+b") as file:
            file.write(secrets.token_bytes(path.stat().st_size))
            file.flush()
            os.fsync(file.fileno())

    def _check_folder(self) -> None:
        try:
            about = self.path.stat()
        except FileNotFoundError:
            raise KeyMissing(
                f"The key folder {self.path} is not there.",
                "Set JAMLIK_KEY_DIR to the folder of the keys; `jamlik key create` makes one.",
            ) from None
        self._check_mode(f"The key folder {self.path}", about, "0700")

    def _check_file(self, name: str, about: os.stat_result) -> None:
        if not stat.S_ISREG(about.st_mode):
            raise KeyUnsafe(f"The key {name} is no regular file.", "Put the key's file there.")
        self._check_mode(f"The key {name}", about, "0600")

    def _check_mode(self, what: str, about: os.stat_result, wanted: str) -> None:
        forbidden = 0o027 if self.may_share_group else 0o077
        if about.st_mode & forbidden:
            raise KeyUnsafe(
                f"{what} can be read by others: its mode is {stat.S_IMODE(about.st_mode):04o}.",
                f"Consider the keys known; after that, chmod {wanted}.",
            )
        if about.st_uid not in (os.geteuid(), 0):
            raise KeyUnsafe(f"{what} belongs to another user.", "Give it to the pipeline's user.")


def key_folder(settings: Settings) -> KeyFolder:
    """The folder of the keys in force; `key_folder_of` says the rest."""
    return key_folder_of(settings.survey_origin, settings.data_dir, settings.key_dir)


def key_folder_of(origin: str, data_dir: Path, key_dir: Path | None) -> KeyFolder:
    """The folder of the keys for data of an origin.

    Args:
        origin: demo or delivered.
        data_dir: The data folder.
        key_dir: JAMLIK_KEY_DIR.

    Raises:
        KeyMissing: Delivered data, and no folder is set.
        KeyUnsafe: The folder lies in the data folder, so that one copy takes lock and key.
    """
    if origin == "demo":
        return KeyFolder(Paths(data_dir).keys_demo, makes_keys=True)
    if key_dir:
        folder = KeyFolder(key_dir)
    elif credentials := os.environ.get("CREDENTIALS_DIRECTORY"):
        folder = KeyFolder(Path(credentials), may_share_group=True)
    else:
        raise KeyMissing(
            "Delivered data are sealed, and no key folder is set.",
            "Set JAMLIK_KEY_DIR to a folder outside the data folder, then `jamlik key create`.",
        )
    if folder.path.resolve().is_relative_to(data_dir.resolve()):
        raise KeyUnsafe(
            f"The key folder {folder.path} lies in the data folder: one copy would take both.",
            "Move the keys and set JAMLIK_KEY_DIR.",
        )
    return folder


def sync_folder(path: Path) -> None:
    """Force a folder's entries to disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
