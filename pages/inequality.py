"""Inequality between a county's municipalities, as `equity.inequality` has it.

What belongs here: shapes of its measures, and reading them. What does not: words and charts
(`inequality_tables.py`).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from pages.marts import rows_of
from pages.model import Indicator

_BY_EDUCATION, _UNORDERED = "municipality_by_education", "municipality"


@dataclass(frozen=True)
class Measure:
    """One measure in one year.

    Args:
        value: The measure; for the slope positive where municipalities with less education are
            worse off.
        interval: Its 95 % limits; None for a `reason`.
    """

    year_start: int
    year_end: int
    value: float | None
    interval: tuple[float, float] | None
    reason: str | None


@dataclass(frozen=True)
class Inequality:
    """An indicator's inequality between municipalities.

    Args:
        slopes: Slope index of inequality over municipalities by education, oldest first.
        ratio: Relative index of inequality of the latest year.
        spread: Difference between the highest and the lowest municipality, latest year.
    """

    indicator: Indicator
    slopes: Sequence[Measure]
    ratio: Measure | None
    spread: Measure | None

    @property
    def slope(self) -> Measure | None:
        """The latest slope; None where there is none."""
        return self.slopes[-1] if self.slopes else None


def read_inequality(
    con: duckdb.DuckDBPyConnection, county_id: str | None, indicators: Iterable[Indicator]
) -> dict[str, Inequality]:
    """Inequality between the county's municipalities, of indicators for which there is any."""
    grouped: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in rows_of(
        con,
        "equity.inequality",
        f"where scope = '{county_id}' and gender = 'T' and estimate is not null and "
        f"((dimension = '{_BY_EDUCATION}' and measure in ('sii', 'rii')) or "
        f"(dimension = '{_UNORDERED}' and measure = 'd'))",
    ):
        grouped[row["indicator_id"], row["measure"]].append(row)
    found = {}
    for indicator in indicators:
        slopes, ratios, spreads = (
            [_measure(row, indicator) for row in grouped[indicator.indicator_id, name]]
            for name in ("sii", "rii", "d")
        )
        if slopes or spreads:
            found[indicator.indicator_id] = Inequality(
                indicator,
                slopes,
                ratios[-1] if ratios else None,
                spreads[-1] if spreads else None,
            )
    return found


def _measure(row: Mapping[str, Any], indicator: Indicator) -> Measure:
    value = row["estimate"]
    interval = None
    if row["ci_lower"] is not None and row["ci_upper"] is not None:
        interval = row["ci_lower"], row["ci_upper"]
    # The mart's slope runs from the least to the most educated in the indicator's own unit.
    if row["measure"] == "sii" and indicator.polarity < 0:
        value, interval = -value, interval and (-interval[1], -interval[0])
    return Measure(row["year_start"], row["year_end"], value, interval, row["reason"])
