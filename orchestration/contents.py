"""What is in a table, for the metadata of its asset: rows, the first of them, a chart.

What belongs here: queries on tables that hold no rows about people. What does not: drawing
(`plots.py`), and judging what is there (`asset_checks/`).

Marts that are made from rows about people, however far down, show their number of rows alone: in
the build file their small numbers are not hidden yet.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import dagster as dg
import duckdb
from dagster_dbt.errors import DagsterDbtCliRuntimeError

from orchestration.asset_checks.dbt_tests import is_restricted
from orchestration.asset_checks.finding import as_table
from orchestration.column_lineage import unique_id
from orchestration.plots import Bars, as_metadata
from orchestration.resources import Warehouse

SHOWN_ROWS = 5


@dataclass(frozen=True)
class Plot:
    """What a table's chart counts.

    Args:
        title: Of the chart.
        series: What is counted.
        query: Gives label and counts, a row for each bar, in order.
    """

    title: str
    series: Sequence[str]
    query: str


PLOTS = {
    "core.fct_value": Plot(
        "Values by year",
        ("with a value", "without"),
        "select year_end, count(value), count(*) - count(value) from core.fct_value "
        "group by 1 order by 1",
    ),
    "core.revision": Plot(
        "Values revised, by day of reading",
        ("revisions",),
        "select read_at::date, count(*) from core.revision group by 1 order by 1",
    ),
    "equity.area_gap": Plot(
        "Gaps of the focus region's areas to Riket, by year",
        ("worse", "better", "other"),
        "select year_end, count(*) filter (gap_direction = 'worse'), "
        "count(*) filter (gap_direction = 'better'), "
        "count(*) filter (coalesce(gap_direction, '') not in ('worse', 'better')) "
        "from equity.area_gap join core.dim_area using (area_id) "
        "where is_focus and benchmark = 'riket' and gender = 'T' group by 1 order by 1",
    ),
    "quality.check_result": Plot(
        "Results of checks by day",
        ("passed", "failed"),
        "select checked_at::date, count(*) filter (passed), count(*) filter (not passed) "
        "from quality.check_result group by 1 order by 1",
    ),
    "raw_kolada.load": Plot(
        "Values of Kolada by load",
        ("new", "changed", "unchanged"),
        "select strftime(read_at, '%Y-%m-%d %H:%M'), coalesce(values_new, 0), "
        "coalesce(values_changed, 0), coalesce(values_unchanged, 0) "
        "from (from raw_kolada.load where state = 'complete' order by read_at desc limit 30) "
        "order by read_at",
    ),
    "raw_folkhalsodata.load": Plot(
        "Tables of Folkhälsodata by load",
        ("read", "not read"),
        "select strftime(read_at, '%Y-%m-%d %H:%M'), coalesce(tables_read, 0), "
        "coalesce(tables_asked, 0) - coalesce(tables_read, 0) "
        "from (from raw_folkhalsodata.load order by read_at desc limit 30) order by read_at",
    ),
}


def plot_of(con: duckdb.DuckDBPyConnection, table: str) -> dict[str, Any]:
    """The chart of a table as metadata; nothing for a table that has none."""
    plot = PLOTS.get(table)
    if plot is None:
        return {}
    rows = [(str(label), counts) for label, *counts in con.execute(plot.query).fetchall()]
    return {"plot": as_metadata(Bars(plot.title, plot.series, rows))} if rows else {}


def rows_in(con: duckdb.DuckDBPyConnection, table: str) -> dict[str, Any]:
    """A table's number of rows as metadata."""
    (rows,) = con.execute(f"select count(*) from {table}").fetchone() or (0,)
    return {"dagster/row_count": rows}


def contents_of(con: duckdb.DuckDBPyConnection, table: str, restricted: bool) -> dict[str, Any]:
    """Rows, the first of them and the chart of a table as metadata.

    Args:
        con: Open on the file with the table.
        table: Schema and name.
        restricted: Whether it is made from rows about people; then rows are only counted.
    """
    counted = rows_in(con, table)
    if restricted:
        return counted
    first = con.execute(f"from {table} order by all limit {SHOWN_ROWS}")
    names = [column[0] for column in first.description or []]
    preview = [dict(zip(names, row, strict=True)) for row in first.fetchall()]
    return {**counted, "first_rows": as_table(preview), **plot_of(con, table)}


def with_contents(
    events: Iterable[Any],
    manifest: Mapping[str, Any],
    schemas: Iterable[str],
    warehouse: Warehouse,
) -> Iterator[Any]:
    """The events of a dbt run, with what is in each mart.

    Marts and checks come last: while dbt works, nobody else may open the build file, and a check's
    result has to follow the table that it is about.

    Args:
        events: What dagster-dbt yields.
        manifest: dbt's.
        schemas: Of the marts.
        warehouse: Its files.
    """
    held: list[Any] = []
    fault: DagsterDbtCliRuntimeError | None = None
    marts = {name for name, node in manifest["nodes"].items() if _is_mart(node, set(schemas))}
    try:
        for event in events:
            if isinstance(event, dg.AssetCheckResult) or unique_id(event) in marts:
                held.append(event)
            else:
                yield event
    except DagsterDbtCliRuntimeError as error:
        # dbt has ended with a failure: what it built before is told all the same.
        fault = error
    yield from _described(held, manifest, marts, warehouse)
    if fault is not None:
        raise fault


def _described(
    events: Sequence[Any], manifest: Mapping[str, Any], marts: set[str], warehouse: Warehouse
) -> list[Any]:
    if not any(unique_id(event) in marts for event in events):
        return list(events)
    result = []
    with warehouse.build_with_raw() as con:
        for event in events:
            node = manifest["nodes"].get(unique_id(event), {})
            if node.get("unique_id") in marts:
                table = f"{node['schema']}.{node['name']}"
                restricted = is_restricted(manifest, node["unique_id"])
                about = contents_of(con, table, restricted)
                event = event.with_metadata({**event.metadata, **about})
            result.append(event)
    return result


def _is_mart(node: Mapping[str, Any], schemas: set[str]) -> bool:
    return node["resource_type"] == "model" and node["schema"] in schemas
