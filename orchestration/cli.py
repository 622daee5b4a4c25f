"""The command `jamlik`, thin: it reads arguments, calls, and prints errors as sentences.

What belongs here: subcommands and exit statuses. What does not: their work. Commands that
need no Dagster import none of it, so that `jamlik doctor` answers in a second.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ingestion.upkeep import add_commands as add_upkeep
from warehouse.errors import InputError, JamlikError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a subcommand.

    Returns:
        0 when all went well, 1 for an error that the text explains, 2 for wrong usage or input.
    """
    options = _parser().parse_args(arguments)
    try:
        return int(options.call(options))
    except JamlikError as error:
        print(f"jamlik: {error}", file=sys.stderr)
        return 2 if isinstance(error, InputError) else 1
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
        ("serve", _serve, "become a service of the production set-up; systemd starts them"),
        ("doctor", _doctor, "print settings in force, versions, locks, the last release"),
        ("record", _record, "store live answers of Kolada as a snapshot folder"),
        ("rollback", _rollback, "point readers to an earlier release"),
        ("inequality", _inequality, "measures of inequality for a table in HEAT Plus layout"),
        ("export-heat", _export_heat, "write an indicator's municipalities in that layout"),
    ):
        command = commands.add_parser(name, help=text, description=text)
        command.set_defaults(call=call)
        if call is _run:
            command.add_argument(
                "--only",
                choices=("surveys",),
                help="what data about people lead to, without publishing it",
            )
        if call is _ui:
            command.add_argument("--port", type=int, default=3000, help="default 3000")
        if call is _serve:
            command.add_argument("service", choices=("code", "daemon", "webserver"))
            command.add_argument("--port", type=int, default=3000, help="default 3000")
        if call is _record:
            command.add_argument("--kpis", required=True, help="register, all, or ids with commas")
            command.add_argument("--to", required=True, metavar="DIR", help="the new folder")
        if call is _rollback:
            command.add_argument("--to", metavar="RELEASE", help="default: the one before")
        if call is _inequality:
            command.add_argument("input", type=Path, metavar="INPUT.csv")
            command.add_argument("--output", type=Path, required=True, metavar="OUT.csv")
            command.add_argument("--confidence", type=float, default=95.0, help="default 95")
            command.add_argument("--draws", type=int, default=1000, help="0: none; default 1000")
            command.add_argument("--seed", type=int, default=1, help="of the draws; default 1")
        if call is _export_heat:
            command.add_argument("output", type=Path, metavar="OUT.csv")
            command.add_argument("--indicator", required=True, metavar="ID")
            command.add_argument("--year", type=int, help="default: all years")
            command.add_argument("--gender", choices=("T", "K", "M"), default="T")
            command.add_argument("--areas", choices=("sweden", "county"), default="sweden")
            command.add_argument(
                "--ordered", action="store_true", help="order municipalities by education (N01982)"
            )
    _add_area(commands)
    _add_share(commands)
    _add_ingest(commands)
    _add_pages(commands)
    _add_docs(commands)
    _add_key(commands)
    add_upkeep(commands)
    _add_disclosure(commands)
    return parser


def _add_area(commands: Any) -> None:
    from warehouse.statistics.area_cli import add_arguments

    text = "compute one area's indicators (rates, life expectancy, trends, ...) from a table"
    command = commands.add_parser("area", help=text, description=text)
    add_arguments(command)
    command.set_defaults(call=_area)


def _add_share(commands: Any) -> None:
    from warehouse.statistics.survey_cli import add_arguments

    text = "estimate weighted shares of a survey, with design-based intervals, from a table"
    command = commands.add_parser("share", help=text, description=text)
    add_arguments(command)
    command.set_defaults(call=_share)


def _add_ingest(commands: Any) -> None:
    from ingestion.delivered.command import add_arguments

    text = "load a delivered survey file (csv, xlsx, SPSS)"
    command = commands.add_parser("ingest", help=text, description=text)
    add_arguments(command)
    command.set_defaults(call=_ingest)


def _add_pages(commands: Any) -> None:
    from pages.command import add_pages_arguments, add_show_arguments, run_pages, run_show

    for name, add_arguments, call, text in (
        ("pages", add_pages_arguments, run_pages, "build the static site from a release"),
        ("show", add_show_arguments, run_show, "print a municipality's or indicator's summary"),
    ):
        command = commands.add_parser(name, help=text, description=text)
        add_arguments(command)
        command.set_defaults(call=call)


def _add_docs(commands: Any) -> None:
    text = "write static pages: all suites of expectations with what they find, all dbt models"
    command = commands.add_parser("docs", help=text, description=text)
    command.add_argument(
        "--to", type=Path, metavar="DIR", help="default: docs/suites in the data folder"
    )
    command.set_defaults(call=_docs)


def _add_key(commands: Any) -> None:
    from warehouse.sealed.command import add_arguments

    text = "make, change or check the keys of data about people"
    command = commands.add_parser("key", help=text, description=text)
    add_arguments(command)
    command.set_defaults(call=_key)


def _add_disclosure(commands: Any) -> None:
    text = "say why a row's numbers are hidden, from the sealed ledger; not for readers"
    command = commands.add_parser("explain-hidden", help=text, description=text)
    command.add_argument("mart", nargs="?", help="such as survey.estimate")
    command.add_argument("--waiting", action="store_true", help="list the revisions that wait")
    command.add_argument("--area", help="area id")
    command.add_argument("--round", help="year of the survey")
    command.add_argument("--item", default="", help="item id")
    command.add_argument(
        "--where",
        action="append",
        default=[],
        metavar="COLUMN=VALUE",
        help="another column of the key, such as gender=K; its total where not given",
    )
    command.set_defaults(call=_explain_hidden)
    text = "compare what other thresholds, tables or categories would leave open"
    command = commands.add_parser("compare-disclosure", help=text, description=text)
    command.add_argument("--threshold", type=int, help="of numerators, instead of the file's")
    command.add_argument("--base", type=int, help="of persons, instead of the file's")
    command.add_argument("--without-table", action="append", default=[], metavar="NAME")
    command.add_argument(
        "--merge",
        action="append",
        default=[],
        metavar="COLUMN=A,B",
        help="categories that become one, such as age_group=65-84,85+",
    )
    command.add_argument("--source", choices=("hlv", "lupp", "elsa"), help="default: all")
    command.set_defaults(call=_compare_disclosure)


def _explain_hidden(options: argparse.Namespace) -> int:
    from warehouse.disclosure.explain import run

    return run(options)


def _compare_disclosure(options: argparse.Namespace) -> int:
    from warehouse.disclosure.compare import run

    return run(options)


def _run(options: argparse.Namespace) -> int:
    from orchestration.commands import run

    return run(options.only)


def _ui(options: argparse.Namespace) -> int:
    from orchestration.commands import ui

    return ui(options.port)


def _serve(options: argparse.Namespace) -> int:
    from orchestration.serve import serve

    return serve(options.service, options.port)


def _doctor(_: argparse.Namespace) -> int:
    from ingestion.elsa.status import remembered_keys
    from warehouse.doctor import report
    from warehouse.settings import load_settings

    print(report(load_settings(), remembered_keys))
    return 0


def _docs(options: argparse.Namespace) -> int:
    from orchestration.commands import docs

    return docs(options.to)


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


def _share(options: argparse.Namespace) -> int:
    from warehouse.statistics.survey_cli import run

    return run(options)


def _ingest(options: argparse.Namespace) -> int:
    from ingestion.delivered.command import run

    return run(options)


def _key(options: argparse.Namespace) -> int:
    from ingestion.elsa.rotation import rotate_pseudonyms
    from warehouse.sealed.command import run

    return run(options, rotate_pseudonyms)


def _rollback(options: argparse.Namespace) -> int:
    from warehouse.publish.rollback import rollback
    from warehouse.settings import load_settings

    settings = load_settings()
    release = rollback(settings, options.to)
    print(f"{settings.paths.current} now points to release {release}.")
    return 0


def _inequality(options: argparse.Namespace) -> int:
    from warehouse.statistics.heat_measures import inequality

    rows = inequality(
        options.input, options.output, options.confidence, options.draws, options.seed
    )
    print(f"{rows} rows written to {options.output}.")
    return 0


def _export_heat(options: argparse.Namespace) -> int:
    from warehouse.settings import load_settings
    from warehouse.statistics.heat_export import Selection, export

    selection = Selection(
        options.indicator, options.year, options.gender, options.areas == "county", options.ordered
    )
    print(export(load_settings(), selection, options.output))
    return 0


if __name__ == "__main__":
    sys.exit(main())
