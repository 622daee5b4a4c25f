"""Runs that meet others or a full disk: who waits, who is told, who is left alone."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest

from orchestration.commands import require_room
from orchestration.home import prepare_home
from orchestration.runs import clear_dead_runs, life_lock, writer_lock
from tests.orchestration.house import SMALL, copy, environment, jamlik, published
from tests.support import PROJECT_ROOT
from warehouse import locks
from warehouse.errors import DiskFullError
from warehouse.settings import load_settings


def test_a_second_run_waits_no_longer_than_it_may_and_names_the_holder(tmp_path: Path) -> None:
    paths = load_settings(data_dir=tmp_path).paths.make()
    with locks.hold(writer_lock(paths), "somebody's run"):
        done = jamlik(tmp_path, "run", JAMLIK_LOCK_TIMEOUT="1", **SMALL)
    assert done.returncode == 1
    assert f"process {os.getpid()} (somebody's run" in done.stderr


def test_living_runs_are_left_alone(tmp_path: Path) -> None:
    settings = load_settings(data_dir=tmp_path)
    prepare_home(settings)

    @dg.job
    def anything() -> None: ...

    with dg.DagsterInstance.from_config(str(tmp_path / "dagster")) as instance:
        living, dead, fresh = (
            instance.create_run_for_job(anything, status=dg.DagsterRunStatus.STARTED)
            for _ in range(3)
        )
        life_lock(settings.paths, dead.run_id).parent.mkdir(parents=True)
        life_lock(settings.paths, dead.run_id).touch()
        instance.event_log_storage.set_concurrency_slots("duckdb_write", 1)
        instance.event_log_storage.claim_concurrency_slot("duckdb_write", dead.run_id, "step")
        with locks.hold(life_lock(settings.paths, living.run_id), "a test"):
            assert clear_dead_runs(instance, settings.paths) == [dead.run_id]
        slots = instance.event_log_storage.get_concurrency_info("duckdb_write")
        assert slots.active_slot_count == 0
        assert instance.get_run_by_id(fresh.run_id).status == dg.DagsterRunStatus.STARTED


def test_a_disk_that_is_full_is_said_and_the_old_release_stands(
    tmp_path: Path, small_house: Path
) -> None:
    copy(small_house, tmp_path)
    before = (tmp_path / "published/current").readlink()
    limited = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (15_000_000,) * 2);"
        "from orchestration.cli import main; sys.exit(main(['run']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", limited],
        cwd=PROJECT_ROOT,
        env=environment(tmp_path, **{**SMALL, "KPIS": "register"}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "FAILED" in done.stderr and "Traceback" not in done.stderr
    assert (tmp_path / "published/current").readlink() == before
    with published(tmp_path) as con:
        assert con.execute("select count(*) from core.dim_area").fetchone() == (312,)


def test_a_run_does_not_begin_without_room(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("orchestration.commands.LEAST_FREE_BYTES", 1 << 60)
    with pytest.raises(DiskFullError, match=r"GB free .* needs"):
        require_room(load_settings(data_dir=tmp_path))


def test_a_run_of_all_kpis_needs_more_room(tmp_path: Path, monkeypatch) -> None:
    usage = shutil.disk_usage(tmp_path)._replace(free=1_000_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    require_room(load_settings(data_dir=tmp_path))
    with pytest.raises(DiskFullError, match=r"1\.00 GB free .* needs 4\.00 GB"):
        require_room(load_settings(data_dir=tmp_path, kpis="all"))
