"""Opening sealed files: reading one, and writing a new state of one.

What belongs here: attaching with a key, and putting a new state in an old one's place. What does
not: keys (`keys`), the comparison of bytes (`seal`), tables of a source (`ingestion/`).

A writer works on a copy beside the file, which takes the file's place when it is closed: a
killed writer leaves the old state, readers keep what they have open, and no log of DuckDB's
lies beside a replaced file. The key reaches DuckDB as a bound parameter, since a literal shows
up in parser errors and query logs.
"""

import importlib.util
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb

from warehouse import locks
from warehouse.connection import connect
from warehouse.errors import JamlikError
from warehouse.sealed.errors import NotSealed, SealBroken
from warehouse.sealed.keys import NEXT, Key, KeyFolder, sealed_name, sync_folder
from warehouse.sealed.process import harden, private_files
from warehouse.sealed.seal import (
    RESTORE,
    Entry,
    check_seal,
    file_key,
    make_entry,
    new_salt,
    read_seal,
    seal_path,
    write_seal,
)
from warehouse.settings import Settings

_being_written: set[Path] = set()


def load_crypto(con: duckdb.DuckDBPyConnection) -> None:
    """Load the extension whose crypto writes encrypted files, from the installed wheel.

    Without it writing is refused and reading takes 2 to 7 times as long.

    Raises:
        JamlikError: The wheel is not installed.
    """
    found = importlib.util.find_spec("duckdb_extension_httpfs")
    folders = [Path(one) for one in (found.submodule_search_locations if found else None) or ()]
    wanted = f"extensions/v{duckdb.__version__}/httpfs.duckdb_extension"
    for folder in folders:
        if (folder / wanted).exists():
            con.execute(f"load '{str(folder / wanted).replace(chr(39), chr(39) * 2)}'")
            return
    raise JamlikError(
        f"The package duckdb-extension-httpfs for DuckDB {duckdb.__version__} is not installed.",
        "Install what requirements.lock names.",
    )


def attach_sealed(con: duckdb.DuckDBPyConnection, path: Path, keys: KeyFolder, source: str) -> None:
    """Attach a sealed file, read-only, under its source's name, after comparing it with its seal.

    Args:
        con: Any connection; its temporary files are encrypted from here on.
        path: The file.
        keys: Where its key is.
        source: hlv, lupp or elsa: name of the key, and alias.

    Raises:
        KeyMissing, KeyUnsafe: No usable key.
        WrongKey, SealBroken, NotSealed: It is not the file that was sealed with it.
    """
    harden()
    load_crypto(con)
    con.execute("set temp_file_encryption = true")
    key, entry = check_seal(path, keys.candidates(sealed_name(source)))
    _attach(con, path, file_key(key, entry.salt), source, read_only=True)


@contextmanager
def read_sealed(
    path: Path, keys: KeyFolder, source: str, settings: Settings
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection in which a sealed file is the default database, read-only.

    Raises:
        KeyMissing, KeyUnsafe, WrongKey, SealBroken, NotSealed: As `attach_sealed`.
    """
    with connect(None, settings) as con:
        con.execute("set temp_directory = ''")
        attach_sealed(con, path, keys, source)
        con.execute(f"use {source}")
        yield con


@contextmanager
def write_sealed(
    path: Path, keys: KeyFolder, source: str, settings: Settings
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to a sealed file, made where it is missing, as the default database.

    What was committed when the block ends, also by an error, is sealed and takes the file's
    place. Nothing spills: what does not fit in memory fails.

    Raises:
        LockTimeout: Another process writes it for longer than the settings allow.
        KeyMissing, KeyUnsafe, WrongKey, SealBroken, NotSealed: As `attach_sealed`.
    """
    with writing(path, settings):
        key, entry, working = _working_copy(path, keys, source)
        salt = entry.salt if entry else new_salt()
        try:
            with connect(None, settings) as con:
                con.execute("set temp_directory = ''")
                load_crypto(con)
                con.execute("set temp_file_encryption = true")
                _attach(con, working, file_key(key, salt), source)
                con.execute(f"use {source}")
                try:
                    yield con
                finally:
                    _close(con, source)
        finally:
            # With a log beside it DuckDB could not finish: the old state stands.
            if working.exists() and not wal_of(working).exists():
                _put_in_place(working, path, key, entry, salt)


def rewrite_sealed(
    path: Path,
    keys: KeyFolder,
    source: str,
    settings: Settings,
    *,
    under_next: bool = False,
    emptied: str | None = None,
) -> None:
    """Write a sealed file anew under a new key of its own; what was deleted from it is gone.

    DELETE, CHECKPOINT and VACUUM leave the bytes of deleted rows in the file, and a disk keeps
    those of the old file: its key is destroyed with its salt.

    Args:
        under_next: Also with the folder's key that is about to take the present one's place.
        emptied: A table (`schema.name`) whose rows said that this was due; the new file has none.

    Raises:
        SealBroken: The new file does not hold the same rows.
    """
    name = sealed_name(source)
    with writing(path, settings):
        key, entry, working = _working_copy(path, keys, source)
        new_key = keys.read(name + NEXT) if under_next else key
        if entry is None or (under_next and key == new_key):
            return
        rewritten, salt = path.with_name(f".{path.name}.rewritten"), new_salt()
        with connect(None, settings) as con:
            con.execute("set temp_directory = ''")
            load_crypto(con)
            _attach(con, working, file_key(key, entry.salt), "old_state", read_only=True)
            _attach(con, rewritten, file_key(new_key, salt), "new_state")
            con.execute("copy from database old_state to new_state")
            if _tables(con, "old_state") != _tables(con, "new_state"):
                raise SealBroken(f"{path.name}: the rewritten file holds other rows.", RESTORE)
            if emptied:
                con.execute(f"delete from new_state.{emptied}")
            _close(con, "new_state")
        _put_in_place(rewritten, path, new_key, entry, salt)


def _tables(con: duckdb.DuckDBPyConnection, alias: str) -> list[tuple]:
    """Tables of a database with their rows and a hash of them."""
    names = con.execute(
        "select schema_name, table_name from duckdb_tables() where database_name = ? order by all",
        [alias],
    ).fetchall()
    return [
        (
            schema,
            table,
            *con.execute(
                f'select count(*), bit_xor(hash(one)) from {alias}."{schema}"."{table}" as one'
            ).fetchall(),
        )
        for schema, table in names
    ]


@contextmanager
def writing(path: Path, settings: Settings) -> Iterator[None]:
    """One writer of a file at a time; nothing is left beside it afterwards."""
    if path in _being_written:
        raise JamlikError(f"{path.name} is open for writing in this process already.")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.parent.chmod(0o700)
    lock = path.with_suffix(".lock")
    with private_files(), locks.hold(lock, f"writing {path.name}", settings.lock_timeout):
        _being_written.add(path)
        try:
            harden()
            _sweep(path)
            yield
        finally:
            _sweep(path)
            _being_written.discard(path)


def _working_copy(path: Path, keys: KeyFolder, source: str) -> tuple[Key, Entry | None, Path]:
    working = path.with_name(f".{path.name}.working")
    candidates = keys.candidates(sealed_name(source))
    if path.exists():
        key, entry = check_seal(path, candidates, copy_to=working)
        return key, entry, working
    if seal_path(path).exists() and max(one.generation for one in read_seal(path)) > 1:
        raise SealBroken(f"{path.name} is gone, its seal is still there.", RESTORE)
    return candidates[0], None, working


def remove_sealed(path: Path) -> None:
    """Remove a sealed file and its seal, so that a new one can be begun."""
    path.unlink(missing_ok=True)
    seal_path(path).unlink(missing_ok=True)


def _sweep(path: Path) -> None:
    """Remove what a killed writer left beside a file."""
    for left in path.parent.glob(f".{path.name}.*"):
        left.unlink()


def wal_of(path: Path) -> Path:
    """Where DuckDB keeps what it has not yet written to the file."""
    return path.with_name(f"{path.name}.wal")


def _attach(
    con: duckdb.DuckDBPyConnection, path: Path, key: bytes, alias: str, *, read_only: bool = False
) -> None:
    options = "read_only, encryption_key ?" if read_only else "encryption_key ?"
    place = str(path).replace("'", "''")
    try:
        con.execute(f"attach '{place}' as {alias} ({options})", [key.hex()])
    except duckdb.CatalogException:
        raise NotSealed(
            f"{path.name} is not encrypted.", "Remove it, and load the delivered files again."
        ) from None
    found = con.execute(
        "select encrypted from duckdb_databases() where database_name = ?", [alias]
    ).fetchone()
    if not found or not found[0]:
        raise NotSealed(f"{path.name} was opened without encryption.")


def _close(con: duckdb.DuckDBPyConnection, alias: str) -> None:
    """Undo what is not committed, write the rest into the file, and let go of it."""
    # Outside a transaction there is nothing to undo, which DuckDB calls an error.
    with suppress(duckdb.TransactionException):
        con.execute("rollback")
    con.execute("use memory")
    con.execute(f"checkpoint {alias}")
    con.execute(f"detach {alias}")


def _put_in_place(working: Path, path: Path, key: Key, entry: Entry | None, salt: str) -> None:
    """A new state takes a file's place; a state with the same bytes does not."""
    new = make_entry(working, path.stem, entry.generation + 1 if entry else 1, key, salt)
    if entry and (new.file_mac, new.key_check) == (entry.file_mac, entry.key_check):
        return
    with working.open("rb") as file:
        os.fsync(file.fileno())
    before = read_seal(path) if seal_path(path).exists() else []
    destroy = any(one.salt != salt for one in before)
    write_seal(path, [*([entry] if entry else []), new], destroy=destroy)
    os.replace(working, path)
    sync_folder(path.parent)
    write_seal(path, [new], destroy=destroy)
