"""Dagster's SQLite files, kept open while a run writes them.

What belongs here: how SQLite writes Dagster's own history (DAGSTER_HOME) to the disk. What does
not: what is in it, and PostgreSQL, which needs none of this.

Dagster opens and closes a file for every event, 10 000 times a run, and closing the last connection
to a file copies its write-ahead log into it and waits for the disk: 20 ms instead of 0.2, half the
time of a small run.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine


@contextmanager
def kept_open() -> Iterator[None]:
    """Keep a connection to every SQLite file that is opened inside the block, until it ends.

    In write-ahead mode, which Dagster sets, `normal` waits for the disk at a checkpoint instead of
    at every commit: a power cut may take the last events of a run, and leaves the file sound.
    """
    kept: dict[str, sqlite3.Connection] = {}

    def keep(connection: Any, _: Any) -> None:
        if not isinstance(connection, sqlite3.Connection):
            return
        connection.execute("pragma synchronous = normal")
        path = connection.execute("pragma database_list").fetchone()[2]
        if not path:
            return
        if path not in kept:
            kept[path] = sqlite3.connect(path, check_same_thread=False)
        # A new file gets its write-ahead log after it was opened first; asking joins it (10 us).
        kept[path].execute("select 1 from sqlite_master").fetchone()

    event.listen(Engine, "connect", keep)
    try:
        yield
    finally:
        event.remove(Engine, "connect", keep)
        for connection in kept.values():
            connection.close()
