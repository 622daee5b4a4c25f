"""dbt's cursor on a connection with people's rows: what goes wrong on it quotes no row.

What belongs here: which of DuckDB's errors keep their text. What does not: attaching
(`dbt_plugin`).

dbt writes an error's text to its log, to `run_results.json` and to Dagster's events, and
"Could not convert string '...'" quotes the cell.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import duckdb
from dbt.adapters.duckdb.environments.local import DuckDBCursorWrapper

from warehouse.sealed.errors import RestrictedError

Result = TypeVar("Result")

# Errors about statements, files and memory: no row has been looked at, or none is named.
OF_NO_ROW = (
    *(duckdb.ParserException, duckdb.SyntaxException, duckdb.BinderException),
    *(duckdb.CatalogException, duckdb.DependencyException, duckdb.NotImplementedException),
    *(duckdb.ConnectionException, duckdb.TransactionException, duckdb.PermissionException),
    *(duckdb.IOException, duckdb.OutOfMemoryException, duckdb.InterruptException),
)


class SilentCursor(DuckDBCursorWrapper):
    """dbt-duckdb's cursor, whose errors that rows cause tell their class alone."""

    def execute(self, sql: str, bindings: Any = None) -> Any:
        """Run a statement.

        Raises:
            RestrictedError: A row was refused.
        """
        return _without_rows(lambda: DuckDBCursorWrapper.execute(self, sql, bindings))

    def fetchone(self) -> Any:
        """The next row, which may be worked out only now; errors as `execute`."""
        return _without_rows(self._cursor.fetchone)

    def fetchmany(self, size: int = 1) -> Any:
        """The next rows; errors as `execute`."""
        return _without_rows(lambda: self._cursor.fetchmany(size))

    def fetchall(self) -> Any:
        """All other rows; errors as `execute`."""
        return _without_rows(self._cursor.fetchall)


def _without_rows(call: Callable[[], Result]) -> Result:
    try:
        return call()
    except OF_NO_ROW:
        raise
    except duckdb.Error as error:
        found = type(error).__name__
    # Outside the handler, so that no cause and no context hangs on it.
    raise RestrictedError(
        f"{found}: the database refused a row; what it said is left out, as it may quote it.",
        "dbt names the model: count there what try_cast leaves null.",
    )
