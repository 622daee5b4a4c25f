"""`jamlik ingest`: one delivered file, from the terminal.

What belongs here: its arguments and what it prints. What does not: loading (`load`).
"""

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from warehouse.settings import Settings, load_settings

if TYPE_CHECKING:
    from ingestion.delivered.reading import Format


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Add the options of `jamlik ingest` to a parser."""
    add = command.add_argument
    add("source", choices=("hlv", "lupp", "elsa"), help="a taken file of elsa is deleted")
    add("file", type=Path, nargs="+", metavar="FILE", help="csv, xlsx, sav; rounds.yml, pupils.yml")
    add("--codebook", metavar="ID|PATH", help="default: the one that knows the file's columns")
    add("--year", type=int, help="the round, where the file has no column for it")
    add("--item", metavar="ID", help="of a file of shares that does not say which question it is")
    add("--sender", metavar="TEXT", help="who sent it; default: as the codebook says")
    add("--encoding", choices=("utf-8-sig", "cp1252", "latin-1"), help="default: found out")
    add("--delimiter", help="; or , or a tab; default: found out")
    add("--sheet", help="of an xlsx file; default: the first with a table, of shares all")
    add("--withdrawn", action="store_true", help="elsa: a list of persons who withdrew consent")
    add("--header-row", type=int, metavar="N", help="default: found out")


def run(options: argparse.Namespace) -> int:
    """Load the files.

    Returns:
        0 when all were loaded or had been before.

    Raises:
        FileRejected: One cannot be taken; those before it were.
    """
    from ingestion.delivered.inbox import Taken, report
    from ingestion.delivered.load import load_file
    from ingestion.delivered.reading import FileRejected, Format

    chosen = load_settings()
    # The demonstration's store is made anew whenever its code changes, and says so in every table.
    settings = chosen.with_changes(surveys="delivered")
    format = Format(options.encoding, options.delimiter, options.sheet, options.header_row)
    for path in options.file:
        if not path.is_file():
            raise FileRejected(f"{path.name}: there is no such file.", "Check its path.")
        if options.source == "elsa":
            # Its messages and reports are its own: a file's name may name a pupil.
            print(_take_talks(path, settings, options, format), end="")
            continue
        result = load_file(
            path,
            options.source,
            settings,
            codebook=options.codebook,
            format=format,
            sender=options.sender,
            year=options.year,
            item=options.item,
        )
        print(f"{path.name}\n{report(Taken(result))}", end="")
    if chosen.survey_origin == "demo":
        print("Runs read generated surveys as settings stand; SURVEYS=delivered reads these.")
    return 0


def _take_talks(
    path: Path, settings: Settings, options: argparse.Namespace, format: "Format"
) -> str:
    from ingestion.elsa.inbox import report
    from ingestion.elsa.load import DEFAULT_SENDER, take_file
    from ingestion.elsa.talks import WITHDRAWALS, TalksResult
    from ingestion.elsa.withdrawal import withdraw

    sender = options.sender or DEFAULT_SENDER
    if options.withdrawn:
        persons = withdraw(path, settings, datetime.now(UTC).date(), sender=sender)
        return report(TalksResult("", kind=WITHDRAWALS, withdrawn=persons))
    return report(take_file(path, settings, sender=sender, format=format))
