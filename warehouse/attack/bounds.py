"""The least and largest possible value of each hidden cell.

What belongs here: exact limits, for a given pattern unique. What does not: verdicts, which
need less and are faster (`witnesses`).
"""

import numpy as np

from warehouse.attack.knowledge import Knowledge, blocks, contradiction, peel
from warehouse.attack.systems import far, leaned, system
from warehouse.attack.witnesses import TOLERANCE
from warehouse.tables.counts import Floats


def bounds(knowledge: Knowledge, *, whole: bool) -> tuple[Floats, Floats]:
    """Limits of every target.

    Args:
        knowledge: What the attacker knows.
        whole: Whether counts must be whole, or may be any number.

    Returns:
        Least and largest values; infinite where nothing limits them.

    Raises:
        InputError: No table agrees with what is known.
    """
    rest, known = peel(knowledge)
    low, high = known.astype(float), known.astype(float)
    for numbers, part in blocks(rest):
        lean, _ = leaned(part)
        linear = system(lean, whole=False)
        exact = system(lean, whole=True) if whole else None
        for number, row in zip(numbers, range(len(numbers)), strict=True):
            objective = part.targets[row].toarray()[0].astype(float)
            for sign, limits in ((1, high), (-1, low)):
                found = linear.maximise(sign * objective)
                if found is None:
                    raise contradiction()
                is_whole = np.abs(found.point - np.rint(found.point)).max() < TOLERANCE
                if exact is not None and not is_whole:
                    found = exact.maximise(sign * objective)
                    if found is None:
                        raise contradiction()
                bound = found.bound if found.bound < far(lean) / 2 else np.inf
                limits[number] += sign * (round(bound) if whole and bound < np.inf else bound)
    return low, high
