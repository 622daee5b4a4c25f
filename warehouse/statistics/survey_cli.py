"""The options of `jamlik share`.

What belongs here: arguments. What does not: the work (`survey_table`), imported when the
command runs, so that other commands start without it.
"""

import argparse
from pathlib import Path

METHODS = ("logit", "korn_graubard", "simple")
CALIBRATIONS = ("linear", "raking")


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Add the options of `jamlik share` to a parser."""
    add = command.add_argument
    add(
        "input", type=Path, metavar="INPUT.csv", help="one row a person; docs/statistics_surveys.md"
    )
    add("--output", type=Path, required=True, metavar="OUT.csv", help="the file to write")
    add("--outcome", required=True, metavar="COL", help="1 or 0, yes or no, ja or nej; or empty")
    add("--weight", required=True, metavar="COL", help="the weights, above 0")
    add("--stratum", metavar="COL", help="strata of the sample")
    add("--cluster", metavar="COL", help="what was drawn, where it was not persons")
    add(
        "--population",
        type=_names,
        default=(),
        metavar="COL[,COL]",
        help="units in the stratum; with clusters also persons in the cluster (two stages)",
    )
    add("--by", type=_names, default=(), metavar="COL,COL", help="these columns and all margins")
    add("--calibrate", type=Path, metavar="MARGINS.csv", help="totals that the weights shall meet")
    add("--calibration", choices=CALIBRATIONS, default="linear", help="default linear")
    add("--method", choices=METHODS, default="logit", help="of the intervals; default logit")
    add("--confidence", type=float, default=95.0, metavar="PERCENT", help="default 95")


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(","))


def run(options: argparse.Namespace) -> int:
    """Run `jamlik share`.

    Returns:
        0 when the table was written.

    Raises:
        InputError: The input or an option cannot be used; nothing was written.
    """
    from warehouse.statistics.survey_input import Columns
    from warehouse.statistics.survey_table import write_shares

    columns = Columns(
        options.outcome,
        options.weight,
        options.stratum,
        options.cluster,
        options.population,
        options.by,
    )
    written = write_shares(
        options.input,
        options.output,
        columns,
        margins=options.calibrate,
        calibration=options.calibration,
        method=options.method,
        confidence=options.confidence,
    )
    print(f"{written} rows written to {options.output}")
    return 0
