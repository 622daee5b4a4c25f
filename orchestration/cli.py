"""The command `jamlik`, thin: it reads arguments, calls, and prints errors as sentences.

What belongs here: subcommands and exit statuses. What does not: their work. Commands that
need no Dagster import none of it, so that `jamlik doctor` answers in a second.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from warehouse.errors import JamlikError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a subcommand.

    Returns:
        0 when all went well, 1 for an error that the text explains, 2 for wrong usage.
    """
    options = _parser().parse_args(arguments)
    try:
        return int(options.call(options))
    except JamlikError as error:
        print(f"jamlik: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("jamlik: interrupted; the last release stands.", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="jamlik", description="Equity-in-health warehouse for a Swedish region."
    )
    commands = parser.add_subparsers(required=True, metavar="command")
    for name, call, text in (
        ("run", _run, "load, build, check and publish everything"),
        ("ui", _ui, "open Dagster's UI on 127.0.0.1"),
        ("doctor", _doctor, "print settings in force, versions, locks, the last release"),
        ("record", _record, "store live answers of Kolada as a snapshot folder"),
        ("rollback", _rollback, "point readers to an earlier release"),
    ):
        command = commands.add_parser(name, help=text, description=text)
        command.set_defaults(call=call)
        if call is _ui:
            command.add_argument("--port", type=int, default=3000, help="default 3000")
        if call is _record:
            command.add_argument("--kpis", required=True, help="register, all, or ids with commas")
            command.add_argument("--to", required=True, metavar="DIR", help="the new folder")
        if call is _rollback:
            command.add_argument("--to", metavar="RELEASE", help="default: the one before")
    _add_area(commands)
    return parser


def _add_area(commands: Any) -> None:
    from warehouse.statistics.area_cli import add_arguments

    text = "compute one area's indicators (rates, life expectancy, trends, ...) from a table"
    command = commands.add_parser("area", help=text, description=text)
    add_arguments(command)
    command.set_defaults(call=_area)


def _run(_: argparse.Namespace) -> int:
    from orchestration.commands import run

    return run()


def _ui(options: argparse.Namespace) -> int:
    from orchestration.commands import ui

    return ui(options.port)


def _doctor(_: argparse.Namespace) -> int:
    from warehouse.doctor import report
    from warehouse.settings import load_settings

    print(report(load_settings()))
    return 0


def _record(options: argparse.Namespace) -> int:
    from ingestion.kolada.record import record
    from warehouse.settings import load_settings

    settings = load_settings(kpis=options.kpis)
    values = record(settings, settings.kolada_url, Path(options.to))
    print(f"{values} values recorded; serve them with KOLADA=replay SNAPSHOT={options.to}")
    return 0


def _area(options: argparse.Namespace) -> int:
    from warehouse.statistics.area_cli import run

    return run(options)


def _rollback(options: argparse.Namespace) -> int:
    from warehouse.publish.rollback import rollback
    from warehouse.settings import load_settings

    settings = load_settings()
    release = rollback(settings, options.to)
    print(f"{settings.paths.current} now points to release {release}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
