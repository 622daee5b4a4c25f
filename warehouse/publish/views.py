"""One view per register indicator, the first thing an analyst opens.

What belongs here: the views' columns, SQL and comments. What does not: which indicators
are in the register (`core.dim_indicator` says so) and how gaps are computed (dbt).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

import duckdb

from warehouse.publish.contract import TableContract
from warehouse.publish.database import DEMONSTRATION
from warehouse.sql import literal, quoted

SCHEMA = "indicator"
RAW_ATTRIBUTION = "Källa: Kolada"
COMPUTED_ATTRIBUTION = "Egen bearbetning av data från Kolada"
NEEDED_TABLES = ("core.dim_indicator", "core.dim_area", "core.fct_value", "equity.area_gap")

# Only schemas are named, never the catalog, so that the view follows its file under any
# name. The indicator is named on both sides of the join: each side then reads only its row
# groups, where a condition on one side would read all gaps.
VIEW_SQL = """\
select
    v.indicator_id,
    v.area_id,
    a.name as area_name,
    a.area_type,
    a.county_id,
    a.is_focus,
    v.year_start,
    v.year_end,
    v.gender,
    v.value,
    v.status,
    v.value_note,
    g.benchmark_value as riket_value,
    g.difference,
    g.ratio,
    g.gap_size,
    g.gap_direction,
    g.ci_lower,
    g.ci_upper,
    g.verdict,
    g.q_value,
    g.verdict_reason,
    g."rank",
    g.n_areas,
    v.is_demonstration
from (select * from core.fct_value where indicator_id = {id}) as v
left join core.dim_area as a on a.area_id = v.area_id
left join (
    select * from equity.area_gap where indicator_id = {id} and benchmark = 'riket'
) as g on g.area_id = v.area_id and g.year_end = v.year_end and g.gender = v.gender"""

# Name in the view, the table that it is taken from and which says what it means, column there.
_TABLES = {"v": "core.fct_value", "a": "core.dim_area", "g": "equity.area_gap"}
VIEW_COLUMNS = tuple(
    (name or column, _TABLES[alias], column)
    for alias, column, name in re.findall(
        r'^    ([vag])\."?(\w+)"?(?: as (\w+))?,?$', VIEW_SQL, re.MULTILINE
    )
)


@dataclass(frozen=True)
class IndicatorView:
    """One view: its name in schema `indicator`, its query and its comments.

    Args:
        name: Name of the view.
        indicator_id: The indicator.
        sql: The query.
        comment: What the view shows, and who is to be named.
        columns: Name and meaning of each column.
    """

    name: str
    indicator_id: str
    sql: str
    comment: str
    columns: tuple[tuple[str, str], ...]

    @property
    def full_name(self) -> str:
        """Schema and view, quoted for SQL."""
        return f"{SCHEMA}.{quoted(self.name)}"


def missing_tables(tables: Iterable[TableContract]) -> list[str]:
    """Tables that the views read and the contracts do not have."""
    present = {table.full_name for table in tables}
    return [name for name in NEEDED_TABLES if name not in present]


def view_columns(tables: Iterable[TableContract]) -> tuple[tuple[str, str], ...]:
    """Name and meaning of each column of a view, as the contracts tell them."""
    meaning = {
        (table.full_name, column.name): column.description
        for table in tables
        for column in table.columns
    }
    return tuple((name, meaning.get((table, column), "")) for name, table, column in VIEW_COLUMNS)


def indicator_views(
    con: duckdb.DuckDBPyConnection,
    catalog: str,
    tables: Iterable[TableContract],
    *,
    is_demo: bool,
) -> list[IndicatorView]:
    """The views for the register in an attached file, by indicator."""
    columns = view_columns(tables)
    rows = con.execute(
        f"select indicator_id, title, unit from {quoted(catalog)}.core.dim_indicator "
        "where is_register order by indicator_id"
    ).fetchall()
    return [
        IndicatorView(
            name=indicator_id.lower(),
            indicator_id=indicator_id,
            sql=VIEW_SQL.format(id=literal(indicator_id)),
            comment=_comment(title, unit, is_demo),
            columns=columns,
        )
        for indicator_id, title, unit in rows
    ]


def _comment(title: str, unit: str | None, is_demo: bool) -> str:
    claim = "Generated values; real ones are attributed so. " if is_demo else ""
    return (
        f"{DEMONSTRATION if is_demo else ''}{title}. Unit: {unit or 'not known'}. {claim}"
        f"value, status, riket_value: '{RAW_ATTRIBUTION}'. difference, ratio, gap_size, "
        "gap_direction, ci_lower, ci_upper, verdict, q_value, rank, n_areas: "
        f"'{COMPUTED_ATTRIBUTION}'."
    )


def write_views(con: duckdb.DuckDBPyConnection, views: Iterable[IndicatorView]) -> None:
    """Create the views in `release`."""
    con.execute(f"create schema if not exists release.{SCHEMA}")
    con.execute("use release")
    # One transaction: a commit for each of 1 700 comments would be forced to the disk each.
    con.execute("begin")
    for view in views:
        con.execute(f"create view {view.full_name} as {view.sql}")
        con.execute(f"comment on view {view.full_name} is {literal(view.comment)}")
        for name, meaning in view.columns:
            column = f"{view.full_name}.{quoted(name)}"
            con.execute(f"comment on column {column} is {literal(meaning)}")
    con.execute("commit")
    con.execute("use memory")
