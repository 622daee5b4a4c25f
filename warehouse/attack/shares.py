"""Published shares as constraints on counts.

What belongs here: reading shares, and the inequalities that a rounded percentage states,
whether its denominator is open or hidden. What does not: solving them.
"""

import csv
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from pathlib import Path

import numpy as np
from scipy import sparse

from warehouse.attack.knowledge import Knowledge
from warehouse.errors import InputError
from warehouse.tables.counts import CountTable

MOST_DECIMALS = 6


def with_shares(knowledge: Knowledge, table: CountTable, path: Path) -> Knowledge:
    """Add what the rounded shares in a file say.

    Args:
        knowledge: What is known of the table's counts.
        table: The table.
        path: Columns `pub` and `base` (row numbers of the table, 1 is the first) and `share`
            (percent as published, "12.5" or "12"; empty where the share is hidden).

    Raises:
        InputError: The file cannot be used; the message says which row.
    """
    stated: list[tuple[int, int, Decimal]] = []
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            shares = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read: {error}.", "Give a CSV file in UTF-8.") from error
    for number, share in enumerate(shares, start=1):
        try:
            cells = [int(share["pub"]) - 1, int(share["base"]) - 1]
            percent = Decimal(share["share"]) if share["share"].strip() else None
        except (KeyError, TypeError, AttributeError, ValueError, InvalidOperation) as error:
            raise InputError(
                f"{path} row {number} is not pub, base, share.",
                "Give two row numbers and a percentage.",
            ) from error
        if not all(0 <= cell < len(table) for cell in cells):
            raise InputError(f"{path} row {number}: no such row in the table.", "Correct it.")
        if percent is not None:
            stated.append((cells[0], cells[1], percent))
    return stating(knowledge, table.margins, stated)


def stating(
    knowledge: Knowledge,
    margins: sparse.csr_matrix,
    shares: Iterable[tuple[int, int, Decimal]],
) -> Knowledge:
    """Add what rounded shares say.

    A share of s percent with d decimals says (s - r) base <= 100 count <= (s + r) base with
    r half a unit of the last decimal: linear in the unknowns, even where the base is hidden.

    Args:
        knowledge: What is known of the counts.
        margins: All cells by inner cells.
        shares: Cell, base, percentage; of more than `MOST_DECIMALS` decimals the rest is
            taken as not known, so that all numbers stay whole and small.
    """
    rows = []
    for cell, of, percent in shares:
        decimals = min(max(0, -int(percent.as_tuple().exponent)), MOST_DECIMALS)
        unit = 10**decimals
        middle = round(percent * unit)
        count, base = margins[cell], margins[of]
        # In units of half the last decimal, so that all coefficients are whole.
        rows.append(200 * unit * count - (2 * middle - 1) * base)
        rows.append((2 * middle + 1) * base - 200 * unit * count)
    if not rows:
        return knowledge
    return knowledge.with_above(sparse.vstack(rows).tocsr(), np.zeros(len(rows), dtype=np.int64))
