"""A run that dies, and the next one: nothing waits for the dead, and no reader notices.

The run is of another region over a house that was published before, so that the same two runs
show what one setting changes and what a rollback brings back.
"""

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from tests.orchestration.house import SMALL, copy, jamlik, published, start, values

OTHER = {**SMALL, "JAMLIK_REGION": "03"}
READER = """
import sys, time, duckdb, pathlib
path, stop, seen = sys.argv[1], pathlib.Path(sys.argv[2]), set()
while not stop.exists():
    with duckdb.connect(path, read_only=True) as con:
        areas = con.execute("select count(*) from core.dim_area").fetchone()[0]
        gaps = con.execute("select count(*) from indicator.n00923").fetchone()[0]
        assert areas == 312 and gaps > 0
        seen.add(str(pathlib.Path(path).resolve()))
    time.sleep(0.05)
print(len(seen))
"""


@dataclass(frozen=True)
class Aftermath:
    """A house after a run that was killed and one that was not, and what a reader saw of both."""

    house: Path
    second: subprocess.CompletedProcess[str]
    reader: subprocess.CompletedProcess[str]


@pytest.fixture(scope="module")
def after(tmp_path_factory: pytest.TempPathFactory, small_house: Path) -> Aftermath:
    """A run killed while it publishes, when every file is there; then run again at once.

    Loads and releases that are killed at any moment have tests of their own; here it is
    Dagster that must not wait for the dead.
    """
    house = copy(small_house, tmp_path_factory.mktemp("killed"))
    stop = house / "stop"
    command = [sys.executable, "-c", READER, str(house / "published/jamlik.duckdb"), str(stop)]
    reader = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        # A build file that cannot be opened is made anew.
        (house / "build" / "jamlik.duckdb").write_bytes(b"no DuckDB file" * 1000)
        _kill_while_it_publishes(house)
        second = jamlik(house, "run", JAMLIK_LOCK_TIMEOUT="20", **OTHER)
    finally:
        stop.touch()
        said = reader.communicate(timeout=30)
    return Aftermath(house, second, subprocess.CompletedProcess(command, reader.returncode, *said))


def _kill_while_it_publishes(house: Path) -> None:
    victim = start(house, "run", **OTHER)
    deadline = time.monotonic() + 300
    while not list(house.glob("published/releases/.making-*")) and victim.poll() is None:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert victim.poll() is None, victim.communicate()
    os.kill(victim.pid, signal.SIGKILL)
    victim.wait()


def focus(house: Path) -> list[tuple]:
    with published(house) as con:
        return con.execute("select distinct county_id from core.dim_area where is_focus").fetchall()


def test_a_killed_run_stops_nobody(after: Aftermath, small_house: Path) -> None:
    assert after.second.returncode == 0, after.second.stderr
    assert not list(after.house.glob("published/releases/.making-*"))
    with dg.DagsterInstance.from_config(str(after.house / "dagster")) as instance:
        assert [run.status for run in instance.get_runs()] == [
            dg.DagsterRunStatus.SUCCESS,
            dg.DagsterRunStatus.FAILURE,
            dg.DagsterRunStatus.SUCCESS,
        ]
    assert values(after.house) == values(small_house), "which are the same for every region"


def test_readers_always_see_a_whole_version_while_runs_publish(after: Aftermath) -> None:
    assert after.reader.returncode == 0, after.reader.stderr
    assert int(after.reader.stdout) == 2, "the reader saw the old and the new release"


def test_a_build_file_that_cannot_be_opened_is_made_anew(after: Aftermath) -> None:
    with duckdb.connect(str(after.house / "build/jamlik.duckdb"), read_only=True) as con:
        assert con.execute("select count(*) from core.dim_area").fetchone() == (312,)


def _unit_tests_run_at(house: Path) -> set[str]:
    """When dbt's unit tests ran, as the last run says that had them as checks."""
    evaluated = dg.DagsterEventType.ASSET_CHECK_EVALUATION
    with dg.DagsterInstance.from_config(str(house / "dagster")) as instance:
        for run in instance.get_runs():
            records = instance.get_records_for_run(
                run.run_id, of_type=evaluated, limit=1000
            ).records
            checks = [r.event_log_entry.dagster_event.event_specific_data for r in records]
            units = [check for check in checks if check.check_name.startswith("unit_")]
            if units:
                assert len(units) > 40 and all(check.passed for check in units)
                return {str(check.metadata["run_at"].value) for check in units}
    return set()


def test_unit_tests_that_passed_are_not_run_again(after: Aftermath, small_house: Path) -> None:
    before = _unit_tests_run_at(small_house)
    assert len(before) == 1
    assert _unit_tests_run_at(after.house) == before, "the models are those that passed"


def test_a_release_tells_what_the_runs_before_it_checked(after: Aftermath) -> None:
    with published(after.house) as con:
        kinds = con.execute("select distinct kind from quality.check_result").fetchall()
        told = "select count(*), count(passed) from quality.trust where mart = 'equity.area_gap'"
        checks, known = con.execute(told).fetchone() or (0, 0)
    everything = {"load", "expectation", "dbt_test", "unit_test", "publication", "disclosure"}
    assert {kind for (kind,) in kinds} == everything, "of the runs before, all there was"
    assert checks == known > 50


def test_another_region_is_one_setting_and_rollback_brings_the_first_back(
    after: Aftermath, small_house: Path
) -> None:
    assert focus(small_house) == [("0020",)]
    assert focus(after.house) == [("0003",)]
    done = jamlik(after.house, "rollback")
    assert done.returncode == 0, done.stderr
    assert focus(after.house) == [("0020",)]
