"""Ticks of the inbox sensor with bursts of files and runs that are killed.

What belongs here: 200 ticks, files that arrive in bursts, runs killed with -9 at random moments,
and what must hold afterwards: every file taken exactly once, nothing locked, memory flat. What does
not: single kills and single files, which tests have.

Fewer ticks: JAMLIK_SOAK_TICKS. Moments of kills differ from run to run; the files do not.
"""

import os
import random
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.measure import print_table, verdict
from warehouse import locks
from warehouse.errors import JamlikError
from warehouse.paths import PROJECT_ROOT
from warehouse.sealed.keys import KeyFolder, needed_names
from warehouse.settings import Settings, load_settings

TICKS = int(os.environ.get("JAMLIK_SOAK_TICKS", "200"))
BURST_SHARE, MOST_FILES, ROWS_A_FILE = 0.15, 15, 12
KILL_SHARE, LONGEST_LIFE_SECONDS = 0.4, 40.0
MUNICIPALITIES = ("2080", "2081", "2083", "2085")
HEADER = "lopnr;argang;kon;ukommun;kalvikt;stress"
SETTINGS = {
    "KOLADA": "demo",
    "KPIS": "N00923",
    "SURVEYS": "delivered",
    "FOLKHALSODATA": "off",
    "JAMLIK_SITE": "no",
}


@dataclass
class Soak:
    """What happened so far."""

    files: int = 0
    runs: int = 0
    killed: int = 0
    seconds: list[float] = field(default_factory=list)
    resident: list[float] = field(default_factory=list)


def measure(work: Path, *, full: bool) -> None:
    """Print what happened, and fail where a file was lost, taken twice or anything is stuck."""
    del full
    folder, keys = work / "soak", work / "soak-keys"
    for one in (folder, keys):
        shutil.rmtree(one, ignore_errors=True)
        one.mkdir(parents=True, mode=0o700)
    for name in needed_names():
        KeyFolder(keys).create(name)
    with _environment({**SETTINGS, "JAMLIK_DATA_DIR": str(folder), "JAMLIK_KEY_DIR": str(keys)}):
        settings = load_settings()
        _finish(_start("run"))
        soak = _ticks(settings, random.Random(2026))
        while _waiting(settings):
            _finish(_start("run", "--only", "surveys"))
            soak.runs += 1
        _check(settings, soak)
    for one in (folder, keys):
        shutil.rmtree(one)
    print_table(
        ["ticks", "files", "runs", "killed", "s a run"],
        [[TICKS, soak.files, soak.runs, soak.killed, f"{max(soak.seconds, default=0):.0f}"]],
    )
    early, late = soak.resident[len(soak.resident) // 4], soak.resident[-1]
    what = "memory of the sensor's process, at the end / after a quarter"
    print(verdict(what, late / early, 1.1, "x", at_least=False))


def _ticks(settings: Settings, chance: random.Random) -> Soak:
    import dagster as dg

    from orchestration.sensors import survey_inbox

    soak, cursor, inbox = Soak(), "", settings.paths.inbox("hlv")
    inbox.mkdir(parents=True, exist_ok=True)
    for _ in range(TICKS):
        if chance.random() < BURST_SHARE:
            for _ in range(chance.randint(1, MOST_FILES)):
                _write_file(inbox, soak.files)
                soak.files += 1
        found = survey_inbox(dg.build_sensor_context(cursor=cursor))
        assert isinstance(found, dg.SensorResult)
        cursor = found.cursor or ""
        # A second tick for the same files is one run: so Dagster treats a run key.
        if found.run_requests:
            _run(soak, chance)
        soak.resident.append(_resident_mib())
    return soak


def _write_file(inbox: Path, number: int) -> None:
    """Persons of one municipality, with numbers that no other file has."""
    rows = [
        f"{number * 1000 + n};2021;{1 + n % 2};{MUNICIPALITIES[number % 4]};1,5;{n % 2}"
        for n in range(ROWS_A_FILE)
    ]
    path = inbox / f"{number:04}.csv"
    path.write_text("\n".join((HEADER, *rows)) + "\n", encoding="utf-8")
    # Settled: as if it had been copied some time ago.
    os.utime(path, (time.time() - 60,) * 2)


def _run(soak: Soak, chance: random.Random) -> None:
    child, started = _start("run", "--only", "surveys"), time.monotonic()
    soak.runs += 1
    if chance.random() < KILL_SHARE:
        try:
            child.wait(chance.uniform(1.0, LONGEST_LIFE_SECONDS))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
            soak.killed += 1
            return
    _finish(child)
    soak.seconds.append(time.monotonic() - started)


def _start(*arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "orchestration.cli", *arguments],
        cwd=PROJECT_ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )


def _finish(child: subprocess.Popen[bytes]) -> None:
    _, said = child.communicate()
    if child.returncode:
        raise JamlikError(f"A run failed: {said.decode(errors='replace')[-1000:]}")


def _waiting(settings: Settings) -> bool:
    from ingestion.delivered.inbox import waiting

    return bool(waiting(settings.paths.inbox("hlv")))


def _check(settings: Settings, soak: Soak) -> None:
    import dagster as dg

    from ingestion.delivered.store import read_store
    from orchestration.runs import clear_dead_runs, writer_lock

    with read_store("hlv", settings) as con:
        (taken,) = con.execute(
            "select count(distinct file_name) filter (status in ('loaded', 'replaced')) "
            "from raw_hlv.load"
        ).fetchone() or (0,)
        # A later file of the same municipality and round replaces the one before it.
        in_force = con.execute(
            "select count(one.row_number) from raw_hlv.load as file "
            "left join raw_hlv.respondent as one using (file_id) "
            "where file.status = 'loaded' group by file.file_id"
        ).fetchall()
    if taken != soak.files or set(in_force) != {(ROWS_A_FILE,)}:
        raise JamlikError(
            f"{soak.files} files of {ROWS_A_FILE} rows were sent, {taken} taken; rows of those in "
            f"force: {in_force}."
        )
    if locks.is_held(writer_lock(settings.paths)):
        raise JamlikError("The writer's lock is held, and nobody writes.")
    with dg.DagsterInstance.from_config(str(settings.paths.dagster_home)) as instance:
        clear_dead_runs(instance, settings.paths)
        left = [run.run_id for run in instance.get_runs() if not run.is_finished]
        slots = instance.event_log_storage.get_concurrency_info("duckdb_write").active_slot_count
    if left or slots:
        raise JamlikError(f"{len(left)} runs look alive and {slots} slots are taken.")


@contextmanager
def _environment(settings: dict[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(settings)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _resident_mib() -> float:
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * resource.getpagesize() / 2**20
