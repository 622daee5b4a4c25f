"""What earlier releases decided, and whether a release can keep to it.

What belongs here: comparing frozen cells with the counts at hand. What does not: keeping
the decisions.
"""

from collections.abc import Mapping

import numpy as np

from warehouse.errors import InputError
from warehouse.tables.counts import CountTable, Ints


def check_values(table: CountTable, inner: Ints, frozen: Mapping[int, int | None]) -> None:
    """Check the counts against the inner cells, and frozen open cells against the counts.

    Raises:
        InputError: They differ; the message names the cell, never a count.
    """
    wrong = np.flatnonzero(table.margins @ inner != table.n)
    if len(wrong) or (inner < 0).any():
        where = f": {table.place(int(wrong[0]))}" if len(wrong) else ", an inner cell is negative"
        raise InputError(
            f"The counts are not sums of the inner cells{where}.",
            "Build the table and its margins from the same rows.",
        )
    for cell, value in frozen.items():
        if value is not None and value != table.n[cell]:
            raise InputError(
                f"An open cell differs from what an earlier release gave: {table.place(cell)}.",
                "Publish the earlier value, or release this block as a revision.",
            )
