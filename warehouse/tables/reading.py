"""Reading tables of counts as they are published.

What belongs here: the two files (`--table`, `--sums`), margins from them, several tables of
the same people as one. What does not: attacking or protecting them.
"""

import csv
import itertools
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from scipy import sparse

from warehouse.errors import InputError
from warehouse.tables.counts import UNKNOWN, CountTable, merge_inner
from warehouse.tables.relations import find_relations

TOTAL = "Total"
NOT_DIMENSIONS = ("n", "suppressed", "primary")
MOST_INNER = 2_000_000
_TRUTH = {"true": True, "false": False, "1": True, "0": False}

Row = dict[str, str]


def read_tables(tables: Sequence[Path], sums: Sequence[Path] = ()) -> CountTable:
    """Read published tables of the same people as one.

    Args:
        tables: Dimension columns with `Total`, `n`, `suppressed`; optionally `primary`.
        sums: None, or one per table: columns `pub` (row number of the table, 1 is the
            first) and `inner` (number of an inner cell, the same in all tables).

    Returns:
        The union. Inner cells that are never seen apart are one.

    Raises:
        InputError: A file cannot be used, a hidden cell still has its `n`, or an open total
            is not the sum of its open parts; the message says which row.
    """
    if sums and len(sums) != len(tables):
        raise InputError(
            f"{len(tables)} tables but {len(sums)} files of sums.", "Give one --sums per --table."
        )
    read = [_read_rows(path) for path in tables]
    dimensions = tuple(dict.fromkeys(name for names, _ in read for name in names))
    rows = [row for _, found in read for row in found]
    labels = tuple(tuple(row.get(name, TOTAL) for name in dimensions) for row in rows)
    if sums:
        margins = _given_margins(sums, [len(found) for _, found in read])
    else:
        margins = _margins(dimensions, [names for names, _ in read], labels, rows)
    table = CountTable(
        dimensions,
        labels,
        merge_inner(margins),
        np.array([_count(row) for row in rows], dtype=np.int64),
        np.array([_flag(row, "suppressed") for row in rows]),
        _primary(rows),
        tuple(row["place"] for row in rows),
    )
    check_sums(table)
    return table


def check_sums(table: CountTable) -> None:
    """Refuse a table in which an open total is not the sum of its open parts.

    Raises:
        InputError: With the place of the first such total.
    """
    sizes = np.diff(table.margins.indptr)
    # The smallest total first: a larger one may be wrong only because it is.
    for total, parts in sorted(find_relations(table), key=lambda relation: sizes[relation[0]]):
        cells = [total, *parts]
        if not table.is_hidden[cells].any() and table.n[total] != table.n[parts].sum():
            raise InputError(
                f"The total is not the sum of its {len(parts)} parts: {table.place(total)}; "
                f"its first part: {table.place(parts[0])}.",
                "Correct the table; nothing can be said of one that contradicts itself.",
            )


def _read_rows(path: Path) -> tuple[list[str], list[Row]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            names, rows = list(reader.fieldnames or ()), list(reader)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path} cannot be read: {error}.", "Give a CSV file in UTF-8.") from error
    missing = {"n", "suppressed"} - set(names)
    if missing:
        raise InputError(
            f"{path} has no column {sorted(missing)[0]}.",
            "Give dimension columns, n and suppressed.",
        )
    if not rows:
        raise InputError(f"{path} has no rows.", "Give a table with cells.")
    for number, row in enumerate(rows, start=1):
        if None in row or None in row.values():
            raise InputError(
                f"{path} row {number} has not {len(names)} fields.", "Correct the row."
            )
        row["place"] = f"{path.name} row {number}"
    return [name for name in names if name not in NOT_DIMENSIONS], rows


def _flag(row: Row, column: str) -> bool:
    text = row[column].strip().lower()
    if text not in _TRUTH:
        raise InputError(
            f"{row['place']}: {column} is neither true nor false.", "Write true or false."
        )
    return _TRUTH[text]


def _count(row: Row) -> int:
    text = row["n"].strip()
    if _flag(row, "suppressed"):
        if text:
            raise InputError(
                f"{row['place']}: a hidden cell still has its n.", "Empty n where suppressed."
            )
        return UNKNOWN
    if not text.isdecimal():
        raise InputError(
            f"{row['place']}: n of an open cell is not a whole number, 0 or more.",
            "Correct it, or mark the cell as suppressed.",
        )
    return int(text)


def _primary(rows: Sequence[Row]) -> np.ndarray | None:
    if not all("primary" in row for row in rows):
        return None
    return np.array([_flag(row, "primary") for row in rows])


def _given_margins(sums: Sequence[Path], sizes: Sequence[int]) -> sparse.csr_matrix:
    pairs: set[tuple[int, int]] = set()
    before = 0
    for path, size in zip(sums, sizes, strict=True):
        try:
            with path.open(encoding="utf-8-sig", newline="") as file:
                found = [(int(row["pub"]), int(row["inner"])) for row in csv.DictReader(file)]
        except (OSError, UnicodeDecodeError, KeyError, TypeError, ValueError) as error:
            raise InputError(
                f"{path} cannot be read: {error}.", "Give columns pub and inner, whole numbers."
            ) from error
        for number, (pub, inner) in enumerate(found, start=1):
            if not 1 <= pub <= size or not 1 <= inner <= MOST_INNER:
                raise InputError(
                    f"{path} row {number}: pub {pub}, inner {inner} is out of range.",
                    f"pub is a row of the table, 1 to {size}; inner counts from 1.",
                )
            pairs.add((before + pub - 1, inner - 1))
        before += size
    return _matrix(sorted(pairs), before)


def _matrix(pairs: Sequence[tuple[int, int]], rows: int) -> sparse.csr_matrix:
    if not pairs:
        raise InputError("No cell of the tables adds anything up.", "Check the files of sums.")
    at = np.array(pairs)
    shape = (rows, int(at[:, 1].max()) + 1)
    return sparse.csr_matrix((np.ones(len(at), dtype=np.int64), (at[:, 0], at[:, 1])), shape)


def _margins(
    dimensions: Sequence[str],
    of_table: Sequence[Sequence[str]],
    labels: Sequence[tuple[str, ...]],
    rows: Sequence[Row],
) -> sparse.csr_matrix:
    inner = _inner(dimensions, of_table, rows)
    kinds: dict[tuple[int, ...], dict[tuple[str, ...], list[int]]] = {}
    pairs = []
    for number, label in enumerate(labels):
        kind = tuple(at for at, part in enumerate(label) if part != TOTAL)
        if kind not in kinds:
            kinds[kind] = {}
            for column, cell in enumerate(inner):
                kinds[kind].setdefault(tuple(cell[at] for at in kind), []).append(column)
        parts = kinds[kind].get(tuple(label[at] for at in kind), [])
        if not parts:
            raise InputError(
                f"{rows[number]['place']}: no row without {TOTAL} adds to this cell.",
                "Add the finest rows, or give a file of sums.",
            )
        pairs += [(number, column) for column in parts]
    return _matrix(pairs, len(labels))


def _inner(
    dimensions: Sequence[str], of_table: Sequence[Sequence[str]], rows: Sequence[Row]
) -> list[tuple[str, ...]]:
    """The finest combinations that every table admits; one that a table lacks is impossible."""
    finest: dict[tuple[str, ...], set[tuple[str, ...]]] = {}
    for names in map(tuple, of_table):
        found = {tuple(row[name] for name in names) for row in rows if set(names) <= row.keys()}
        finest.setdefault(names, set()).update(cell for cell in found if TOTAL not in cell)
    inner: list[dict[str, str]] = [{}]
    for names, cells in finest.items():
        shared = [name for name in names if inner[0] and name in inner[0]]
        by_shared: dict[tuple[str, ...], list[dict[str, str]]] = {}
        for cell in sorted(cells):
            part = dict(zip(names, cell, strict=True))
            by_shared.setdefault(tuple(part[name] for name in shared), []).append(part)
        joined = (
            [one | other for other in by_shared.get(tuple(one[name] for name in shared), [])]
            for one in inner
        )
        inner = list(itertools.islice(itertools.chain.from_iterable(joined), MOST_INNER + 1))
        if not inner or len(inner) > MOST_INNER:
            raise InputError(
                "The tables' finest rows do not fit together, or into too many combinations.",
                "Give files of sums, or tables with fewer dimensions.",
            )
    return [tuple(cell[name] for name in dimensions) for cell in inner]
