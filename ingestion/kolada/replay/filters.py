"""What a request for values asks for.

What belongs here: the filter, what Kolada does with it, and its SQL condition. What does
not: reading it from an address (`api.py`) and the items it selects (`values.py`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Filter:
    """What a request asks for; an empty tuple means that the part is absent.

    Args:
        kpis: KPI ids.
        areas: Area ids, or unit ids.
        years: Periods.
        region_type: K municipalities, L regions and the country; None both.
        changed_since: Only values changed on or after this date.
    """

    kpis: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    region_type: str | None = None
    changed_since: date | None = None

    @property
    def with_groups(self) -> bool:
        """Whether means of area groups are mixed in, as Kolada does for /kpi/x/year/y.

        Not with `region_type`, since a group is no region, nor with `changed_since`, since a
        mean has no date of its own.
        """
        narrowed = self.areas or self.region_type or self.changed_since
        return bool(self.kpis and self.years and not narrowed)

    @property
    def by_block(self) -> bool:
        """Whether the text is made at once for all areas.

        A client asks 13 times for the same 25 KPIs, 25 areas at a time; so 12 of 13 readings
        of the Parquet file are saved.
        """
        return bool(self.kpis and self.areas and not self.changed_since)

    def condition(self) -> str:
        """The SQL condition on `value`; at least the KPIs must be given."""
        parts = [f"kpi in ({_literals(self.kpis)})"]
        if self.areas:
            parts.append(f"place in ({_literals(self.areas)})")
        if self.years:
            parts.append(f"period in ({', '.join(map(str, self.years))})")
        if self.region_type:
            chosen = f"select place from place_type where type = {_literals([self.region_type])}"
            parts.append(f"place in ({chosen})")
        if self.changed_since:
            parts.append(f"changed_at >= date '{self.changed_since.isoformat()}'")
        return " and ".join(parts)


def _literals(texts: Iterable[str]) -> str:
    # Quoted here: the first bound text makes DuckDB import pandas, 0.6 s and 90 MB.
    return ", ".join("'" + text.replace("'", "''") + "'" for text in texts)
