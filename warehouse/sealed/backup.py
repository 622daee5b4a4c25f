"""Copies of sealed files for a backup, and putting them back.

What belongs here: whole files with their seals, compared while they are copied; copies of keys.
What does not: what a store has to be told after it came back (`ingestion/elsa/restore`).

A file is copied as it lies, encrypted: whoever has the backup needs the keys, which are copied
into another folder, for another medium and another custodian.
"""

import os
import shutil
from pathlib import Path

from warehouse.errors import InputError
from warehouse.sealed.keys import LEDGER, SOURCES, KeyFolder, sealed_name, sync_folder
from warehouse.sealed.process import private_files
from warehouse.sealed.seal import check_seal, read_seal, seal_path, write_seal
from warehouse.sealed.store import writing
from warehouse.settings import Settings


def sealed_files(settings: Settings) -> dict[Path, str]:
    """Where each sealed file of the origin in force lies, and of which source its key is."""
    origin = settings.survey_origin
    files = {settings.paths.restricted(source, origin): source for source in (*SOURCES, LEDGER)}
    return {**files, settings.withdrawals: "elsa"}


def back_up(settings: Settings, keys: KeyFolder, to: Path) -> list[str]:
    """Copy every sealed file that there is into a new folder.

    A store that is being written is copied as it was before, or as it is after.

    Args:
        settings: Which files.
        keys: Their keys: a file that does not fit its seal is no backup.
        to: The folder; made, and refused where it exists.

    Returns:
        Names of the files.

    Raises:
        InputError: The folder is there already.
        WrongKey, SealBroken: A file is not the one that was sealed.
    """
    with private_files():
        _make_new(to)
        names = []
        for path, source in sealed_files(settings).items():
            if not (path.exists() or seal_path(path).exists()):
                continue
            copy = to / path.name
            _, entry = check_seal(path, keys.candidates(sealed_name(source)), copy_to=copy)
            write_seal(copy, [entry])
            _sync(copy)
            names.append(path.name)
        sync_folder(to)
    return names


def back_up_keys(settings: Settings, keys: KeyFolder, to: Path) -> list[str]:
    """Copy every key into a new folder.

    Raises:
        InputError: The folder is there already, or lies in the data folder.
    """
    if to.resolve().is_relative_to(settings.data_dir.resolve()):
        raise InputError(f"{to} lies in the data folder: one copy would take keys and data.")
    with private_files():
        _make_new(to)
        names = sorted(path.name for path in keys.path.glob("*.key"))
        for name in names:
            shutil.copyfile(keys.path / name, to / name)
            _sync(to / name)
        sync_folder(to)
    return names


def put_back(settings: Settings, keys: KeyFolder, backup: Path) -> list[str]:
    """Put the files of a backup in the place of what is there; the journal is never put back.

    A journal in place is younger than any backup of it. Where it is lost it is put back, too.

    Args:
        settings: Where the files belong.
        keys: Their keys; each file is compared with its seal before anything is replaced.
        backup: What `back_up` made.

    Returns:
        Names of the files that were put in place.

    Raises:
        InputError: The folder holds no sealed file of this origin.
        WrongKey, SealBroken: A file of the backup is not the one that was sealed.
    """
    found = {
        path: source
        for path, source in sealed_files(settings).items()
        if (backup / path.name).exists() and not (path == settings.withdrawals and path.exists())
    }
    if not found:
        raise InputError(
            f"{backup} holds no sealed file that could be put back.",
            "Name the folder that `jamlik backup` made.",
        )
    for path, source in found.items():
        check_seal(backup / path.name, keys.candidates(sealed_name(source)))
    for path, source in found.items():
        _put_back_one(path, source, settings, keys, backup / path.name)
    return [path.name for path in found]


def _put_back_one(path: Path, source: str, settings: Settings, keys: KeyFolder, copy: Path) -> None:
    with writing(path, settings):
        working = path.with_name(f".{path.name}.working")
        _, entry = check_seal(copy, keys.candidates(sealed_name(source)), copy_to=working)
        _sync(working)
        # Either state is right while the file is being replaced, if what was there can be read.
        before = read_seal(path) if path.exists() and seal_path(path).exists() else []
        write_seal(path, [*before, entry])
        os.replace(working, path)
        sync_folder(path.parent)
        write_seal(path, [entry])


def _make_new(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, mode=0o700)
    except FileExistsError:
        raise InputError(f"{folder} is there already.", "Name a new folder.") from None


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
