"""What is known, for exact elimination and for the solver.

What belongs here: rows that say something new, targets that are combinations of rows, systems
of constraints. What does not: what is known (`knowledge`), verdicts (`witnesses`).
"""

import numpy as np
from scipy import sparse

from warehouse.attack.knowledge import Knowledge
from warehouse.tables.modular import PRIME, Span, Vector
from warehouse.tables.solver import System


def computable(knowledge: Knowledge) -> list[bool]:
    """Which targets are combinations of open cells, whatever the unknowns' signs."""
    return leaned(knowledge)[1]


def leaned(knowledge: Knowledge) -> tuple[Knowledge, list[bool]]:
    """Without rows of open cells that follow from others; and which targets are computable."""
    span = Span()
    keep = [row for row in _rows(knowledge.equal) if span.extend(_vector(knowledge.equal, row))]
    told = [not span.reduce(_vector(knowledge.targets, row)) for row in _rows(knowledge.targets)]
    lean = Knowledge(
        knowledge.equal[keep],
        knowledge.equal_to[keep],
        knowledge.above,
        knowledge.least,
        knowledge.targets,
    )
    return lean, told


def system(lean: Knowledge, *, whole: bool) -> System:
    """What is known as a system for the solver.

    Args:
        lean: As `leaned` gives it; more inequalities may have been added.
        whole: Whether unknowns must be whole.
    """
    equal_to = lean.equal_to.astype(float)
    scale = np.maximum(abs(lean.above).max(axis=1).toarray().ravel(), 1).astype(float)
    above = sparse.diags(1 / scale) @ lean.above
    size = lean.equal.shape[1]
    return System(
        sparse.vstack([lean.equal.astype(float), above]).tocsr(),
        np.concatenate([equal_to, lean.least / scale]),
        np.concatenate([equal_to, np.full(len(scale), np.inf)]),
        np.zeros(size),
        np.full(size, far(lean)),
        whole=whole,
    )


def far(known: Knowledge) -> float:
    """Beyond all that is known: cuts off no table that matters, keeps programmes finite."""
    return 1000.0 + 2 * float(known.equal_to.sum()) + 2 * float(np.abs(known.least).sum())


def _rows(matrix: sparse.csr_matrix) -> range:
    return range(matrix.shape[0])


def _vector(matrix: sparse.csr_matrix, row: int) -> Vector:
    part = slice(matrix.indptr[row], matrix.indptr[row + 1])
    pairs = zip(matrix.indices[part].tolist(), matrix.data[part].tolist(), strict=True)
    return {column: value % PRIME for column, value in pairs if value}
