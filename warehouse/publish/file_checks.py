"""The publication's checks of the files it has written, read back as a reader would.

What belongs here: rules about a release's files. What does not: rules about the build file
(`checks.py`).
"""

import re

import duckdb

from warehouse.publish.checks import check_result
from warehouse.publish.results import PublicationCheck
from warehouse.sql import quoted

OLDEST_READER = (1, 2)


def storage_readable(con: duckdb.DuckDBPyConnection, catalog: str) -> PublicationCheck:
    """The attached file has a storage version that DuckDB 1.2 opens."""
    row = con.execute(
        "select tags['storage_version'] from duckdb_databases() where database_name = ?",
        [catalog],
    ).fetchone()
    version = str(row[0]) if row is not None else "none"
    match = re.match(r"v(\d+)\.(\d+)", version)
    readable = match is not None and tuple(map(int, match.groups())) <= OLDEST_READER
    return check_result(
        "file_opens_in_duckdb_1_2",
        [] if readable else [f"storage version {version}"],
        "The file's storage version is one that DuckDB 1.2 and later open.",
        "v1.2 or older",
        "Write the file with DuckDB's default storage version.",
        found=f"storage version {version}",
    )


def same_content(
    name: str, what: str, written: dict[str, tuple[int, str]], built: dict[str, tuple[int, str]]
) -> PublicationCheck:
    """What was written, read back, has the rows of `build`."""
    faults = [
        f"{table}: {written[table][0]} rows written, {rows} built"
        + (", values differ" if written[table][0] == rows else "")
        for table, (rows, print_) in built.items()
        if written[table] != (rows, print_)
    ]
    return check_result(
        name,
        faults,
        f"{what}, opened again, holds the built rows with equal row hashes.",
        f"{sum(rows for rows, _ in built.values())} equal rows",
        "Publish again; if it happens twice, check disk and memory of the machine.",
    )


def views_answer(
    con: duckdb.DuckDBPyConnection, view_names: dict[str, str], catalog: str
) -> PublicationCheck:
    """Each indicator's view gives as many rows as the indicator has values.

    Args:
        con: Sees the release read-only.
        view_names: Quoted view name per indicator.
        catalog: Alias of the release.
    """
    expected = dict(
        con.execute(
            f"select indicator_id, count(*) from {quoted(catalog)}.core.fct_value group by all"
        ).fetchall()
    )
    faults = []
    for indicator, view in view_names.items():
        try:
            row = con.execute(f"select count(*) from {quoted(catalog)}.{view}").fetchone()
        except duckdb.Error as error:
            faults.append(f"{view}: {str(error).partition(chr(10))[0]}")
            continue
        if row is None or row[0] != expected.get(indicator, 0):
            faults.append(f"{view}: {row and row[0]} rows, {expected.get(indicator, 0)} values")
    return check_result(
        "indicator_views_answer",
        faults,
        "Each register indicator's view gives one row per row of core.fct_value.",
        f"{len(view_names)} views with {sum(expected.get(i, 0) for i in view_names)} rows",
        "Look for doubled rows of equity.area_gap (benchmark riket) or core.dim_area.",
    )


def all_commented(con: duckdb.DuckDBPyConnection, catalog: str) -> PublicationCheck:
    """Each table, view, column and macro of the attached file says what it is."""
    rows = con.execute(
        "select what || ' ' || name, coalesce(comment, '') <> '' from ("
        "select 'table', schema_name || '.' || table_name, comment, database_name, internal "
        "from duckdb_tables() union all "
        "select 'view', schema_name || '.' || view_name, comment, database_name, internal "
        "from duckdb_views() union all "
        "select 'column', schema_name || '.' || table_name || '.' || column_name, comment, "
        "database_name, internal from duckdb_columns() union all "
        "select 'macro', schema_name || '.' || function_name, comment, database_name, internal "
        "from duckdb_functions()) as t(what, name, comment, catalog, internal) "
        "where catalog = ? and not internal order by all",
        [catalog],
    ).fetchall()
    return check_result(
        "everything_has_a_comment",
        [name for name, commented in rows if not commented],
        "Each table, view, column and macro of the file has a comment.",
        f"{len(rows)} comments",
        "Describe the column in the model's .yml file.",
    )
