"""Loads that are killed at any moment lose, double and halve nothing."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from ingestion.kolada.replay.faults import Fault, FaultPlan
from ingestion.kolada.replay.server import ReplayServer
from tests.kolada.small import KPIS, default_rows, write_snapshot
from tests.support import PROJECT_ROOT
from warehouse.connection import connect
from warehouse.settings import load_settings

KILLS = 30
# One KPI a batch, so that there are many moments between transactions.
LOADER = """
import sys
from pathlib import Path
from ingestion.kolada import plan
from ingestion.kolada.load import load
from warehouse.settings import load_settings
plan.KPIS_PER_BATCH = 1
settings = load_settings(data_dir=Path(sys.argv[1]), kolada="replay",
                         snapshot=Path(sys.argv[2]), kpis=sys.argv[3])
print("ready", flush=True)
sys.stdin.readline()
load(settings, sys.argv[4])
"""


def test_thirty_kills_at_random_moments(tmp_path: Path) -> None:
    """Each load meets a revised snapshot; after every kill the history is still lawful."""
    chance = random.Random(2026)
    snapshot = write_snapshot(tmp_path / "snapshot")
    settings = load_settings(
        data_dir=tmp_path / "data", kolada="replay", snapshot=snapshot, kpis=",".join(KPIS)
    )
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
            time.sleep(chance.uniform(0, duration))
            if child.poll() is None:
                os.kill(child.pid, signal.SIGKILL)
                killed += 1
            else:
                duration = max(0.2, time.monotonic() - started)
            child.communicate()
        if raw.exists():
            _assert_lawful(settings, seen)
    assert killed >= KILLS // 2
    with ReplayServer(snapshot) as server:
        child = _start(settings.data_dir, snapshot, server.base_url)
        child.communicate(timeout=60)
        assert child.returncode == 0
    with connect(raw, settings, read_only=True) as con:
        latest = con.execute(LATEST).fetchall()
    assert sorted(latest, key=str) == sorted(seen[-1], key=str)


LATEST = """
    select kpi, municipality, period, gender, value from raw_kolada.reading
    qualify row_number() over (partition by kpi, municipality, period, gender
                               order by read_at desc) = 1 and not isdeleted
"""


def _start(data_dir: Path, snapshot: Path, base_url: str) -> subprocess.Popen[bytes]:
    """A loader that has imported everything and begins now."""
    child = subprocess.Popen(
        [sys.executable, "-c", LOADER, str(data_dir), str(snapshot), ",".join(KPIS), base_url],
        cwd=PROJECT_ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert child.stdout and child.stdin
    assert child.stdout.readline() == b"ready\n"
    child.stdin.write(b"\n")
    child.stdin.flush()
    return child


def _assert_lawful(settings, seen: list[list[tuple]]) -> None:
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
