"""Loads that are killed at any moment lose, double and halve nothing."""

import random
import time
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from ingestion.kolada import plan
from ingestion.kolada.load import load
from ingestion.kolada.replay.faults import Fault, FaultPlan
from ingestion.kolada.replay.server import ReplayServer
from tests.kolada.small import KPIS, default_rows, write_snapshot
from tests.support import forkserver
from warehouse.connection import connect
from warehouse.settings import Settings, load_settings

KILLS = 30


def _load(data_dir: Path, snapshot: Path, base_url: str) -> None:
    """The loader, in a process of its own."""
    # One KPI a batch, so that there are many moments between transactions.
    plan.KPIS_PER_BATCH = 1
    load(_settings(data_dir, snapshot), base_url)


def _settings(data_dir: Path, snapshot: Path) -> Settings:
    return load_settings(data_dir=data_dir, kolada="replay", snapshot=snapshot, kpis=",".join(KPIS))


def test_thirty_kills_at_random_moments(tmp_path: Path) -> None:
    """Each load meets a revised snapshot; after every kill the history is still lawful."""
    chance = random.Random(2026)
    snapshot = write_snapshot(tmp_path / "snapshot")
    settings = _settings(tmp_path / "data", snapshot)
    raw = settings.paths.raw_kolada("replay")
    killed, seen = 0, [default_rows()]
    duration = 1.0
    for turn in range(KILLS):
        rows = [(*row[:4], None if row[4] is None else row[4] + turn) for row in default_rows()]
        seen.append(rows)
        write_snapshot(snapshot, rows)
        # Answers that take their time make the requests a target, too.
        with ReplayServer(snapshot, FaultPlan([Fault("cut", every=3)])) as server:
            child = _start(settings.data_dir, snapshot, server.base_url)
            started = time.monotonic()
            child.join(chance.uniform(0, duration))
            if child.is_alive():
                child.kill()
                killed += 1
            else:
                duration = max(0.2, time.monotonic() - started)
            child.join()
        if raw.exists():
            _assert_lawful(settings, seen)
    assert killed >= KILLS // 2
    with ReplayServer(snapshot) as server:
        child = _start(settings.data_dir, snapshot, server.base_url)
        child.join(60)
        assert child.exitcode == 0
    with connect(raw, settings, read_only=True) as con:
        latest = con.execute(LATEST).fetchall()
    assert sorted(latest, key=str) == sorted(seen[-1], key=str)


LATEST = """
    select kpi, municipality, period, gender, value from raw_kolada.reading
    qualify row_number() over (partition by kpi, municipality, period, gender
                               order by read_at desc) = 1 and not isdeleted
"""


def _start(data_dir: Path, snapshot: Path, base_url: str) -> ForkServerProcess:
    """A loader that begins now: its server has imported everything, which takes a second."""
    child = forkserver().Process(target=_load, args=(data_dir, snapshot, base_url))
    child.start()
    return child


def _assert_lawful(settings: Settings, seen: list[list[tuple]]) -> None:
    """Whole KPIs of one version each; no key twice at one time."""
    versions = [{row for row in rows} for rows in seen]
    path = settings.paths.raw_kolada("replay")
    with connect(path, settings, read_only=True) as con:
        tables = con.execute("select 1 from duckdb_tables() where table_name = 'reading'")
        if not tables.fetchall():
            return
        latest = con.execute(LATEST).fetchall()
        doubled = con.execute(
            "select kpi from raw_kolada.reading "
            "group by kpi, municipality, period, gender, read_at having count(*) > 1"
        ).fetchall()
    assert doubled == []
    for kpi in KPIS:
        rows = {row for row in latest if row[0] == kpi}
        whole = [{row for row in version if row[0] == kpi} for version in versions]
        assert not rows or rows in whole, f"{kpi} is a mixture of two readings"
