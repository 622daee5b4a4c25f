"""The options of `jamlik area`.

What belongs here: arguments, and the status for wrong input. What does not: the work
(`area_table`), imported when the command runs, so that other commands start without it.
"""

import argparse
import sys
from pathlib import Path

# As the keys of area_kinds.KINDS, which a test compares; importing those would load DuckDB.
KIND_NAMES = (
    "proportion",
    "rate",
    "dsr",
    "isr",
    "isr_rate",
    "life_expectancy",
    "funnel",
    "trend",
    "quantile",
)


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Add the options of `jamlik area` to a parser."""
    add = command.add_argument
    add("input", type=Path, metavar="INPUT.csv", help="the table; docs/statistics_areas.md")
    add("--output", type=Path, required=True, metavar="OUT.csv", help="the file to write")
    add("--kind", choices=KIND_NAMES, required=True, help="what the rows are")
    add(
        "--confidence",
        type=float,
        nargs="+",
        default=[],
        metavar="PERCENT",
        help="default 95 99.8; for a trend the level of the intervals in the table, default 95",
    )
    add("--multiplier", type=float, help="what values are multiplied by; default by kind")
    add("--by", nargs="+", default=[], metavar="COLUMN", help="compare within these labels")
    add("--quantiles", type=int, help="number of groups, default 10")
    add("--worst", choices=("high", "low"), help="quantile: which end of the values is the worst")
    add("--cycle", type=int, help="trend: periods between two points, default 1")
    add(
        "--sampling-error-only",
        action="store_true",
        help="trend: do not widen the test by overdispersion (comparison with Fingertips)",
    )


def run(options: argparse.Namespace) -> int:
    """Run `jamlik area`.

    Returns:
        0 when the table was written; 2 when the input or an option cannot be used, with the
        row, column and rule on standard error and no file written.
    """
    from warehouse.statistics.area_input import InputError
    from warehouse.statistics.area_table import write_area_table

    try:
        written = write_area_table(
            options.input,
            options.output,
            options.kind,
            confidence=options.confidence,
            multiplier=options.multiplier,
            by=options.by,
            **_choices(options),
        )
    except InputError as error:
        print(f"jamlik: {error}", file=sys.stderr)
        return 2
    print(f"{written} rows written to {options.output}")
    return 0


def _choices(options: argparse.Namespace) -> dict[str, object]:
    """The options of one kind only, refused elsewhere rather than ignored."""
    from warehouse.statistics.area_input import InputError

    owners = {
        "quantiles": "quantile",
        "worst": "quantile",
        "cycle": "trend",
        "sampling_error_only": "trend",
    }
    given = {name: getattr(options, name) for name in owners if getattr(options, name)}
    for name in ("quantiles", "cycle"):
        number = getattr(options, name)
        if number is not None and number < 1 + (name == "quantiles"):
            raise InputError(f"--{name} {number} is too small.", "Give a larger whole number.")
    for name in given:
        if owners[name] != options.kind:
            option = "--" + name.replace("_", "-")
            raise InputError(f"{option} means nothing for {options.kind}.", "Leave it out.")
    if options.kind == "quantile" and options.worst is None:
        raise InputError("quantile needs --worst high or --worst low.", "Say which end is worst.")
    return given
