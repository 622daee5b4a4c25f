"""Tables of two releases on the same axes.

What belongs here: which table of an earlier release is which of a later one; a cell that only
one of them has is hidden in the other. What does not: what the two give away (`releases`).
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from warehouse.attack.public_rules import AREA
from warehouse.attack.rows import Axis, Grid
from warehouse.errors import InputError
from warehouse.tables.counts import UNKNOWN


def aligned(earlier: Sequence[Grid], later: Sequence[Grid]) -> tuple[list[Grid], list[Grid]]:
    """Tables that both releases have, with equal axes.

    Raises:
        InputError: The releases are of different regions.
    """
    before = {_identity(grid): grid for grid in earlier}
    pairs = [(before[_identity(grid)], grid) for grid in later if _identity(grid) in before]
    together = [
        tuple(_union(one, other) for one, other in zip(old.axes, new.axes, strict=True))
        for old, new in pairs
    ]
    return (
        [_on(old, axes) for (old, _), axes in zip(pairs, together, strict=True)],
        [_on(new, axes) for (_, new), axes in zip(pairs, together, strict=True)],
    )


def _identity(grid: Grid) -> tuple[object, ...]:
    rule = grid.rule
    where = tuple(sorted(rule.where.items()))
    return (rule.mart, where, rule.each, rule.areas, rule.by, rule.n, rule.parts, grid.key)


def _union(one: Axis, other: Axis) -> Axis:
    totals = {axis.total for axis in (one, other)} - {None}
    labels = tuple(sorted({*one.labels, *other.labels} - totals))
    is_county = one.name == AREA and not one.labels[1:] and not other.labels[1:]
    if len(totals) > 1 or (is_county and one.labels != other.labels):
        raise InputError(
            "The releases are of different regions.", "Give earlier releases of the same region."
        )
    total = next(iter(totals), None)
    return Axis(one.name, labels, total, one.has_other or other.has_other)


def _on(grid: Grid, axes: tuple[Axis, ...]) -> Grid:
    if axes == grid.axes:
        return grid
    shape = [len(axis.published) for axis in axes]
    counts = np.full([*shape, grid.counts.shape[-1]], UNKNOWN, dtype=np.int64)
    at = [
        [wide.published.index(label) for label in narrow.published]
        for wide, narrow in zip(axes, grid.axes, strict=True)
    ]
    counts[np.ix_(*at, range(grid.counts.shape[-1]))] = grid.counts
    shares = None
    if grid.shares is not None:
        shares = np.full(shape, "", dtype=object)
        shares[np.ix_(*at)] = grid.shares
    return replace(grid, axes=axes, counts=counts, shares=shares)
