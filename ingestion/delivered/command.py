"""`jamlik ingest`: one delivered file, from the terminal.

What belongs here: its arguments and what it prints. What does not: loading (`load`).
"""

import argparse
from pathlib import Path

from warehouse.settings import load_settings


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Add the options of `jamlik ingest` to a parser."""
    add = command.add_argument
    add("source", choices=("hlv", "lupp"), help="which survey")
    add("file", type=Path, nargs="+", metavar="FILE", help="csv, xlsx, sav, or lupp's rounds.yml")
    add("--codebook", metavar="ID|PATH", help="default: the one that knows the file's columns")
    add("--year", type=int, help="the round, where the file has no column for it")
    add("--sender", metavar="TEXT", help="who sent it; default: as the codebook says")
    add("--encoding", choices=("utf-8-sig", "cp1252", "latin-1"), help="default: found out")
    add("--delimiter", help="; or , or a tab; default: found out")
    add("--sheet", help="of an xlsx file; default: the first")
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
        result = load_file(
            path,
            options.source,
            settings,
            codebook=options.codebook,
            format=format,
            sender=options.sender,
            year=options.year,
        )
        print(f"{path.name}\n{report(Taken(result))}", end="")
    if chosen.survey_origin == "demo":
        print("Runs read generated surveys as settings stand; SURVEYS=delivered reads these.")
    return 0
