"""A run is started when the release was made from other inputs than there are now."""

import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from orchestration.manifest import ensure_manifest, inputs_of
from orchestration.runs import writer_lock
from orchestration.sensors import inputs_changed
from tests.orchestration.house import SMALL, copy, environment
from tests.support import PROJECT_ROOT
from warehouse import build_state
from warehouse.disclosure.configuration import DEFAULT
from warehouse.disclosure.state import rules_state
from warehouse.settings import load_settings

HOLDER = """
import sys, pathlib
from warehouse import locks
with locks.hold(pathlib.Path(sys.argv[1]), "a run"):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def house(tmp_path: Path, small_house: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What one run left; the note of what it was made from names paths, so it is written anew."""
    copy(small_house, tmp_path)
    for name, value in {**SMALL, "JAMLIK_DATA_DIR": str(tmp_path), "JAMLIK_SITE": "no"}.items():
        monkeypatch.setenv(name, value)
    settings = load_settings()
    build_state.remember(settings.paths, inputs_of(settings))
    return tmp_path


def look() -> object:
    return inputs_changed(dg.build_sensor_context())


def test_nothing_is_started_while_inputs_are_those_of_the_release(house: Path) -> None:
    found = look()
    assert isinstance(found, dg.SkipReason) and "Nothing has changed" in str(found.skip_message)


def test_each_changed_state_starts_one_run(house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with duckdb.connect(str(house / "raw/kolada_demo.duckdb")) as con:
        con.execute(
            "insert into raw_kolada.kpi select * replace (read_at + interval 1 day as read_at) "
            "from raw_kolada.kpi limit 1"
        )
    first, again = look(), look()
    assert isinstance(first, dg.RunRequest) and isinstance(again, dg.RunRequest)
    assert first.run_key == again.run_key
    monkeypatch.setenv("JAMLIK_REGION", "03")
    other = look()
    assert isinstance(other, dg.RunRequest) and other.run_key != first.run_key


def test_other_rules_of_disclosure_start_a_run(
    house: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = house / "own.yml"
    own.write_text(DEFAULT.read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.setenv("JAMLIK_DISCLOSURE", str(own))
    assert isinstance(look(), dg.SkipReason), "the same rules in another file"
    own.write_text(own.read_text("utf-8").replace("threshold: 5", "threshold: 6"), "utf-8")
    assert isinstance(look(), dg.RunRequest)


def test_a_house_that_moved_keeps_its_manifest_and_another_region_does_not(house: Path) -> None:
    parsed = ensure_manifest(load_settings()).stat().st_mtime_ns
    moved = load_settings(data_dir=house.rename(house.with_name("moved")))
    assert ensure_manifest(moved).stat().st_mtime_ns == parsed
    assert ensure_manifest(moved.with_changes(region="03")).stat().st_mtime_ns > parsed


def test_an_approval_that_ends_changes_the_rules_in_force(tmp_path: Path) -> None:
    settings = load_settings(data_dir=tmp_path)
    last = date(2099, 12, 31)
    assert rules_state(settings, last).split()[1:] == ["hlv", "lupp", "elsa"]
    assert len(rules_state(settings, last + timedelta(days=1)).split()) == 1


def test_it_does_not_look_while_a_run_writes(house: Path) -> None:
    lock = str(writer_lock(load_settings().paths))
    run = subprocess.Popen(
        [sys.executable, "-c", HOLDER, lock],
        cwd=PROJECT_ROOT,
        env=environment(house),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert run.stdout and run.stdout.readline() == b"held\n"
    found = look()
    run.communicate(b"")
    assert isinstance(found, dg.SkipReason) and found.skip_message == "A run is on."


def test_nothing_is_started_before_the_first_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JAMLIK_DATA_DIR", str(tmp_path))
    found = look()
    assert isinstance(found, dg.SkipReason) and "Nothing was ever loaded" in str(found.skip_message)
