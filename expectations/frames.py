"""Pulling what a suite looks at out of DuckDB, as Arrow tables.

What belongs here: the SQL of the checks: chunks of rows, the summary row and the list of
columns. What does not: judging what is in them (`engine.py`).
"""

from dataclasses import dataclass
from typing import Any

import duckdb
import pyarrow as pa

from expectations.suite import Suite
from warehouse.errors import JamlikError


@dataclass(frozen=True)
class Chunk:
    """A part of a table: a condition on the suite's chunk_by and its parameters."""

    condition: str = "true"
    parameters: tuple[Any, ...] = ()


class Frames:
    """The frames of one table.

    Args:
        con: A connection, only read from.
        suite: The suite whose table, derived columns and summary are meant.

    Raises:
        JamlikError: The table is not there.
    """

    def __init__(self, con: duckdb.DuckDBPyConnection, suite: Suite) -> None:
        self._con = con
        self._suite = suite
        self._table = ".".join(_quoted(part) for part in suite.table.split("."))
        try:
            described = con.execute(f"describe {self._table}").fetchall()
        except duckdb.CatalogException:
            raise JamlikError(
                f"Table {suite.table} is not there to be checked.", "Build it first."
            ) from None
        self._types = {row[0]: row[1] for row in described}
        self._unusable = {
            name: reason
            for name, expression in (suite.derived | suite.summary).items()
            if (reason := self._fault_of(expression))
        }

    def columns(self) -> pa.Table:
        """No row, and a column named `name TYPE` for each column of the table.

        So a rule on the columns of a frame covers the types that DuckDB declares, which
        differ from those that a pandas frame has.
        """
        names = [f"{name} {type_}" for name, type_ in self._types.items()]
        return pa.table({name: pa.array([], pa.bool_()) for name in names})

    def summary(self) -> pa.Table:
        """The suite's aggregates over the whole table, in one row."""
        usable = {k: v for k, v in self._suite.summary.items() if k not in self._unusable}
        items = [f"{expression} as {_quoted(name)}" for name, expression in usable.items()]
        return self._arrow(f"select {', '.join(items) or 'null as nothing'} from {self._table}")

    def missing(self, over: str, columns: list[str]) -> str | None:
        """Why a rule on these columns cannot be asked; None when it can."""
        known = {
            "rows": self._types.keys() | self._suite.derived.keys(),
            "summary": self._suite.summary.keys(),
            "columns": set(),
        }[over]
        for column in columns:
            if column not in known:
                return f"column {column} is not in the table"
            if column in self._unusable:
                return f"{column}: {self._unusable[column]}"
        return None

    def chunks(self, rows_per_chunk: int) -> list[Chunk]:
        """Ranges of whole chunk_by values, of about so many rows each.

        One value with more rows than that is one chunk, and so are the rows without a
        value: rules such as uniqueness must see them together.
        """
        by = self._suite.chunk_by
        if by is None:
            return [Chunk()]
        name = _quoted(by)
        groups = self._con.execute(
            f"select {name}, count(*) from {self._table} group by 1 order by 1 nulls first"
        ).fetchall()
        nulls = [Chunk(f"{name} is null")] if groups and groups[0][0] is None else []
        ranges: list[list[Any]] = []
        for value, rows in groups[len(nulls) :]:
            if ranges and ranges[-1][2] + rows <= rows_per_chunk:
                ranges[-1][1:] = value, ranges[-1][2] + rows
            else:
                ranges.append([value, value, rows])
        return nulls + [Chunk(f"{name} between ? and ?", (low, high)) for low, high, _ in ranges]

    def rows(self, chunk: Chunk, columns: list[str], order_by: list[str] | None = None) -> pa.Table:
        """The rows of a chunk, with table and derived columns by name.

        Args:
            chunk: One of `chunks`.
            columns: What to pull.
            order_by: Columns to sort by; costs a sort of the chunk.
        """
        derived = self._suite.derived
        items = [
            f"({derived[name]}) as {_quoted(name)}" if name in derived else _quoted(name)
            for name in columns
        ]
        sql = f"select {', '.join(items)} from {self._table} where {chunk.condition}"
        if order_by:
            names = ", ".join(f"{_quoted(name)} nulls first" for name in order_by)
            sql += f" order by {names}"
        return self._arrow(sql, chunk.parameters)

    def _arrow(self, sql: str, parameters: tuple[Any, ...] = ()) -> pa.Table:
        try:
            return self._con.execute(sql, parameters).to_arrow_table()
        except duckdb.Error as error:
            # DuckDB quotes the value that a cast failed on.
            detail = type(error).__name__ if self._suite.restricted else str(error)
        # Raised out here, so that DuckDB's error is not even its context.
        raise JamlikError(
            f"Table {self._suite.table} could not be read for its checks: {detail}.",
            f"See derived and summary in {self._suite.name}.yml.",
        )

    def _fault_of(self, expression: str) -> str | None:
        try:
            self._con.execute(f"select {expression} from (from {self._table} limit 0)")
        except (duckdb.BinderException, duckdb.ParserException) as error:
            return str(error).splitlines()[0]
        return None


def _quoted(name: str) -> str:
    return f'"{name}"'
