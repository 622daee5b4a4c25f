"""Two releases of the same table: what the changes give away.

What belongs here: unknowns per release, and the assumption of a reader that between two
releases people were only added, or only removed. What does not: one release.
"""

import numpy as np
from scipy import sparse

from warehouse.attack.knowledge import Knowledge
from warehouse.attack.witnesses import Finding, Verdict
from warehouse.errors import InputError
from warehouse.tables.counts import CountTable


def joined(fewer: CountTable, more: CountTable) -> Knowledge:
    """Both releases, where the second is the first and people added.

    The unknowns are the inner cells of the first and, after them, the people added to each. Shares
    are stated over them by the caller.

    Returns:
        Knowledge whose targets are the hidden cells of the first, those of the second, and the
        change of every cell.

    Raises:
        InputError: The releases have different cells.
    """
    if fewer.labels != more.labels or (fewer.margins != more.margins).nnz:
        raise InputError(
            "The two releases have different cells.",
            "Give releases of the same table; a cell that only one has can be marked suppressed.",
        )
    nothing = sparse.csr_matrix(fewer.margins.shape, dtype=np.int64)
    before = sparse.hstack([fewer.margins, nothing]).tocsr()
    after = sparse.hstack([more.margins, more.margins]).tocsr()
    change = sparse.hstack([nothing, more.margins]).tocsr()
    first, second = fewer.is_hidden, more.is_hidden
    return Knowledge(
        sparse.vstack([before[~first], after[~second]]).tocsr(),
        np.concatenate([fewer.n[~first], more.n[~second]]),
        sparse.csr_matrix((0, before.shape[1]), dtype=np.int64),
        np.zeros(0, dtype=np.int64),
        sparse.vstack([before[first], after[second], change]).tocsr(),
    )


def judged(findings: list[Finding], changes: int, threshold: int) -> list[Finding]:
    """A change is no secret when it is known to be nothing, or as large as the threshold.

    Args:
        findings: As `attack` gives them, the last `changes` of them changes of cells.
        changes: Their number.
        threshold: Changes of as many people tell nothing of one.
    """
    start = len(findings) - changes
    return findings[:start] + [_judge(finding, threshold) for finding in findings[start:]]


def _judge(finding: Finding, threshold: int) -> Finding:
    if finding.verdict is not Verdict.DISCLOSED or finding.low is None or finding.high is None:
        return finding
    is_nothing = finding.low == finding.high == 0
    if is_nothing or finding.low >= threshold:
        return Finding(Verdict.SAFE, finding.low, finding.high)
    return finding
