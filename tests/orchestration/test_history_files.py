"""Dagster's SQLite files while a run writes them."""

import sqlite3
from pathlib import Path

import dagster as dg
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from orchestration.history_files import kept_open


def _write(path: Path, value: int) -> int:
    """Write as Dagster does, with a connection for every event; returns `synchronous`."""
    engine = create_engine(f"sqlite:///{path}", poolclass=NullPool)
    with engine.begin() as con:
        con.execute(text("insert into event values (:value)"), {"value": value})
        return con.execute(text("pragma synchronous")).scalar_one()


def test_events_wait_in_the_log_until_the_block_ends(tmp_path: Path) -> None:
    path = tmp_path / "events.db"
    log = path.with_name("events.db-wal")
    with sqlite3.connect(path) as con:
        con.execute("pragma journal_mode = wal")
        con.execute("create table event (value int)")
    con.close()
    assert _write(path, 1) == 2 and not log.exists(), "every close wrote the log into the file"
    with kept_open():
        assert _write(path, 2) == 1
        kept = log.stat().st_size
        _write(path, 3)
        assert log.stat().st_size > kept > 0
    assert not log.exists()
    assert _write(path, 4) == 2, "outside the block nothing is changed"
    with sqlite3.connect(path) as con:
        values = con.execute("select value from event order by 1").fetchall()
    con.close()
    assert values == [(1,), (2,), (3,), (4,)]


def test_an_instance_made_inside_the_block_is_read_outside(tmp_path: Path) -> None:
    @dg.op
    def anything() -> None: ...

    @dg.job
    def one() -> None:
        anything()

    with kept_open(), dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        run_id = one.execute_in_process(instance=instance).run_id
        logs = {path.name for path in tmp_path.rglob("*.db-wal")}
        assert {"runs.db-wal", "index.db-wal", f"{run_id}.db-wal"} <= logs
    assert not list(tmp_path.rglob("*.db-wal"))
    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        assert instance.get_run_by_id(run_id).status == dg.DagsterRunStatus.SUCCESS
        assert len(instance.all_logs(run_id)) > 5
