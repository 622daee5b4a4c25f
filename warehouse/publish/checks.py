"""The publication's checks of the build file, before anything is written.

What belongs here: the rules, with what was expected and what was found. What does not:
rules about written files (`file_checks.py`) or the meaning of values (`expectations/`).
"""

from collections.abc import Collection, Sequence
from typing import Any

import duckdb

from warehouse.publish.contract import TableContract
from warehouse.publish.results import PublicationCheck, TableDiff
from warehouse.publish.sql import normal_type, relation
from warehouse.sql import column_list, quoted

# A withdrawn or revised indicator is a few per cent of a table; a lost page or a broken
# join is a fifth and more.
LEAST_SHARE_OF_ROWS = 0.8
MOST_SHARE_CHANGED = 0.2
# Tables about the runs themselves shrink when raw data are read anew; readers lose nothing.
LOG_SCHEMA = "quality"
_SHOWN = 10


def tables_as_contracted(
    con: duckdb.DuckDBPyConnection, tables: Sequence[TableContract], catalog: str
) -> list[PublicationCheck]:
    """Every contracted table is in the attached file, with its columns and types."""
    found = con.execute(
        "select schema_name || '.' || table_name, column_name, data_type "
        "from duckdb_columns() where database_name = ?",
        [catalog],
    ).fetchall()
    actual: dict[str, dict[str, str]] = {}
    for table, column, data_type in found:
        actual.setdefault(table, {})[column] = data_type
    absent = [t.full_name for t in tables if t.full_name not in actual]
    wrong = [
        difference
        for table in tables
        if table.full_name in actual
        for difference in _column_differences(con, table, actual[table.full_name])
    ]
    return [
        check_result(
            "every_contracted_table_is_there",
            absent,
            "Each table that has a contract exists.",
            f"{len(tables)} tables",
            "Build the marts again; look for models that failed.",
        ),
        check_result(
            "columns_and_types_are_as_contracted",
            wrong,
            "Each table has the contract's columns with the contract's types, no other.",
            "no difference",
            "Change the model or its contract, and build again.",
        ),
    ]


def _column_differences(
    con: duckdb.DuckDBPyConnection, table: TableContract, actual: dict[str, str]
) -> list[str]:
    wanted = {column.name: normal_type(con, column) for column in table.columns}
    return (
        [f"{table.full_name}.{name} is missing" for name in wanted if name not in actual]
        + [f"{table.full_name}.{name} is not declared" for name in actual if name not in wanted]
        + [
            f"{table.full_name}.{name} is {actual[name]}, not {wanted[name]}"
            for name in wanted
            if name in actual and actual[name] != wanted[name]
        ]
    )


def required_values_present(
    con: duckdb.DuckDBPyConnection, tables: Sequence[TableContract]
) -> PublicationCheck:
    """No null in a column of `build` that does not allow it."""
    faults = []
    for table in tables:
        required = [c.name for c in table.columns if not c.nullable or c.name in table.primary_key]
        if not required:
            continue
        counts = ", ".join(f"count(*) - count({quoted(name)})" for name in required)
        row = con.execute(f"select {counts} from {relation(table, 'build')}").fetchone()
        assert row is not None
        faults += [
            f"{table.full_name}.{name}: {nulls} nulls"
            for name, nulls in zip(required, row, strict=True)
            if nulls
        ]
    return check_result(
        "required_columns_have_no_nulls",
        faults,
        "Key columns and columns declared not_null hold a value in every row.",
        "0 nulls",
        "Find the rows in the build file's source and correct the model.",
    )


def keys_unique(
    con: duckdb.DuckDBPyConnection, tables: Sequence[TableContract], rows: dict[str, int]
) -> PublicationCheck:
    """No key of `build` occurs twice; an example is named."""
    faults = []
    for table in tables:
        if not table.primary_key:
            continue
        key, source = column_list(table.primary_key), relation(table, "build")
        # As many distinct hashes as rows prove distinct keys; only fewer need the keys.
        row = con.execute(f"select count(distinct hash({key})) from {source}").fetchone()
        if row is not None and row[0] == rows[table.full_name]:
            continue
        twice = con.execute(
            f"select {key}, count(*) from {source} group by all having count(*) > 1 "
            "order by all limit 1"
        ).fetchone()
        if twice is not None:
            example = ", ".join(map(str, twice[:-1]))
            faults.append(f"{table.full_name}: ({example}) is there {twice[-1]} times")
    return check_result(
        "primary_keys_are_unique",
        faults,
        "No two rows of a table have the same primary key.",
        "each key once",
        "Find the join or the source that doubles these rows.",
    )


def references_found(
    con: duckdb.DuckDBPyConnection, tables: Sequence[TableContract]
) -> PublicationCheck:
    """Each id of `build` that refers to another table is a row there."""
    by_name = {table.full_name: table for table in tables}
    faults, n_references = [], 0
    for table in tables:
        for one in table.references:
            n_references += 1
            column, key = quoted(one.column), quoted(one.key)
            row = con.execute(
                f"select count(*), min({column}) from (select distinct {column} "
                f"from {relation(table, 'build')} where {column} is not null) where {column} "
                f"not in (select {key} from {relation(by_name[one.table], 'build')})"
            ).fetchone()
            assert row is not None
            if row[0]:
                faults.append(
                    f"{table.full_name}.{one.column}: {row[0]} ids that are not in {one.table}, "
                    f"such as {row[1]}"
                )
    return check_result(
        "foreign_keys_are_found",
        faults,
        "Each id that refers to another table is a row there, so that tools can relate them.",
        f"{n_references} relations without a loose end",
        "Find the rows in the build file; the dbt test known_ids of the model tells more.",
    )


def rows_not_collapsed(
    rows: dict[str, int], before: dict[str, Any], accepted: Collection[str]
) -> list[PublicationCheck]:
    """No table lost more than a fifth of its rows since the last release."""
    lost = {
        name: f"{name}: {rows[name]} rows, {entry['rows']} in the last release"
        for name, entry in before.items()
        if name in rows
        and name not in accepted
        and rows[name] < LEAST_SHARE_OF_ROWS * entry["rows"]
    }
    logs = [text for name, text in lost.items() if name.startswith(f"{LOG_SCHEMA}.")]
    data = [text for text in lost.values() if text not in logs]
    share = f"{LEAST_SHARE_OF_ROWS:.0%}"
    compared = f"{len(before)} tables compared" if before else "first release of its origin"
    return [
        check_result(
            "row_counts_have_not_collapsed",
            data,
            f"Each table has at least {share} of the rows of the last release of its origin.",
            f"at least {share} of the rows",
            "Read the source again; if the rows are meant to go, accept fewer rows for these "
            "tables.",
            found=compared,
        ),
        check_result(
            "log_tables_have_not_collapsed",
            logs,
            f"Tables about loads keep at least {share} of their rows.",
            f"at least {share} of the rows",
            "Expected when the raw file was removed and read anew; otherwise look for it.",
            severity="warn",
            found=compared,
        ),
    ]


def values_not_rewritten(diff: dict[str, TableDiff]) -> PublicationCheck:
    """The data diff as a check: warns when much of a table changed or went."""
    faults = []
    for name, table in diff.items():
        if table.reason is not None:
            faults.append(f"{name} could not be compared: {table.reason}")
            continue
        touched = (table.gone or 0) + (table.changed or 0)
        if touched > MOST_SHARE_CHANGED * table.rows_before:
            faults.append(
                f"{name}: {table.added} rows added, {table.gone} gone, {table.changed} changed "
                f"of {table.rows_before}"
            )
    total = sum((t.added or 0) + (t.gone or 0) + (t.changed or 0) for t in diff.values())
    return check_result(
        "most_published_values_stay",
        faults,
        f"At most {MOST_SHARE_CHANGED:.0%} of a table's published rows change or go.",
        f"at most {MOST_SHARE_CHANGED:.0%} of the rows changed or gone",
        "Read the diff in the release's manifest.json; `jamlik rollback` undoes the release.",
        severity="warn",
        found=f"{total} rows added, gone or changed in {len(diff)} tables",
    )


def check_result(
    name: str,
    faults: list[str],
    description: str,
    expected: str,
    remedy: str,
    *,
    severity: Any = "error",
    found: str | None = None,
) -> PublicationCheck:
    """A check's result: passed when `faults` is empty.

    Args:
        name: The statement that holds when it passes.
        faults: What breaks the rule, with places; the first ten are shown.
        description: The rule in words.
        expected: What the rule asks for; also what is found when nothing else is said.
        remedy: What to do about the faults.
        severity: `error` stops the publication, `warn` does not.
        found: What was found when the check passes.
    """
    more = f", and {len(faults) - _SHOWN} more" if len(faults) > _SHOWN else ""
    return PublicationCheck(
        name=name,
        passed=not faults,
        severity=severity,
        description=description,
        expected=expected,
        found=", ".join(faults[:_SHOWN]) + more if faults else found or expected,
        remedy=remedy,
        n_failing=len(faults),
    )
