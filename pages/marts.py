"""The marts that the pages read: their names, columns and rows.

What belongs here: the list of what is needed, its check, reading rows. What does not: what the
rows mean (`published.py`, `series.py`).
"""

from collections import defaultdict
from pathlib import Path
from typing import Any

import duckdb

from warehouse.errors import JamlikError

# What the pages read of each mart; a file without one of them is refused by name.
NEEDED = {
    "core.dim_area": "area_id name area_type county_id is_focus",
    "core.dim_indicator": (
        "indicator_id title short_title unit value_kind polarity target_area programmes "
        "attribution status is_divided_by_gender pair_id series_breaks source source_kind "
        "description next_publication is_register is_demonstration"
    ),
    "core.fct_value": "indicator_id area_id year_start year_end gender value status",
    "core.revision": ("indicator_id area_id year_end gender kind value_before value_after read_at"),
    "core.indicator_history": "indicator_id title title_before kind valid_from",
    "equity.area_gap": (
        "indicator_id area_id year_end gender benchmark benchmark_value difference gap_direction "
        "rank n_areas ci_lower ci_upper verdict verdict_reason p_value q_value value_ci_lower "
        "value_ci_upper"
    ),
    "equity.gender_gap": (
        "indicator_id indicator_id_men area_id year_start year_end value_women value_men "
        "difference verdict verdict_reason q_value"
    ),
    "equity.trend": "indicator_id area_id gender subject year_first year_last verdict reason",
    "equity.overview": (
        "area_id target_area programme benchmark n_indicators n_better n_worse n_similar "
        "n_not_testable n_differ_at_95 n_expected_by_chance n_closing n_widening"
    ),
    "quality.load": "source origin read_at state rows_read rows_rejected",
    "quality.source_round": "source round survey sender population n_answers response_rate_pct",
    "quality.value_note_count": "indicator_id note n_values share",
}
# Condition on rows of the focus region.
FOCUS = "area_id in (select area_id from core.dim_area where is_focus)"

Rows = list[dict[str, Any]]


class MartError(JamlikError):
    """The published file lacks what the pages are made from."""


def require_marts(con: duckdb.DuckDBPyConnection, database: Path) -> None:
    """Refuse a file without what the pages are made from.

    Raises:
        MartError: Names the marts, or the columns of one, that are not there.
    """
    found: dict[str, set[str]] = defaultdict(set)
    for schema, table, column in con.execute(
        "select schema_name, table_name, column_name from duckdb_columns()"
    ).fetchall():
        found[f"{schema}.{table}"].add(column)
    lacking = [mart for mart in NEEDED if mart not in found]
    if lacking:
        raise MartError(
            f"{database} has no {', '.join(lacking)}.",
            "The pages are made from a whole release; publish one with `make run`.",
        )
    for mart, columns in NEEDED.items():
        missing = set(columns.split()) - found[mart]
        if missing:
            raise MartError(
                f"{mart} in {database} has no column {', '.join(sorted(missing))}.",
                "The release was made by another version; publish again with `make run`.",
            )


def rows_of(con: duckdb.DuckDBPyConnection, mart: str, rest: str = "") -> Rows:
    """Rows of a mart with the needed columns, by name; `rest` is what follows the table in SQL."""
    columns = NEEDED[mart].split()
    found = con.execute(f"select {', '.join(columns)} from {mart} {rest}").fetchall()
    return [dict(zip(columns, row, strict=True)) for row in found]
