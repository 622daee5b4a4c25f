"""What is true in the demonstration snapshot, so that estimators can be tested against it.

What belongs here: the parameters of each indicator (`demo_truth.csv`) and their meaning.
What does not: drawing values (`demo.py`), areas and their positions (`demo_areas.py`).
"""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

TABLE = Path(__file__).with_name("demo_truth.csv")
# Trends pass through the level in this year.
MIDDLE_YEAR = 2012
LAST_YEAR = 2024
# The population at which noise has the standard deviation in the table.
NOISE_POPULATION = 10_000


@dataclass(frozen=True)
class Truth:
    """How the values of one indicator are made.

    A municipality's total is, in the indicator's unit,
    `level + socioeconomic_gradient * (position - 0.5) + trend_per_year * (year - 2012)` plus
    noise; women have half of `gender_gap` more and men half of it less. Regions and the
    country are means weighted by population.

    Args:
        indicator_id: KPI id.
        kind: share (kept within 0 to 100), number (kept from 0), count (of inhabitants), or
            code (0, 1, 2: the nearest whole number; municipalities only).
        level: Value at position 0.5 in 2012; of a count, per cent of the inhabitants.
        socioeconomic_gradient: Best-placed minus worst-placed municipality.
        gender_gap: Women minus men.
        trend_per_year: Change from one year to the next.
        sd_at_10_000: Standard deviation of the noise of a total at population 10 000;
            at population n it is this times sqrt(10 000 / n). Not used where the register
            names the share's denominator: the numerator is then a binomial draw.
        first_year: First year with values.
        year_step: 1 every year, 2 every second.
        genders: TKM, or T where only totals exist.
    """

    indicator_id: str
    kind: str = "share"
    level: float = 40.0
    socioeconomic_gradient: float = 8.0
    gender_gap: float = 2.0
    trend_per_year: float = 0.2
    sd_at_10_000: float = 1.0
    first_year: int = 2010
    year_step: int = 1
    genders: str = "TKM"

    @property
    def years(self) -> range:
        """The years with values."""
        return range(self.first_year, LAST_YEAR + 1, self.year_step)


@cache
def _table() -> dict[str, Truth]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return {
            row["indicator_id"]: Truth(
                row["indicator_id"],
                row["kind"],
                float(row["level"]),
                float(row["socioeconomic_gradient"]),
                float(row["gender_gap"]),
                float(row["trend_per_year"]),
                float(row["sd_at_10_000"]),
                int(row["first_year"]),
                int(row["year_step"]),
                row["genders"],
            )
            for row in csv.DictReader(file)
        }


def demo_truth(indicator_id: str) -> Truth:
    """The truth about one indicator; `Truth`'s defaults for one that the table lacks.

    Args:
        indicator_id: KPI id.
    """
    return _table().get(indicator_id) or Truth(indicator_id)
