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
        "indicator_id title short_title unit value_kind scale polarity target_area programmes "
        "attribution status is_divided_by_gender pair_id series_breaks source source_kind "
        "description next_publication is_register is_demonstration"
    ),
    "core.fct_value": "indicator_id area_id year_start year_end gender value status read_at",
    "core.revision": ("indicator_id area_id year_end gender kind value_before value_after read_at"),
    "core.indicator_history": "indicator_id title title_before kind valid_from",
    "equity.area_gap": (
        "indicator_id area_id year_end gender benchmark benchmark_value difference gap_direction "
        "rank n_areas ci_lower ci_upper verdict verdict_998 verdict_reason p_value q_value "
        "value_ci_lower value_ci_upper"
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
    "equity.inequality": (
        "indicator_id year_start year_end gender scope dimension measure estimate ci_lower "
        "ci_upper reason"
    ),
    "quality.load": "source origin read_at state rows_read rows_rejected",
    "quality.source_round": "source round survey sender population n_answers response_rate_pct",
    "quality.value_note_count": "indicator_id note n_values share",
}
# Marts about people: a file that has the first one needs them all.
PEOPLE = {
    "survey.estimate": (
        "source round survey basis item_id area_id gender n share_pct ci_lower_pct ci_upper_pct "
        "reason is_demonstration is_suppressed"
    ),
    "survey.difference": (
        "source round survey basis item_id area_id gender benchmark benchmark_round difference_pct "
        "ci_lower_pct ci_upper_pct gap_direction p_value q_value verdict verdict_reason "
        "is_suppressed"
    ),
    "survey.gradient": (
        "source round survey basis item_id area_id gender dimension measure estimate ci_lower "
        "ci_upper reason is_suppressed"
    ),
    "survey.response": (
        "source round survey basis area_id n_answers response_rate_pct is_suppressed"
    ),
    "survey.coverage": "round area_id grade n_seen coverage_pct is_low_coverage is_suppressed",
    "survey.emq_indicator": (
        "emq_area respondent item_id area_id grade gender year share_pct ci_lower_pct ci_upper_pct "
        "is_suppressed"
    ),
    "core.dim_item": "item_id title short_title role target_area polarity",
}
# Breakdowns of people besides gender, as far as a file has them; this word stands for their total.
BREAKDOWNS = ("age_group", "grade", "education", "birth_country", "income", "family")
ALL = "all"
# Condition on rows of the areas that are shown.
FOCUS = "area_id in (select area_id from shown_area)"

Rows = list[dict[str, Any]]


class MartError(JamlikError):
    """The published file lacks what the pages are made from."""


def columns_of(con: duckdb.DuckDBPyConnection) -> dict[str, set[str]]:
    """Names of the columns of every table, by `schema.table`."""
    found: dict[str, set[str]] = defaultdict(set)
    for schema, table, column in con.execute(
        "select schema_name, table_name, column_name from duckdb_columns()"
    ).fetchall():
        found[f"{schema}.{table}"].add(column)
    return found


def require_marts(con: duckdb.DuckDBPyConnection, database: Path) -> None:
    """Refuse a file without what the pages are made from.

    Raises:
        MartError: Names the marts, or the columns of one, that are not there.
    """
    found = columns_of(con)
    needed = NEEDED | (PEOPLE if next(iter(PEOPLE)) in found else {})
    lacking = [mart for mart in needed if mart not in found]
    if lacking:
        raise MartError(
            f"{database} has no {', '.join(lacking)}.",
            "The pages are made from a whole release; publish one with `make run`.",
        )
    for mart, columns in needed.items():
        missing = set(columns.split()) - found[mart]
        if missing:
            raise MartError(
                f"{mart} in {database} has no column {', '.join(sorted(missing))}.",
                "The release was made by another version; publish again with `make run`.",
            )


def show_areas(con: duckdb.DuckDBPyConnection, county_id: str | None) -> None:
    """Read a county and its municipalities from here on; for None the focus region."""
    con.execute(
        "create or replace temp table shown_area as select area_id from core.dim_area "
        "where case when $county is null then is_focus "
        "else county_id = $county and area_type in ('county', 'municipality') end",
        {"county": county_id},
    )


def rows_of(con: duckdb.DuckDBPyConnection, mart: str, rest: str = "", *more: str) -> Rows:
    """Rows of a mart by column name.

    Args:
        con: The file.
        mart: Its name; the columns are those that the pages need of it.
        rest: What follows the table in SQL. Rows are in the order of their columns if it names no
            order: never in that of the file, which is another one in every run.
        more: Further columns.
    """
    columns = [*(NEEDED.get(mart) or PEOPLE[mart]).split(), *more]
    order = "" if "order by" in rest else "order by all"
    found = con.execute(f"select {', '.join(columns)} from {mart} {rest} {order}").fetchall()
    return [dict(zip(columns, row, strict=True)) for row in found]
