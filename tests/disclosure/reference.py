"""The published cases with known answers, and tables of our own, as the code takes them."""

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy import sparse

from tests.support import shared_dir
from warehouse.disclosure.rules import Rules
from warehouse.tables.counts import CountTable, Flags, Ints

# Threshold and zero rule of each case's call (maxN is the largest count hidden).
SSB = {
    "ssb_d1_maxN3": Rules(4),
    "ssb_d1_maxN4_z0": Rules(5, zeros_protected=False),
    "ssb_d1_maxN5": Rules(6),
    "ssb_d2_maxN3": Rules(4),
    "ssb_d2_maxN4_z0": Rules(5, zeros_protected=False),
    "ssb_d2s_maxN5": Rules(6),
    "ssb_d2s_maxN1_linked": Rules(2),
    "ssb_munacc_maxN3": Rules(4),
    "ssb_munacc_maxN3_z0": Rules(4, zeros_protected=False),
    "ssb_d3_maxN4": Rules(5),
    "ssb_d3_maxN4_z0": Rules(5, zeros_protected=False),
    "ssb_d4_maxN3": Rules(4),
}
NOT_DIMENSIONS = {
    *("n", "freq", "Freq", "val", "lo", "up", "primary", "suppressed", "sdcStatus", "upmin_n"),
    *("rlim_n", "lo_1", "up_1", "suppressed_integer", "strID", "region_o", "gender_o"),
}


@dataclass(frozen=True)
class Case:
    """A case: its table with the published pattern, and the true inner cells."""

    table: CountTable
    inner: Ints


def folder() -> Path:
    return shared_dir() / "reference" / "disclosure"


def rows_of(name: str) -> list[dict[str, str]]:
    with (folder() / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def case(name: str, published: str = "", total: str = "Total") -> Case:
    """Read a case; inner cells that are never seen apart are added up."""
    rows = rows_of(published or f"{name}_published")
    given = {"sdct_test": "sdct_test_input"}.get(name, f"{name}_inner")
    inner = [row for row in rows_of(given) if "sdcStatus" not in row or _is_finest(row)]
    dimensions = tuple(key for key in rows[0] if key not in NOT_DIMENSIONS)
    labels = tuple(tuple(row[key] for key in dimensions) for row in rows)
    if (folder() / f"{name}_x.csv").exists():
        pairs = [(int(row["pub"]) - 1, int(row["inner"]) - 1) for row in rows_of(f"{name}_x")]
    else:
        pairs = [
            (pub, number)
            for pub, label in enumerate(labels)
            for number, row in enumerate(inner)
            if _adds(name, dict(zip(dimensions, label, strict=True)), row, total)
        ]
    at = np.array(pairs)
    margins = sparse.csr_matrix(
        (np.ones(len(at), dtype=np.int64), (at[:, 0], at[:, 1])), (len(rows), len(inner))
    )
    counts = np.array([int(row.get("freq") or row.get("n") or 0) for row in inner])
    merged, added = merged_inner(margins, counts)
    hidden = np.array([_is_hidden(row) for row in rows])
    primary = np.array([row.get("primary", row.get("sdcStatus")) in ("TRUE", "u") for row in rows])
    n = merged @ added
    return Case(CountTable(dimensions, labels, merged, n, hidden, primary), added)


def _is_finest(row: dict[str, str]) -> bool:
    return "00" not in (row["region"], row["gender"])


def _is_hidden(row: dict[str, str]) -> bool:
    return row.get("suppressed") == "TRUE" or row.get("sdcStatus") in ("u", "x")


def _adds(name: str, label: dict[str, str], row: dict[str, str], total: str) -> bool:
    if name == "linked_issue136":
        return label["region"] in ("Total", row["region"], row["county"], row["group"])
    if name == "sdct_test":
        row = {"region": row["region_o"], "gender": row["gender_o"]}
    return all(part in (total, row[key]) for key, part in label.items())


def merged_inner(margins: sparse.csr_matrix, counts: Ints) -> tuple[sparse.csr_matrix, Ints]:
    columns = margins.tocsc()
    groups: dict[bytes, list[int]] = {}
    for column in range(columns.shape[1]):
        rows = np.sort(columns.indices[columns.indptr[column] : columns.indptr[column + 1]])
        groups.setdefault(rows.tobytes(), []).append(column)
    groups.pop(b"", None)
    first = [members[0] for members in groups.values()]
    return columns[:, first].tocsr(), np.array([counts[m].sum() for m in groups.values()])


def write_table(
    folder: Path, table: CountTable, hidden: Flags, name: str = "cells"
) -> tuple[Path, Path]:
    """The two files that a publisher of this pattern would give out."""
    cells, sums = folder / f"{name}.csv", folder / f"{name}_sums.csv"
    with cells.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*table.dimensions, "n", "suppressed"])
        for label, n, is_hidden in zip(table.labels, table.n, hidden, strict=True):
            writer.writerow([*label, "" if is_hidden else n, str(bool(is_hidden)).lower()])
    with sums.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["pub", "inner"])
        pubs, inner = table.margins.nonzero()
        writer.writerows(zip(pubs + 1, inner + 1, strict=True))
    return cells, sums
