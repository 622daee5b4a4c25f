"""What a cell must be hidden for, by itself.

What belongs here: thresholds and zeros. What does not: cells hidden to protect others.
"""

from dataclasses import dataclass

import numpy as np

from warehouse.errors import InputError
from warehouse.tables.counts import Flags, Ints


@dataclass(frozen=True)
class Rules:
    """The rules of one release.

    Args:
        threshold: Counts below it are hidden.
        zeros_protected: Whether a zero is hidden too. If not, zeros are always open, and
            readers know that every hidden cell is at least 1.
        owners: Inner counts so small that those counted know them: a hidden cell may not be
            computable by somebody who knows one hidden inner cell with such a count.

    Raises:
        InputError: The threshold hides nothing.
    """

    threshold: int = 5
    zeros_protected: bool = True
    owners: frozenset[int] = frozenset({1})

    def __post_init__(self) -> None:
        if self.threshold < 2:
            raise InputError(
                f"A threshold of {self.threshold} hides no person's answer.", "Give 2 or more."
            )

    def primary(self, n: Ints) -> Flags:
        """Which counts are hidden for their own sake."""
        return (n < self.threshold) & ((n > 0) | self.zeros_protected)

    def least(self, n: Ints) -> Ints:
        """The least count that a reader must think possible for a hidden cell."""
        return np.zeros_like(n) if self.zeros_protected else np.minimum(n, 1)
