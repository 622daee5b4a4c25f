"""Weights that meet known totals: linear calibration and raking, for `jamlik share`.

What belongs here: reading totals, the factor of every group, and the projection on the
margins, whose linear algebra SQL has no words for. What does not: variances, which the
macros make from the projection.

A group is a combination of the categories of all margins; weights change by one factor for
each group (Deville, Saerndal and Sautory 1993, JASA 88:1013).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from warehouse.errors import InputError
from warehouse.statistics.area_input import Column, Table, read_table, refuse
from warehouse.statistics.survey_input import Sample, filled

# Totals of one population, written with rounding.
AGREEMENT = 1e-6
ROUNDS = 1000
# The projection has a row for every two groups: 4 million.
MOST_GROUPS = 2000
Category = tuple[str, ...]
# Per margin its columns, and the total of every category.
Totals = list[tuple[tuple[str, ...], dict[Category, float]]]


@dataclass(frozen=True)
class Calibration:
    """What calibration gives.

    Args:
        weights: One a row.
        groups: A number a row, from 1 on.
        projection: Rows of group, other group and value: the fitted value of the first is the
            sum over the others of value * sum of design weight * variable, with design
            weights scaled to mean 1.
    """

    weights: list[float]
    groups: list[int]
    projection: list[tuple[int, int, float]]


def calibrate(sample: Sample, margins: Path, method: str) -> Calibration:
    """Calibrate a sample's weights.

    Args:
        sample: The rows, with design weights.
        margins: CSV: columns of the sample's table, and `N` (or `total`). The filled cells of
            a row make a category; rows with the same columns filled make a margin.
        method: `linear` or `raking`.

    Raises:
        InputError: The totals break a rule, do not fit the sample or cannot be met.
    """
    table = read_table(margins, [Column("n", ("total",), is_above=True)], ())
    totals = _totals(table)
    keys = _memberships(sample, totals, margins)
    groups = {key: n for n, key in enumerate(sorted(set(keys)))}
    if len(groups) > MOST_GROUPS:
        raise InputError(
            f"{margins.name}: the margins divide the sample into {len(groups)} groups, and "
            f"{MOST_GROUPS} are the most.",
            "Join categories.",
        )
    numbers = [groups[key] for key in keys]
    goal = np.array([total for _, known in totals for total in known.values()])
    member = np.zeros((len(groups), len(goal)))
    for key, group in groups.items():
        member[group, list(key)] = 1.0
    design = _group_sums(sample.weights, numbers, len(groups))
    factor = (_linear if method == "linear" else _raked)(member, design, goal, margins)
    return Calibration(
        (np.array(sample.weights) * factor[numbers]).tolist(),
        [group + 1 for group in numbers],
        _projection(member, design * (len(numbers) / math.fsum(sample.weights))),
    )


def _memberships(sample: Sample, totals: Totals, margins: Path) -> list[tuple[int, ...]]:
    """Every row's category in each margin, numbered through all margins."""
    columns: list[list[int]] = []
    start = 0
    for names, known in totals:
        numbers = {category: start + n for n, category in enumerate(known)}
        columns.append([numbers[c] for c in _categories(sample.table, names, known, margins)])
        start += len(known)
    return list(zip(*columns, strict=True))


def _totals(table: Table) -> Totals:
    margins: dict[tuple[str, ...], dict[Category, float]] = {}
    faults = []
    for cells, numbers, line in zip(table.texts, table.numbers, table.lines, strict=True):
        written = {
            name: cell.strip()
            for name, cell in zip(table.header, cells, strict=True)
            if name in table.labels and cell.strip()
        }
        known = margins.setdefault(tuple(written), {})
        category = tuple(written.values())
        if not written:
            faults.append(f"row {line}: names no category")
        if category in known:
            faults.append(f"row {line}: {', '.join(category)} has a total already")
        known[category] = numbers["n"] or 0.0
    sums = {names: math.fsum(known.values()) for names, known in margins.items()}
    (first, whole), *others = sums.items()
    for names, total in others:
        if abs(total - whole) > AGREEMENT * whole:
            faults.append(
                f"the totals of {' x '.join(names)} add up to {total:.12g}, "
                f"those of {' x '.join(first)} to {whole:.12g}"
            )
    refuse(table.path, faults)
    return list(margins.items())


def _categories(
    table: Table, names: tuple[str, ...], known: dict[Category, float], margins: Path
) -> list[Category]:
    """Every row's category in one margin."""
    found = list(zip(*(filled(table, name) for name in names), strict=True))
    where = f'column "{" x ".join(names)}"'
    refuse(
        table.path,
        [
            f"row {line}, {where}: {', '.join(category)} has no total in {margins.name}"
            for category, line in zip(found, table.lines, strict=True)
            if category not in known
        ],
    )
    missing = [category for category in known if category not in set(found)]
    refuse(margins, [f"{where}: nobody in the sample is {', '.join(one)}" for one in missing])
    return found


def _group_sums(weights: Sequence[float], groups: Sequence[int], size: int) -> np.ndarray:
    parts: list[list[float]] = [[] for _ in range(size)]
    for weight, group in zip(weights, groups, strict=True):
        parts[group].append(weight)
    return np.array([math.fsum(part) for part in parts])


def _inverse(member: np.ndarray, design: np.ndarray) -> np.ndarray:
    """Of the cross products; margins share their sum, so it is a pseudo-inverse."""
    return np.linalg.pinv(member.T @ (member * design[:, None]), rcond=1e-10, hermitian=True)


def _projection(member: np.ndarray, design: np.ndarray) -> list[tuple[int, int, float]]:
    values = member @ _inverse(member, design) @ member.T
    return [(i + 1, j + 1, float(value)) for (i, j), value in np.ndenumerate(values)]


def _linear(member: np.ndarray, design: np.ndarray, goal: np.ndarray, margins: Path) -> np.ndarray:
    factor = 1 + member @ _inverse(member, design) @ (goal - member.T @ design)
    _check_met(member, design * factor, goal, margins)
    if factor.min() <= 0:
        raise InputError(
            f"{margins.name}: linear calibration makes weights of 0 or below.",
            "Use --calibration raking, or join small categories.",
        )
    return factor


def _raked(member: np.ndarray, design: np.ndarray, goal: np.ndarray, margins: Path) -> np.ndarray:
    factor = np.ones(len(design))
    for _ in range(ROUNDS):
        before = factor
        for column, total in zip(member.T, goal, strict=True):
            factor = factor * np.where(column > 0, total / (column @ (design * factor)), 1.0)
        if np.max(np.abs(factor / before - 1)) < 1e-13:
            break
    _check_met(member, design * factor, goal, margins)
    return factor


def _check_met(member: np.ndarray, weights: np.ndarray, goal: np.ndarray, margins: Path) -> None:
    if np.max(np.abs(member.T @ weights / goal - 1)) > 2 * AGREEMENT:
        raise InputError(
            f"{margins.name}: no weights of this sample meet all totals.",
            "Join categories that few in the sample belong to.",
        )
