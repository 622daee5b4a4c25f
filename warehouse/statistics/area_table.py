"""`jamlik area`: one area's indicators from a table, by the macros that the marts use.

What belongs here: checked rows into DuckDB, the query run, results written whole or not at
all. What does not: formulas (the macros), rules (`area_kinds`), reading (`area_input`).
"""

import csv
import os
from collections.abc import Sequence
from pathlib import Path
from statistics import NormalDist
from typing import Any

import duckdb
import pyarrow as pa

from warehouse.statistics.area_input import InputError, Table, read_table, refuse
from warehouse.statistics.area_kinds import KINDS, Kind
from warehouse.statistics.area_sql import Z95, Z998, Options

DEFAULT_LEVELS = (95.0, 99.8)
_FIXED_Z = {95.0: Z95, 99.8: Z998}


def write_area_table(
    source: Path,
    output: Path,
    kind: str,
    *,
    confidence: Sequence[float] = (),
    multiplier: float | None = None,
    by: Sequence[str] = (),
    **choices: Any,
) -> int:
    """Compute one kind of indicator for every row or group of a table.

    Args:
        source: The CSV file; its columns are those of the kind, others are labels.
        output: The CSV file to write; replaced whole.
        kind: A key of `area_kinds.KINDS`.
        confidence: Levels in percent (60 to 99.999); empty: 95 and 99.8. For a trend the one
            level of the intervals in the table, 95 if not given.
        multiplier: What values are multiplied by; None: the kind's own.
        by: Label columns within which rows are compared (funnel, quantile).
        choices: Further fields of `area_sql.Options`.

    Returns:
        The number of rows written.

    Raises:
        InputError: An option, the file or a cell cannot be used; nothing was written.
    """
    spec = KINDS[kind]
    options = Options(
        levels=_levels(kind, spec, confidence),
        multiplier=_multiplier(kind, spec, multiplier),
        **choices,
    )
    table = read_table(source, spec.columns, spec.rules)
    present = _choose(table, spec)
    groups = _groups(table, kind, spec, by)
    if spec.ages_column in present:
        _check_ages(table, spec, groups, () if "stdpop" in present else spec.ages)
    header, rows = _compute(table, spec, options, present, groups)
    _write(source, output, header, rows)
    return len(rows)


def _levels(kind: str, spec: Kind, confidence: Sequence[float]) -> dict[float, str]:
    if confidence and not spec.takes_levels:
        raise InputError(f"--confidence means nothing for {kind}.", "Leave it out.")
    if kind == "trend" and len(confidence) > 1:
        raise InputError("The intervals of a trend have one level.", "Give --confidence once.")
    for level in confidence:
        if not 60 <= level <= 99.999:
            raise InputError(
                f"--confidence {level:g} is not between 60 and 99.999.", "Give it in percent."
            )
    return {
        level: _FIXED_Z.get(level) or repr(NormalDist().inv_cdf(0.5 + level / 200))
        for level in (confidence or DEFAULT_LEVELS)
    }


def _multiplier(kind: str, spec: Kind, multiplier: float | None) -> float:
    if multiplier is None:
        return spec.multiplier or 1.0
    if spec.multiplier is None:
        raise InputError(f"--multiplier means nothing for {kind}.", "Leave it out.")
    if not 0 < multiplier < float("inf"):
        raise InputError(f"--multiplier {multiplier:g} is not positive.", "Try 1, 100 or 100000.")
    return multiplier


def _choose(table: Table, spec: Kind) -> set[str]:
    """The known columns in use; where there are two ways, exactly one must be whole."""
    known = {alias: c.name for c in spec.columns for alias in (c.name, *c.aliases)}
    present = {known[name.lower()] for name in table.header if name.lower() in known}
    whole = [set(names) for names in spec.choice if set(names) <= present]
    if spec.choice and (
        len(whole) != 1
        or any(set(names) & present for names in spec.choice if set(names) not in whole)
    ):
        ways = " or ".join(" with ".join(names) for names in spec.choice)
        refuse(table.path, [f"the header needs either {ways}, not both and not parts"])
    return present


def _groups(table: Table, kind: str, spec: Kind, by: Sequence[str]) -> list[int]:
    """A number for every row's group, in order of first appearance."""
    if by and spec.rows_are != "compared":
        raise InputError(f"--by means nothing for {kind}.", "Leave it out.")
    for name in by:
        if name not in table.labels:
            raise InputError(
                f'--by {name}: {table.path.name} has no label column "{name}".',
                f"Its label columns: {', '.join(table.labels) or 'none'}.",
            )
    labels = table.labels if spec.rows_are == "summed" else list(by)
    places = [table.header.index(name) for name in labels]
    numbers: dict[tuple[str, ...], int] = {}
    return [
        numbers.setdefault(tuple(cells[i] for i in places), len(numbers)) for cells in table.texts
    ]


def _check_ages(table: Table, spec: Kind, groups: list[int], ages: tuple[int, ...]) -> None:
    """Every group has every band once: a missing band would pass for one without events."""
    seen: dict[int, dict[float | None, int]] = {}
    faults = []
    for numbers, group, line in zip(table.numbers, groups, table.lines, strict=True):
        age = numbers[spec.ages_column]
        bands = seen.setdefault(group, {})
        where = f'row {line}, column "{spec.ages_column}"'
        if ages and age not in ages:
            first, second, third, *_, last = ages
            faults.append(f"{where}: first ages are {first}, {second}, {third}, ... {last}")
        elif age in bands:
            faults.append(f"{where}: the band from {age:g} is in row {bands[age]} already")
        bands.setdefault(age, line)
    for bands in seen.values():
        missing = [str(age) for age in ages if age not in bands]
        if missing:
            begin = min(bands.values())
            faults.append(f"the group that begins in row {begin} lacks ages {', '.join(missing)}")
    refuse(table.path, faults)


def _compute(
    table: Table, spec: Kind, options: Options, present: set[str], groups: list[int]
) -> tuple[list[str], list[list[Any]]]:
    columns = {name: [row[name] for row in table.numbers] for name in sorted(present)}
    arrays = {name: pa.array(values, pa.float64()) for name, values in columns.items()}
    arrays["row_no"] = pa.array(range(len(groups)), pa.int64())
    arrays["group_no"] = pa.array(groups, pa.int64())
    # One thread: results do not depend on the number of processors.
    with duckdb.connect(config={"threads": 1, "autoinstall_known_extensions": False}) as con:
        con.register("input", pa.table(arrays))
        found = con.execute(spec.query(present, options))
        names = [entry[0] for entry in found.description or []][1:]
        results = found.fetchall()
    summed = spec.rows_are == "summed"
    kept = table.labels if summed else table.header
    clash = [name for name in kept if name in names and (summed or name in table.labels)]
    refuse(table.path, [f'the label column "{name}" has the name of a result' for name in clash])
    kept = [name for name in kept if name not in names]
    places = [table.header.index(name) for name in kept]
    first = {group: row for row, group in reversed(list(enumerate(groups)))}
    rows = [
        [table.texts[first[key] if summed else key][i] for i in places] + list(values)
        for key, *values in results
    ]
    return kept + names, rows


def _write(source: Path, output: Path, header: list[str], rows: list[list[Any]]) -> None:
    if output.exists() and output.samefile(source):
        raise InputError(f"{output}: this is the input.", "Name another file for --output.")
    beside = output.with_name(f".{output.name}.{os.getpid()}.tmp")
    try:
        with beside.open("x", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(header)
            writer.writerows(rows)
        os.replace(beside, output)
    except OSError as error:
        raise InputError(
            f"{output}: {error.strerror or error}.", "Name a file in a folder that can be written."
        ) from error
    finally:
        beside.unlink(missing_ok=True)
