"""The neutral description of a table of counts.

What belongs here: published cells as sums of inner cells, open or hidden. What does not:
files (`reading`), what is hidden and why (`warehouse.disclosure`).
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy import sparse

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

# A hidden cell's count, where a table is seen from outside.
UNKNOWN = -1
# People in a total and in none of its published categories, which no category is called.
NO_CATEGORY = "in no category"


@dataclass(frozen=True)
class CountTable:
    """Published cells, each a sum of inner cells that are non-negative whole numbers.

    Args:
        dimensions: Names of the dimensions.
        labels: One category per dimension, for each published cell.
        margins: Published by inner cells; 1 where the inner cell adds to the published one.
        n: The counts; `UNKNOWN` where hidden and seen from outside.
        is_hidden: Which published cells carry no number.
        is_primary: Which are said to be hidden for their own sake; None: not said.
        places: Where each published cell was read ("cells.csv row 3"), for messages.
    """

    dimensions: tuple[str, ...]
    labels: tuple[tuple[str, ...], ...]
    margins: sparse.csr_matrix
    n: Ints
    is_hidden: Flags
    is_primary: Flags | None = None
    places: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.labels)

    def place(self, cell: int) -> str:
        """A published cell in words: where it was read and its categories."""
        where = f"{self.places[cell]}, " if self.places else ""
        return where + ", ".join(
            f"{name} {label}"
            for name, label in zip(self.dimensions, self.labels[cell], strict=True)
        )

    def hiding(self, is_hidden: Flags) -> "CountTable":
        """The same table with another pattern; counts are kept."""
        return replace(self, is_hidden=is_hidden)

    def from_outside(self) -> "CountTable":
        """What a reader gets: no count where hidden, and no reasons."""
        n = np.where(self.is_hidden, UNKNOWN, self.n)
        return replace(self, n=n, is_primary=None)


def inner_of(margins: sparse.csr_matrix, cell: int) -> Ints:
    """The inner cells that add to a published cell, ascending."""
    found = margins.indices[margins.indptr[cell] : margins.indptr[cell + 1]]
    return np.sort(found).astype(np.int64)


def merge_inner(margins: sparse.csr_matrix) -> sparse.csr_matrix:
    """One column for all inner cells that add to the same published cells.

    Such cells are never seen apart, and their sum is a non-negative whole number as well.
    Inner cells that add to nothing are dropped.
    """
    columns = margins.tocsc()
    seen: dict[bytes, int] = {}
    for column in range(columns.shape[1]):
        rows = np.sort(columns.indices[columns.indptr[column] : columns.indptr[column + 1]])
        if len(rows):
            seen.setdefault(rows.tobytes(), column)
    return columns[:, list(seen.values())].tocsr()


def blocks_of(rows: sparse.csr_matrix) -> Ints:
    """The number of the connected block of each column; two in a row are connected."""
    together = (rows.T @ rows).tocsr()
    return sparse.csgraph.connected_components(together, directed=False)[1].astype(np.int64)
