"""Numbers as people of a language write them.

What belongs here: decimals, thousands, signs, years, and the signs for figures that are not
there. What does not: sentences (`texts/`).
"""

import math
from dataclasses import dataclass

from pages.model import MISSING, NOT_APPLICABLE, WITHHELD, Cell, Indicator

# Statistics Sweden's signs: `..` not available, `.` cannot occur. Ours: x for withheld.
ABSENCE_SIGNS = {MISSING: "..", WITHHELD: "x", NOT_APPLICABLE: "."}
_THIN = "\u00a0"
_MINUS = "\u2212"


@dataclass(frozen=True)
class Numbers:
    """How one language writes numbers.

    Args:
        decimal: The decimal sign.
        thousands: Between groups of three digits; never a break of line.
    """

    decimal: str
    thousands: str

    def number(self, value: float, decimals: int) -> str:
        """A value with so many decimals, half away from zero as readers expect of halves."""
        text = f"{abs(value) + 10 ** -(decimals + 9):,.{decimals}f}"
        text = text.replace(",", "\0").replace(".", self.decimal).replace("\0", self.thousands)
        is_zero = not any(digit in text for digit in "123456789")
        return (_MINUS if value < 0 and not is_zero else "") + text

    def tick(self, value: float, step: float) -> str:
        """A value on an axis with marks `step` apart: no more decimals than tell them apart."""
        decimals = max(0, -math.floor(math.log10(step) + 1e-9)) if step > 0 else 0
        return self.number(value, decimals)

    def signed(self, value: float, decimals: int) -> str:
        """A difference; + and − are both written."""
        text = self.number(value, decimals)
        return f"+{text}" if value > 0 and text != self.number(0, decimals) else text

    def cell(self, cell: Cell, decimals: int) -> str:
        """A value, or the sign of its absence."""
        if cell.value is None:
            return ABSENCE_SIGNS[cell.absence or MISSING]
        return self.number(cell.value, decimals)


SWEDISH = Numbers(",", _THIN)
ENGLISH = Numbers(".", ",")


def decimals_of(indicator: Indicator) -> int:
    """Decimals worth reading: none for counts, money, codes and large rates."""
    if indicator.value_kind in ("count", "median", "code"):
        return 0
    if indicator.value_kind == "rate" and "100 000" in (indicator.unit or ""):
        return 0
    return 1


def years(start: int, end: int) -> str:
    """One year, or the years that a mean covers."""
    return str(end) if start == end else f"{start}–{end}"
