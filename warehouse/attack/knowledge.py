"""What an attacker knows, as linear constraints on whole numbers.

What belongs here: constraints, and what follows by subtracting alone (peeling), so that the
rest is small. What does not: optimisation (`witnesses`).
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from warehouse.errors import InputError
from warehouse.tables.counts import CountTable, Ints, blocks_of


@dataclass(frozen=True)
class Knowledge:
    """Unknown inner cells `x >= 0`, whole, with `equal x = equal_to` and `above x >= least`.

    Args:
        equal: One row per open cell.
        equal_to: The open counts.
        above: Rows with whole coefficients of any sign.
        least: Their lower limits.
        targets: One row per quantity that must stay uncertain, coefficients of any sign.
    """

    equal: sparse.csr_matrix
    equal_to: Ints
    above: sparse.csr_matrix
    least: Ints
    targets: sparse.csr_matrix

    def with_above(self, rows: sparse.csr_matrix, least: Ints) -> "Knowledge":
        """The same with more inequalities."""
        return Knowledge(
            self.equal,
            self.equal_to,
            sparse.vstack([self.above, rows]).tocsr(),
            np.concatenate([self.least, least]),
            self.targets,
        )

    def aimed(self, targets: sparse.csr_matrix) -> "Knowledge":
        """The same with other targets."""
        return replace(self, targets=targets)

    def holds(self, tables: Ints) -> np.ndarray:
        """Which whole-numbered tables (one per row) satisfy everything, exactly."""
        return (
            (tables >= 0).all(axis=1)
            & ((self.equal @ tables.T) == self.equal_to[:, None]).all(axis=0)
            & ((self.above @ tables.T) >= self.least[:, None]).all(axis=0)
        )


def open_cells(table: CountTable) -> Knowledge:
    """The open counts of a table; the targets are its hidden cells, in order."""
    size = table.margins.shape[1]
    return Knowledge(
        table.margins[~table.is_hidden],
        table.n[~table.is_hidden],
        sparse.csr_matrix((0, size), dtype=np.int64),
        np.zeros(0, dtype=np.int64),
        table.margins[table.is_hidden],
    )


def peel(knowledge: Knowledge) -> tuple[Knowledge, Ints]:
    """Take out unknowns that follow one by one: rows with one unknown, and sums of zero.

    Returns:
        What is left over the remaining unknowns, and for each target the part that is known.

    Raises:
        InputError: The open cells contradict each other.
    """
    equal, left = knowledge.equal.tocsr(), knowledge.equal_to.copy()
    columns = equal.tocsc()
    value = np.full(equal.shape[1], -1, dtype=np.int64)
    unknown = np.diff(equal.indptr).copy()
    waiting = list(range(equal.shape[0]))
    while waiting:
        row = waiting.pop()
        if left[row] < 0 or (unknown[row] == 0 and left[row]):
            raise contradiction()
        if unknown[row] == 0 or (unknown[row] > 1 and left[row] > 0):
            continue
        members = equal.indices[equal.indptr[row] : equal.indptr[row + 1]]
        found = int(left[row])
        for column in members[value[members] < 0]:
            value[column] = found
            touched = columns.indices[columns.indptr[column] : columns.indptr[column + 1]]
            left[touched] -= found
            unknown[touched] -= 1
            waiting.extend(touched.tolist())
    free = np.flatnonzero(value < 0)
    known = np.where(value < 0, 0, value)
    keep = np.flatnonzero(unknown)
    rest = Knowledge(
        equal[keep][:, free],
        left[keep],
        knowledge.above[:, free].tocsr(),
        knowledge.least - knowledge.above @ known,
        knowledge.targets[:, free].tocsr(),
    )
    return rest, knowledge.targets @ known


def blocks(knowledge: Knowledge) -> list[tuple[Ints, Knowledge]]:
    """Independent parts, each with the numbers of its targets."""
    rows = [knowledge.equal, knowledge.above, knowledge.targets]
    together = sparse.vstack(rows).tocsr()
    together.data = np.abs(together.data)
    of_column = blocks_of(together)
    parts = []
    for block in np.unique(of_column):
        columns = np.flatnonzero(of_column == block)
        equal, above, targets = (np.flatnonzero(_touching(matrix, columns)) for matrix in rows)
        if len(targets):
            parts.append(
                (
                    targets,
                    Knowledge(
                        knowledge.equal[equal][:, columns],
                        knowledge.equal_to[equal],
                        knowledge.above[above][:, columns],
                        knowledge.least[above],
                        knowledge.targets[targets][:, columns],
                    ),
                )
            )
    return parts


def _touching(matrix: sparse.csr_matrix, columns: Ints) -> np.ndarray:
    return np.diff(matrix[:, columns].indptr) > 0


def contradiction() -> InputError:
    """The error for cells that no table satisfies."""
    return InputError(
        "No table of non-negative whole numbers has the open cells' counts.",
        "Check that the files show the same people, and that the rules given hold for them.",
    )
