"""A disk that is full, or nearly: a clear error, and the last release stands."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.publish.support import NOW, change_build, contracts, info, make_build, settings_for
from tests.support import PROJECT_ROOT
from warehouse.errors import DiskFullError
from warehouse.publish import publish
from warehouse.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = settings_for(tmp_path / "data")
    make_build(settings)
    publish(settings, contracts(), info=info(), now=NOW)
    return settings


def _state(settings: Settings) -> tuple:
    return settings.paths.current.resolve(), sorted(os.listdir(settings.paths.releases))


def test_too_little_space_is_said_before_writing(settings: Settings, monkeypatch) -> None:
    change_build(settings, "update core.fct_value set value = 1 where area_id = '0001'")
    before = _state(settings)
    usage = shutil.disk_usage(settings.paths.root)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=1_000_000))
    with pytest.raises(DiskFullError, match=r"needs about \d+ MB .* 1 MB are free"):
        publish(settings, contracts(), info=info(), now=NOW)
    assert _state(settings) == before


CHILD = """
import resource, sys
from pathlib import Path
from tests.publish.support import NOW, contracts, info, settings_for
from warehouse.errors import JamlikError
from warehouse.publish import publish
settings = settings_for(Path(sys.argv[1]))
limit = int(sys.argv[2])
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
try:
    publish(settings, contracts(), info=info(), now=NOW)
except JamlikError as error:
    print(type(error).__name__, error)
"""


@pytest.mark.parametrize("limit", [20_000, 600_000])
def test_file_that_cannot_grow_leaves_the_last_release(settings: Settings, limit: int) -> None:
    change_build(settings, "update core.fct_value set value = 1 where area_id = '0001'")
    assert limit < (settings.paths.current / "jamlik.duckdb").stat().st_size
    before = _state(settings)
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(settings.paths.root), str(limit)],
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout.startswith("DiskFullError The disk below"), done.stdout + done.stderr
    assert _state(settings) == before
    assert publish(settings, contracts(), info=info(), now=NOW).is_new


def test_full_disk_leaves_the_last_release(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", str(disk)],
        capture_output=True,
        text=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip(f"no small disk can be mounted here: {mounted.stderr.strip()}")
    try:
        settings = settings_for(disk)
        make_build(settings)
        release = publish(settings, contracts(), info=info(), now=NOW)
        change_build(settings, "update core.fct_value set value = 1 where area_id = '0001'")
        free = shutil.disk_usage(disk).free
        build = settings.paths.build.stat().st_size
        (disk / "ballast").write_bytes(b"x" * (free - 3 * build + 50_000))
        with pytest.raises(DiskFullError, match="MB are free"):
            publish(settings, contracts(), info=info(), now=NOW)
        assert settings.paths.current.resolve() == release.folder
        assert json.loads((settings.paths.current / "manifest.json").read_text("utf-8"))
    finally:
        subprocess.run(["umount", str(disk)], check=True)
