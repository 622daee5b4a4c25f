"""`jamlik key`: making, changing and checking keys, from the terminal.

What belongs here: arguments and what is printed. What does not: the work (`keys`, `rotation`).
"""

import argparse
from collections.abc import Callable, Iterator

from warehouse.errors import InputError, JamlikError
from warehouse.sealed.errors import KeyMissing
from warehouse.sealed.keys import (
    LEDGER,
    PSEUDONYM,
    SOURCES,
    TOMBSTONE,
    KeyFolder,
    key_folder,
    needed_names,
    sealed_name,
)
from warehouse.sealed.seal import check_seal, seal_path
from warehouse.settings import Settings, load_settings

RotatePseudonyms = Callable[[Settings, KeyFolder], None]


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Add the options of `jamlik key` to a parser."""
    command.add_argument(
        "action",
        choices=("create", "rotate", "check"),
        help="create: make those that are missing; rotate: change one; check: can all be used",
    )
    names = [*map(sealed_name, (*SOURCES, LEDGER)), PSEUDONYM]
    command.add_argument("name", nargs="?", choices=names, help="which key to rotate")


def run(options: argparse.Namespace, rotate_pseudonyms: RotatePseudonyms) -> int:
    """Do what was asked of the keys in force.

    Args:
        options: The parsed arguments.
        rotate_pseudonyms: Changes the pseudonyms' key; its store is beyond this folder.

    Returns:
        0 when every key is right, 1 when one is not.
    """
    settings = load_settings()
    keys = key_folder(settings)
    if options.action == "rotate":
        if options.name is None:
            raise InputError("Say which key: jamlik key rotate NAME.", "jamlik key --help")
        # Commands that open no store need not wait for DuckDB.
        from warehouse.sealed.rotation import rotate_sealed

        if options.name == PSEUDONYM:
            rotate_pseudonyms(settings, keys)
        else:
            rotate_sealed(options.name.removeprefix(sealed_name("")), settings, keys)
        print(f"The key {options.name} in {keys.path} was changed. Back it up now.")
        return 0
    if options.action == "create":
        made = create_missing(settings, keys)
        print(f"{len(made)} keys made in {keys.path}. {'Back them up now.' if made else ''}")
    problems = list(_problems(settings, keys))
    for problem in problems:
        print(problem)
    if not problems:
        print(f"All {len(needed_names())} keys in {keys.path} can be used, and open what is there.")
    return 1 if problems else 0


def create_missing(settings: Settings, keys: KeyFolder) -> list[str]:
    """Make the keys that are not there.

    Returns:
        Their names.

    Raises:
        KeyMissing: A key is gone that data were sealed with; a new one would not open them.
    """
    made = [name for name in needed_names() if not keys.has(name)]
    for source in (*SOURCES, LEDGER):
        of_source = {sealed_name(source), *((f"{PSEUDONYM}.1", TOMBSTONE) * (source == "elsa"))}
        path = settings.paths.restricted(source, settings.survey_origin)
        if (gone := sorted(of_source & set(made))) and seal_path(path).exists():
            raise KeyMissing(
                f"{path.name} is sealed, and the key {gone[0]} is not in {keys.path}.",
                "Put it back from its backup. Without it the file is lost: remove it and its seal.",
            )
    for name in made:
        keys.create(name)
    return made


def _problems(settings: Settings, keys: KeyFolder) -> Iterator[str]:
    """What is wrong with keys, and with sealed files under them."""
    # Imports DuckDB, which other commands need not wait for.
    from warehouse.sealed.backup import sealed_files

    for name in needed_names():
        try:
            keys.read(name)
        except JamlikError as error:
            yield str(error)
    for path, source in sealed_files(settings).items():
        if path.exists() or seal_path(path).exists():
            try:
                check_seal(path, keys.candidates(sealed_name(source)))
            except (JamlikError, OSError) as error:
                yield str(error)
