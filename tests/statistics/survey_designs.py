"""The designs of the survey reference tables as `jamlik share` takes them.

What belongs here: which file, columns and totals make a design, and running one. What does
not: expectations.
"""

import csv
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.support import shared_dir
from warehouse.statistics.survey_calibration import Calibration, calibrate
from warehouse.statistics.survey_input import Columns, Sample, read_sample
from warehouse.statistics.survey_table import write_shares

Rows = list[dict[str, str]]
OUTCOMES = ("sch.wide", "comp.imp", "awards", "yr.rnd", "both")
BY = ("stype", "yr.rnd")


@dataclass(frozen=True)
class Design:
    table: str
    stratum: str | None = None
    cluster: str | None = None
    population: tuple[str, ...] = ()
    margins: tuple[str, ...] = ()
    calibration: str = "linear"


DESIGNS = {
    "strat_fpc": Design("apistrat", "stype", None, ("fpc",)),
    "strat_nofpc": Design("apistrat", "stype"),
    "srs_fpc": Design("apisrs", None, None, ("fpc",)),
    "weights_only": Design("apistrat"),
    "clus1_fpc": Design("apiclus1", None, "dnum", ("fpc",)),
    "clus1_nofpc": Design("apiclus1", None, "dnum"),
    "clus2_fpc": Design("apiclus2", None, "dnum", ("fpc1", "fpc2")),
    "clus1_poststrat_stype": Design("apiclus1", None, "dnum", ("fpc",), ("stype",)),
    "clus1_rake_stype_schwide": Design(
        "apiclus1", None, "dnum", ("fpc",), ("stype", "sch.wide"), "raking"
    ),
    "strat_calib_stype_awards": Design("apistrat", "stype", None, ("fpc",), ("stype", "awards")),
}


def reference(name: str) -> Rows:
    """The rows of a reference table; empty cells are empty text."""
    with (shared_dir() / "reference" / "survey" / f"survey_{name}.csv").open(newline="") as file:
        return list(csv.DictReader(file))


@cache
def totals() -> dict[str, dict[str, int]]:
    """Per margin the total of every category, from the three tables of totals."""
    found: dict[str, dict[str, int]] = {}
    for table, name in (("stype",) * 2, ("awards",) * 2, ("stype_schwide", "sch.wide")):
        counts = found.setdefault(name, {})
        for row in reference(f"input_apipop_{table}_totals"):
            counts[row[name]] = counts.get(row[name], 0) + int(row["N"])
    return found


def write_design(folder: Path, design: Design) -> tuple[Path, Path | None]:
    """A design's table and its margins as files.

    Two-stage weights are what the sampling fractions say, since the table's own `pw` is that
    of another design: clusters over drawn clusters times persons over drawn persons.
    """
    rows = reference(f"input_{design.table}")
    drawn = Counter(row["dnum"] for row in rows)
    for row in rows:
        if design.table == "apiclus2":
            weight = float(row["fpc1"]) / len(drawn) * float(row["fpc2"]) / drawn[row["dnum"]]
            row["pw"] = repr(weight)
    source = folder / "in.csv"
    with source.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    if not design.margins:
        return source, None
    margins = folder / "margins.csv"
    with margins.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow([*design.margins, "N"])
        for name in design.margins:
            for category, total in totals()[name].items():
                filled = [category if other == name else "" for other in design.margins]
                table.writerow([*filled, total])
    return source, margins


def columns(design: Design, outcome: str, by: tuple[str, ...] = BY) -> Columns:
    return Columns(outcome, "pw", design.stratum, design.cluster, design.population, by)


def shares(folder: Path, design: Design, outcome: str) -> Rows:
    """What `jamlik share` writes for one outcome of a design."""
    source, margins = write_design(folder, design)
    output = folder / "out.csv"
    write_shares(
        source,
        output,
        columns(design, outcome),
        margins=margins,
        calibration=design.calibration,
    )
    with output.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def sample(folder: Path, design: Design, outcome: str) -> tuple[Sample, Calibration | None]:
    source, margins = write_design(folder, design)
    read = read_sample(source, columns(design, outcome))
    return read, calibrate(read, margins, design.calibration) if margins else None
