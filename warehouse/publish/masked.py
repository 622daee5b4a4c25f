"""The marts as they may be published: their contracts, and the file that holds them.

What belongs here: contracts with the columns that readers get in addition, writing the file. What
does not: what is hidden (`protection`), the queries (`masking`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import duckdb

from warehouse.disclosure.cells import cells_table, make_cells
from warehouse.disclosure.configuration import Configuration
from warehouse.disclosure.deciding import LEVELS
from warehouse.disclosure.ledger import Ledger, rows_table
from warehouse.disclosure.masking import DETAIL, FLAGS, FULL, HIDDEN, masked_query
from warehouse.disclosure.public_rules import SENTENCE
from warehouse.disclosure.releasing import Decided
from warehouse.publish.contract import ColumnContract, TableContract
from warehouse.publish.cost import COST, cost_query
from warehouse.publish.database import attached
from warehouse.settings import Settings
from warehouse.sql import literal, quoted

WITH_BLOCKS = "_with_blocks"
_DETAIL = ColumnContract(
    DETAIL,
    "string",
    f"How finely the question's tables are told: {FULL} (some of the finest areas and categories), "
    f"{LEVELS[1]}, {LEVELS[2]} or {LEVELS[3]}; the same in all of its rows, as they show it.",
)
_AS_BUILT = ("open", "withheld")


def as_published(table: TableContract, configuration: Configuration) -> TableContract | None:
    """A table's contract as it is published; None when it is not."""
    if not table.people:
        return table
    mart = configuration.marts[table.full_name]
    if mart.kind in _AS_BUILT:
        return table if mart.kind == "open" else None
    stay = {*table.primary_key, *mart.keep}
    if mart.kind in ("totals", "files"):
        stay |= {*table.column_names} - {*mart.columns}
    columns = tuple(
        column if column.name in stay else replace(column, nullable=True)
        for column in table.columns
    )
    flags = (
        ColumnContract(
            FLAGS[0], "boolean", "Whether numbers of this row are hidden to protect people.", False
        ),
        ColumnContract(FLAGS[1], "string", f"{HIDDEN} where is_suppressed; else null."),
    )
    detail = (_DETAIL,) if mart.kind == "tables" else ()
    return replace(
        table, columns=(*columns, *flags, *detail), description=f"{table.description} {SENTENCE}"
    )


def write_masked(
    settings: Settings,
    configuration: Configuration,
    tables: Sequence[TableContract],
    decided: Sequence[Decided],
    ledger: Ledger | None,
    path: Path,
) -> None:
    """Write the marts that show people.

    Args:
        settings: Paths, limits and region.
        configuration: `disclosure.yml`.
        tables: Contracts of the build's tables.
        decided: What is hidden.
        ledger: Where the rows are of what waits.
        path: The new file: a view per mart, over a table that also names the blocks of each row.
    """
    path.unlink(missing_ok=True)
    with attached(settings, writable=path, build=settings.paths.build) as con:
        con.execute("set preserve_insertion_order = true")
        cell_marts = {name for name, one in configuration.marts.items() if one.kind == "tables"}
        waiting: set[str] = set()
        for name in sorted(cell_marts & {table.full_name for table in tables}):
            make_cells(con, configuration.marts[name], decided)
            found = con.execute(
                f"select distinct block from {cells_table(name)} where is_waiting"
            ).fetchall()
            waiting |= {block for (block,) in found}
        if waiting:
            assert ledger is not None
            ledger.attach(con)
        for table in tables:
            mart = configuration.marts.get(table.full_name)
            published = as_published(table, configuration)
            if published and mart is not None and mart.kind not in _AS_BUILT and table.people:
                query = masked_query(
                    mart,
                    _types(con, table),
                    table.primary_key,
                    configuration,
                    f"00{settings.region}",
                )
                of = configuration.marts[mart.of] if mart.of else mart
                _write_mart(con, published, query, sorted(waiting), of.breakdowns or {})
        con.execute(f"create schema if not exists release.{COST.schema}")
        cost = cost_query(configuration, sorted(t.full_name for t in tables))
        con.execute(f"create table release.{COST.full_name}{WITH_BLOCKS} as {cost}")
        _view(con, COST)


def _types(con: duckdb.DuckDBPyConnection, table: TableContract) -> dict[str, str]:
    found = dict(
        con.execute(
            "select column_name, data_type from duckdb_columns() where database_name = 'build' "
            "and schema_name = ? and table_name = ?",
            [table.schema, table.name],
        ).fetchall()
    )
    return {name: found[name] for name in table.column_names}


def _write_mart(
    con: duckdb.DuckDBPyConnection,
    table: TableContract,
    query: str,
    waiting: list[str],
    breakdowns: Mapping[str, str],
) -> None:
    target = f"release.{table.schema}.{table.name}{WITH_BLOCKS}"
    con.execute(f"create schema if not exists release.{quoted(table.schema)}")
    con.execute(f"create table {target} as {query}")
    if waiting:
        # What waits is what readers have already, row by row.
        con.execute(f"delete from {target} where list_has_any(rests_on, ?)", [waiting])
        old = f"ledger.{rows_table(table.full_name)}"
        con.execute(
            f"insert into {target} by name select {_as_now(con, table, breakdowns)} from {old} "
            "where list_has_any(rests_on, ?) and (block, number) in (select block, max(number) "
            f"from ledger.block where mart = {literal(table.full_name)} group by block)",
            [waiting],
        )
    _view(con, table)


def _as_now(
    con: duckdb.DuckDBPyConnection, table: TableContract, breakdowns: Mapping[str, str]
) -> str:
    """What is selected of earlier rows: those of before a breakdown was added are of its total."""
    found = con.execute(
        "select column_name from duckdb_columns() where database_name = 'ledger' "
        "and table_name = ?",
        [rows_table(table.full_name)],
    ).fetchall()
    there = {name for (name,) in found}
    columns = [quoted(name) for name in sorted(there - {"number", *breakdowns})]
    for name in (one for one in table.column_names if one in breakdowns):
        total = literal(breakdowns[name])
        known = f"coalesce({quoted(name)}, {total})" if name in there else total
        columns.append(f"{known} as {quoted(name)}")
    return ", ".join(columns)


def _view(con: duckdb.DuckDBPyConnection, table: TableContract) -> None:
    """The table under its own name, without blocks; schema only, so that it goes with its file."""
    columns = ", ".join(quoted(name) for name in table.column_names)
    con.execute("use release")
    con.execute(
        f"create view {table.schema}.{table.name} as "
        f"select {columns} from {table.schema}.{table.name}{WITH_BLOCKS}"
    )
    con.execute("use memory")
