"""Opening DuckDB files with the limits in force.

What belongs here: the one way a connection is made. What does not: SQL.
"""

from pathlib import Path

import duckdb

from warehouse.settings import Settings


def connection_config(settings: Settings) -> dict[str, str | bool | int | float | list[str]]:
    """DuckDB settings for every connection of the pipeline.

    Extensions are never fetched at run time: a missing one must fail loudly.
    """
    return {
        "memory_limit": settings.memory_limit,
        "threads": settings.threads,
        "temp_directory": str(settings.paths.tmp / "spill"),
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }


def connect(
    path: Path | None, settings: Settings, *, read_only: bool = False
) -> duckdb.DuckDBPyConnection:
    """Open a DuckDB file (None: in memory) with the limits in force.

    Raises:
        duckdb.IOException: The file is held by a writing process, or is no DuckDB file.
    """
    settings.paths.tmp.mkdir(parents=True, exist_ok=True)
    con = duckdb.connect(
        str(path) if path else ":memory:",
        read_only=read_only,
        config=connection_config(settings),
    )
    con.execute("set timezone = 'UTC'")
    return con
