"""`jamlik retention`, `jamlik backup`, `jamlik restore`: sealed stores over the years.

What belongs here: their arguments and what they print. What does not: the work
(`delivered/retention`, `warehouse/sealed/backup`, `elsa/restore`).
"""

import argparse
from pathlib import Path
from typing import Any

from warehouse.settings import Settings, load_settings


def add_commands(commands: Any) -> None:
    """Add the three to the parser of `jamlik`."""
    for name, call, text in (
        ("retention", _retention, "remove rows about people older than JAMLIK_RETENTION allows"),
        ("backup", _backup, "copy the sealed stores into a new folder"),
        ("restore", _restore, "put sealed stores back, and erase again who withdrew since"),
    ):
        command = commands.add_parser(name, help=text, description=text)
        command.set_defaults(call=call)
        if name != "retention":
            command.add_argument("folder", type=Path, metavar="DIR")
        if name == "backup":
            command.add_argument(
                "--keys", type=Path, metavar="DIR", help="copy the keys there, for another medium"
            )


def _retention(_: argparse.Namespace) -> int:
    from ingestion.delivered.retention import remove_old

    settings = load_settings()
    limits = settings.retention_years
    if not limits:
        print("No source has a limit: JAMLIK_RETENTION is not set. Nothing was removed.")
    for source, n in remove_old(settings).items():
        print(f"{source}: {n} rows older than {limits[source]} years removed.")
    return 0


def _backup(options: argparse.Namespace) -> int:
    from warehouse.sealed.backup import back_up, back_up_keys
    from warehouse.sealed.keys import key_folder

    settings = load_settings()
    keys = key_folder(settings)
    names = back_up(settings, keys, options.folder)
    print(f"{len(names)} sealed files copied to {options.folder}: {', '.join(names) or 'none'}.")
    if options.keys:
        names = back_up_keys(settings, keys, options.keys)
        print(f"{len(names)} keys copied to {options.keys}. Keep them apart from the data.")
    else:
        print("Without its keys a backup cannot be opened: --keys DIR copies them.")
    return 0


def _restore(options: argparse.Namespace) -> int:
    from ingestion.elsa.restore import apply_again
    from warehouse import build_state, locks
    from warehouse.sealed.backup import put_back
    from warehouse.sealed.keys import key_folder

    settings: Settings = load_settings()
    # No run reads the stores before withdrawals are applied again.
    lock = settings.paths.locks / "writer.lock"
    with locks.hold(lock, "jamlik restore", settings.lock_timeout):
        names = put_back(settings, key_folder(settings), options.folder)
        build_state.forget(settings.paths)
        apply_again(settings)
    print(
        f"{', '.join(names)} put back, withdrawals of the journal applied. Load what was delivered "
        "after the backup again, then `jamlik run`."
    )
    return 0
