"""An indicator's municipalities as a table in HEAT Plus layout: `jamlik export-heat`.

What belongs here: reading the published file and writing the layout. What does not:
measures (`heat_measures.py`) and the layout's rules (`heat.py`).
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from warehouse.connection import connect
from warehouse.errors import InputError, JamlikError
from warehouse.settings import Settings
from warehouse.statistics.heat import COLUMNS
from warehouse.statistics.heat_measures import write_csv

POPULATION = "N01951"
# Share with education after upper secondary school: more of it, more advantaged.
EDUCATION = "N01982"
COUNTRY = "0000"


@dataclass(frozen=True)
class Selection:
    """What to export.

    Args:
        indicator: Its id, in any case.
        year: The last year of the values; None for all.
        gender: T, K or M.
        in_county: Only the municipalities of the focus county.
        is_ordered: Order them by education, in the year closest at or before the value's.
    """

    indicator: str
    year: int | None = None
    gender: str = "T"
    in_county: bool = False
    is_ordered: bool = False


def export(settings: Settings, selection: Selection, target: Path) -> str:
    """Write one row per municipality and year, the published values.

    Args:
        settings: Where the published file is, and DuckDB's limits.
        selection: What to export.
        target: CSV to write, replaced as a whole.

    Returns:
        A sentence about what was written and what could not be.

    Raises:
        InputError: The selection has no rows, or the layout cannot hold the indicator.
        JamlikError: Nothing is published yet, or the target cannot be written.
    """
    path = settings.paths.published / "jamlik.duckdb"
    if not path.exists():
        raise JamlikError("Nothing has been published yet.", "Run `make run` first.")
    with connect(path, settings, read_only=True) as con:
        indicator = _indicator(con, selection)
        rows = _rows(con, selection, indicator)
    if not rows:
        raise InputError(
            f"{indicator['indicator_id']} has no values of municipalities for this selection.",
            "Try another --year or --gender.",
        )
    kept = [row for row in rows if row["subgroup_order"] or not selection.is_ordered]
    if not kept:
        raise InputError(
            f"{EDUCATION} has no values at or before these years.", "Export without --ordered."
        )
    count = write_csv(target, COLUMNS, ([row[name] for name in COLUMNS] for row in kept))
    left_out = len(rows) - len(kept)
    return f"{count} rows written to {target}." + (
        f" {left_out} left out: {EDUCATION} has no value for them." if left_out else ""
    )


def _indicator(con: duckdb.DuckDBPyConnection, selection: Selection) -> dict[str, Any]:
    found = con.execute(
        "select indicator_id, title, polarity, scale, value_kind from core.dim_indicator "
        "where indicator_id = ?",
        [selection.indicator.upper()],
    )
    names = [column[0] for column in found.description]
    row = found.fetchone()
    if row is None:
        raise InputError(
            f"No indicator is called {selection.indicator}.", "core.dim_indicator lists them all."
        )
    indicator = dict(zip(names, row, strict=True))
    if indicator["polarity"] not in (1, -1):
        raise InputError(
            f"{indicator['indicator_id']} has no polarity, and the layout must say whether high "
            "values are good.",
            "Declare it in the register (docs/register.md).",
        )
    if indicator["value_kind"] == "code":
        raise InputError(f"{indicator['indicator_id']} has codes, which have no distance.")
    return indicator


def _rows(
    con: duckdb.DuckDBPyConnection, selection: Selection, indicator: dict[str, Any]
) -> list[dict[str, Any]]:
    found = con.execute(
        _SQL,
        {
            "indicator": indicator["indicator_id"],
            "population": POPULATION,
            "education": EDUCATION,
            "country": COUNTRY,
            "gender": selection.gender,
            "year": selection.year,
            "in_county": selection.in_county,
        },
    )
    names = [column[0] for column in found.description]
    ordered = selection.is_ordered
    return [
        dict.fromkeys(COLUMNS)
        | dict(zip(names, row, strict=True))
        | {
            "source": "Kolada",
            "indicator_abbr": indicator["indicator_id"],
            "indicator_name": indicator["title"],
            "dimension": f"Municipalities by {EDUCATION}" if ordered else "Municipalities",
            "favourable_indicator": int(indicator["polarity"] == 1),
            "indicator_scale": indicator["scale"],
            "ordered_dimension": int(ordered),
            "subgroup_order": row[names.index("education_rank")] if ordered else 0,
            "reference_subgroup": 0,
            "iso3": "SWE",
        }
        for row in found.fetchall()
    ]


# A rank among the municipalities that are exported, 1 the least educated; equals share it.
_SQL = """
with area as (
    select a.area_id, a.name, county.name as county
    from core.dim_area as a
    left join core.dim_area as county on a.county_id = county.area_id
    where a.area_type = 'municipality' and (a.is_focus or not $in_county)
),
chosen as (
    select v.area_id, v.year_end, v.value, v.value_note, area.name, area.county
    from core.fct_value as v
    inner join area on v.area_id = area.area_id
    where
        v.indicator_id = $indicator and v.gender = $gender
        and v.year_end = coalesce($year, v.year_end)
),
education as (
    select
        v.year_end,
        v.area_id,
        rank() over (partition by v.year_end order by v.value) as education_rank
    from core.fct_value as v
    inner join area on v.area_id = area.area_id
    where v.indicator_id = $education and v.gender = 'T' and v.value is not null
),
ranked_year as (
    select
        y.year_end,
        max(education.year_end) as education_year
    from (select distinct year_end from chosen) as y
    inner join education on y.year_end >= education.year_end
    group by y.year_end
)
select
    case when $in_county then c.county else 'Sverige' end as setting,
    c.year_end as date,
    c.area_id || ' ' || c.name as subgroup,
    c.value as estimate,
    people.value as population,
    c.value_note as flag,
    country.value as setting_average,
    education.education_rank
from chosen as c
left join core.fct_value as people
    on
        c.area_id = people.area_id and c.year_end = people.year_end
        and people.indicator_id = $population and people.gender = $gender
left join core.fct_value as country
    on
        c.year_end = country.year_end and country.area_id = $country
        and country.indicator_id = $indicator and country.gender = $gender
left join ranked_year on c.year_end = ranked_year.year_end
left join education
    on ranked_year.education_year = education.year_end and c.area_id = education.area_id
order by c.year_end, c.area_id
"""
