"""The server as a child process: starting, faults, errors, and no orphan."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from ingestion.kolada.replay import Fault, FaultPlan, replay_process
from tests.kolada_replay.small import KPIS, Client
from tests.support import PROJECT_ROOT
from warehouse.errors import JamlikError

PARENT = """
import sys, time
from pathlib import Path
from ingestion.kolada.replay import replay_process
with replay_process(Path(sys.argv[1])) as base_url:
    print(base_url, flush=True)
    time.sleep(60)
"""


ASK = """
import sys
from pathlib import Path
from ingestion.kolada.replay.server import ReplayServer
with ReplayServer(Path(sys.argv[1])) as replay:
    assert replay.answer("/v3/data/kpi/N00001/municipality/2000").status == 200
    assert replay.answer("/v3/data/kpi/N00001/year/2012?per_page=9").status == 200
    assert replay.answer("/v3/data/municipality/2000/year/2012?region_type=K").status == 200
sys.exit(", ".join({"pandas", "pyarrow", "numpy"} & set(sys.modules)) or None)
"""


def _is_served(base_url: str) -> bool:
    try:
        return Client(base_url, timeout=2).get("/kpi?per_page=1")["count"] == 1
    except OSError:
        return False


def _ends_within(base_url: str, seconds: float) -> bool:
    limit = time.monotonic() + seconds
    while _is_served(base_url):
        if time.monotonic() > limit:
            return False
        time.sleep(0.05)
    return True


def test_serves_while_the_context_is_open(folder: Path) -> None:
    with replay_process(folder) as base_url:
        assert urlsplit(base_url).hostname == "127.0.0.1" and base_url.endswith("/v3")
        assert Client(base_url).get("/kpi")["count"] == len(KPIS)
    assert not _is_served(base_url)


def test_ends_when_the_context_is_left_by_an_error(folder: Path) -> None:
    with pytest.raises(KeyError), replay_process(folder) as base_url:
        raise KeyError
    assert not _is_served(base_url)


def test_takes_a_fault_plan_and_a_seed(folder: Path) -> None:
    path = f"/data/kpi/{KPIS[0]}/municipality/2000,2001"
    plan = FaultPlan([Fault("status", status=429, retry_after=3, nth=1)])
    with replay_process(folder, plan, seed=1) as base_url, replay_process(folder) as other:
        client = Client(base_url)
        client.get(path, 429)
        assert client.get(path)["values"] != Client(other).get(path)["values"]


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_dies_with_its_parent(folder: Path, how: signal.Signals) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(folder)],
        cwd=PROJECT_ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert parent.stdout is not None
    with parent.stdout:
        base_url = parent.stdout.readline().strip()
        assert _is_served(base_url)
        os.kill(parent.pid, how)
        parent.wait(10)
    assert _ends_within(base_url, 5)


def test_a_damaged_folder_is_named_before_serving(tmp_path: Path) -> None:
    with (
        pytest.raises(JamlikError, match=r"nowhere does not exist.*SNAPSHOT"),
        replay_process(tmp_path / "nowhere"),
    ):
        pytest.fail("it served")


def test_a_taken_port_is_an_error(folder: Path) -> None:
    with replay_process(folder) as base_url:
        port = urlsplit(base_url).port
        assert port
        with pytest.raises(JamlikError, match=str(port)), replay_process(folder, port=port):
            pytest.fail("it served")


def test_serving_imports_no_heavy_package(folder: Path) -> None:
    """DuckDB imports pandas at the first bound text: 0.6 s and 90 MB for nothing."""
    done = subprocess.run(
        [sys.executable, "-c", ASK, str(folder)],
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
