"""Reads the tables that `jamlik share` takes, and says what is wrong with them.

What belongs here: from a CSV file to numbered strata, clusters and labels, and the rules
across rows. What does not: reading and rules of single cells (`area_input`), calibration
(`survey_calibration`), arithmetic (the macros).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from warehouse.errors import InputError
from warehouse.statistics.area_input import Column, Table, read_table, refuse

ANSWERS = {"1": 1.0, "yes": 1.0, "ja": 1.0, "0": 0.0, "no": 0.0, "nej": 0.0}
# Sums of weights are decimals with 10 places, 28 digits before the point.
LEAST_WEIGHT, LARGEST_WEIGHT = 1e-6, 1e12
# 2^6 margins; more would also be smaller than any survey.
MOST_BY = 6


@dataclass(frozen=True)
class Columns:
    """Which columns of the table are what.

    Args:
        outcome: The answer.
        weight: The weight; the design weight where weights are calibrated here.
        stratum: None: one stratum.
        cluster: None: persons were drawn.
        population: Units in the stratum; or that, and persons in the cluster; or nothing.
        by: Columns of labels to estimate for.
    """

    outcome: str
    weight: str
    stratum: str | None = None
    cluster: str | None = None
    population: tuple[str, ...] = ()
    by: tuple[str, ...] = ()


@dataclass
class Sample:
    """A checked table; lists have one entry a row.

    Args:
        table: As it was written.
        answers: 1, 0, or None for no answer.
        weights: Above 0.
        strata: Numbers from 1 on.
        clusters: Numbers from 1 on; 0 where there are none.
        populations: Units in the stratum, or None.
        populations_2: Persons in the cluster, or None.
        labels: Per `by` column its labels, sorted.
        label_ids: Per `by` column numbers from 1 on; None for an empty label.
    """

    table: Table
    answers: list[float | None]
    weights: list[float]
    strata: list[int]
    clusters: list[int]
    populations: list[float | None]
    populations_2: list[float | None]
    labels: list[list[str]]
    label_ids: list[list[int | None]]


def read_sample(path: Path, columns: Columns) -> Sample:
    """Read and check a table of persons.

    Args:
        path: CSV in UTF-8, with commas and a header.
        columns: Which columns are what.

    Raises:
        InputError: An option, the header, a cell or the design breaks a rule.
    """
    _check_columns(columns)
    numeric = [
        Column(columns.outcome.lower(), may_be_empty=True, parse=_answer),
        Column(columns.weight.lower(), is_above=True, parse=_weight),
        *(Column(name.lower(), is_above=True) for name in columns.population),
    ]
    table = read_table(path, numeric, ())
    populations = [_numbers(table, name) for name in columns.population]
    empty: list[float | None] = [None] * len(table.lines)
    zeros = [0] * len(table.lines)
    sample = Sample(
        table,
        _numbers(table, columns.outcome),
        [weight or 0.0 for weight in _numbers(table, columns.weight)],
        _ids(table, columns.stratum) if columns.stratum else [1] * len(table.lines),
        _ids(table, columns.cluster) if columns.cluster else zeros,
        populations[0] if populations else empty,
        populations[1] if len(populations) > 1 else empty,
        *_labels(table, columns.by),
    )
    _check_design(sample, columns)
    if all(answer is None for answer in sample.answers):
        refuse(path, [f'column "{columns.outcome}": nobody has answered'])
    return sample


def _check_columns(columns: Columns) -> None:
    numeric = [name.lower() for name in (columns.outcome, columns.weight, *columns.population)]
    if len(set(numeric)) < len(numeric):
        raise InputError(
            "--outcome, --weight and --population name one column twice.",
            "Name a column of its own for each.",
        )
    if len(set(columns.by)) < len(columns.by) or len(columns.by) > MOST_BY:
        raise InputError(
            f"--by {','.join(columns.by)}: at most {MOST_BY} columns, each once.", "Leave some out."
        )
    allowed = 2 if columns.cluster else 1
    if len(columns.population) > allowed:
        raise InputError(
            f"--population {','.join(columns.population)}: at most {allowed} columns"
            f"{'' if columns.cluster else ' without --cluster'}.",
            "Name units in the stratum, then persons in the cluster.",
        )


def _answer(text: str) -> float:
    try:
        return ANSWERS[text.lower()]
    except KeyError:
        raise ValueError("must be 1 or 0, yes or no, ja or nej, or empty for no answer") from None


def _weight(text: str) -> float:
    value = Column("weight").read(text) or 0.0
    if value != 0 and not LEAST_WEIGHT <= value <= LARGEST_WEIGHT:
        raise ValueError(f"must be from {LEAST_WEIGHT:g} to {LARGEST_WEIGHT:g}")
    return value


def _numbers(table: Table, name: str) -> list[float | None]:
    return [row[name.lower()] for row in table.numbers]


def texts(table: Table, name: str) -> list[str]:
    """A column as it was written, without spaces around.

    Raises:
        InputError: There is no such column.
    """
    if name not in table.header:
        raise InputError(
            f'{table.path.name} has no column "{name}".', f"It has {', '.join(table.header)}."
        )
    place = table.header.index(name)
    return [cells[place].strip() for cells in table.texts]


def filled(table: Table, name: str) -> list[str]:
    """The same for a column without gaps.

    Raises:
        InputError: There is no such column, or a cell is empty; the row is named.
    """
    values = texts(table, name)
    rows = zip(values, table.lines, strict=True)
    refuse(
        table.path,
        [f'row {line}, column "{name}": must not be empty' for value, line in rows if not value],
    )
    return values


def _ids(table: Table, name: str) -> list[int]:
    values = filled(table, name)
    numbers = {value: n for n, value in enumerate(sorted(set(values)), 1)}
    return [numbers[value] for value in values]


def _labels(table: Table, names: Sequence[str]) -> tuple[list[list[str]], list[list[int | None]]]:
    labels, ids = [], []
    for name in names:
        values = texts(table, name)
        labels.append(sorted(set(values) - {""}))
        numbers = {value: n for n, value in enumerate(labels[-1], 1)}
        ids.append([numbers.get(value) for value in values])
    return labels, ids


def _check_design(sample: Sample, columns: Columns) -> None:
    """Clusters lie in one stratum; populations are one number and not below the sample."""
    faults: list[str] = []
    lines = sample.table.lines
    rows = range(len(lines))
    if columns.cluster:
        words = "the cluster is in stratum {0} "
        faults += _differing(columns.cluster, sample.clusters, sample.strata, lines, words)
    stages: list[tuple[list[int], list[float | None], Sequence[int]]] = [
        (sample.strata, sample.populations, sample.clusters if columns.cluster else rows),
        (sample.clusters, sample.populations_2, rows),
    ]
    for name, (of, populations, units) in zip(columns.population, stages, strict=False):
        faults += _differing(name, of, populations, lines, "the same unit has {0} ")
        drawn: dict[int, set[int]] = {}
        for one, unit in zip(of, units, strict=True):
            drawn.setdefault(one, set()).add(unit)
        first = {one: row for row, one in reversed(list(enumerate(of)))}
        faults += [
            f'row {lines[row]}, column "{name}": {populations[row]:g} is less than the '
            f"{len(drawn[one])} that were drawn"
            for one, row in first.items()
            if (populations[row] or 0.0) < len(drawn[one]) * (1 - 1e-9)
        ]
    refuse(sample.table.path, faults)


def _differing(
    name: str, of: Sequence[int], values: Sequence[object], lines: Sequence[int], words: str
) -> list[str]:
    """Rows in which a value is not that of the first row of the same unit."""
    first: dict[int, int] = {}
    return [
        f'row {lines[row]}, column "{name}": {words.format(_short(values[first[one]]))}'
        f"in row {lines[first[one]]}, here {_short(values[row])}"
        for row, one in enumerate(of)
        if values[row] != values[first.setdefault(one, row)]
    ]


def _short(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else f"number {value}"
