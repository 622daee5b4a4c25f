"""Runs that succeed, fail or are killed, and somebody who is erased: nothing of anybody is left.

Everything below the data folder, Dagster's home, the home folder and the folder of temporary
files is searched, and what the commands said. The sealed store itself is searched as it lies,
and opened, since even there no name and no number may be.
"""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from ingestion.delivered.store import read_store
from tests.canary.decoders import content, is_sealed
from tests.canary.export import Export
from tests.canary.forms import Canaries
from tests.orchestration.house import SMALL, copy, environment
from tests.support import PROJECT_ROOT
from warehouse.settings import Settings, load_settings

STEP = "raw_elsa_few_rows_are_left_out"


class House:
    """A data folder with a home and a folder for temporary files of its own."""

    def __init__(self, folder: Path, base: Path) -> None:
        self.folder = folder
        self.settings: Settings = load_settings(data_dir=folder / "data", surveys="delivered")
        copy(base, folder / "data")
        for name in ("home", "temporary", "told"):
            (folder / name).mkdir()
        self.inbox = self.settings.paths.inbox("elsa")
        self.calls = 0
        # What is as it was copied was made before the export.
        self.began = self.seen = time.time()

    def start(self, *arguments: str, **settings: str) -> subprocess.Popen[bytes]:
        """Start `jamlik`; what it says goes to files, which are searched like others."""
        self.calls += 1
        variables = {
            **{"HOME": str(self.folder / "home"), "TMPDIR": str(self.folder / "temporary")},
            **{"PYTHONPATH": str(PROJECT_ROOT), "JAMLIK_KEY_DIR": os.environ["JAMLIK_KEY_DIR"]},
        }
        with (
            open(self.folder / "told" / f"{self.calls}.out", "wb") as out,
            open(self.folder / "told" / f"{self.calls}.err", "wb") as err,
        ):
            return subprocess.Popen(
                [sys.executable, "-m", "orchestration.cli", *arguments],
                cwd=PROJECT_ROOT,
                env=environment(self.settings.data_dir, **{**SMALL, **settings, **variables}),
                stdout=out,
                stderr=err,
                start_new_session=True,
            )

    def run(self, *arguments: str, **settings: str) -> int:
        """Run `jamlik` to its end."""
        return self.start(*arguments, **settings).wait(timeout=240)

    def kill_when(self, is_so: Callable[[], bool], *arguments: str) -> None:
        """Start a command and kill it with -9 at a moment that files show."""
        child = self.start(*arguments)
        deadline = time.monotonic() + 240
        while not is_so():
            assert child.poll() is None, self.said()
            assert time.monotonic() < deadline
            time.sleep(0.005)
        child.send_signal(signal.SIGKILL)
        child.wait()
        # dbt runs as a child that ends with its parent.
        time.sleep(0.3)

    def said(self) -> str:
        """What the last call said."""
        return (self.folder / "told" / f"{self.calls}.err").read_text(encoding="utf-8")

    def find(self, canaries: Canaries, *, whole: bool = False) -> set[tuple[str, str]]:
        """Canaries and the files that they are in, of those changed since the search before.

        What lies in the inbox is what was delivered; it is left out until it is taken.
        """
        since, self.seen = (self.began if whole else self.seen), time.time()
        found = set()
        for path in self.folder.rglob("*"):
            if path.is_relative_to(self.inbox) and not whole:
                continue
            name = str(path.relative_to(self.folder))
            held = name.encode()
            if path.is_symlink():
                held += str(path.readlink()).encode()
            elif path.is_file() and path.stat().st_ctime >= since:
                held += content(path)
            found |= {(canary, name) for canary in canaries.within(held)}
        return found

    def stored(self) -> str:
        """All that the sealed store holds, opened with its key."""
        with read_store("elsa", self.settings) as con:
            names = con.execute(
                "select table_name from duckdb_tables() where database_name = 'elsa'"
            ).fetchall()
            return "\n".join(
                str(con.execute(f"from elsa.raw_elsa.{name}").fetchall()) for (name,) in names
            )

    def pseudonyms(self) -> set[str]:
        """Of everybody in the store, and of their talks."""
        with read_store("elsa", self.settings) as con:
            rows = con.execute("select pseudonym, talk_id from elsa.raw_elsa.respondent").fetchall()
        return {one for row in rows for one in row}

    def step_has_begun(self, step: str) -> bool:
        """Whether Dagster has begun a step of the run that was started last."""
        runs = sorted(
            (self.settings.paths.dagster_home / "history" / "runs").glob("*-*.db"),
            key=lambda path: path.stat().st_mtime,
        )
        if not runs or runs[-1].stat().st_mtime < self.seen:
            return False
        try:
            with sqlite3.connect(f"file:{runs[-1]}?mode=ro", uri=True) as con:
                return bool(
                    con.execute(
                        "select 1 from event_logs where step_key = ? "
                        "and dagster_event_type = 'STEP_START'",
                        [step],
                    ).fetchall()
                )
        except sqlite3.Error:
            return False

    def dbt_has_begun(self) -> bool:
        """Whether dbt has begun with a model, in the run that was started last."""
        logs = self.settings.data_dir.glob("dbt/*/build_marts-*/dbt.log")
        new = [one for one in logs if one.stat().st_mtime > self.seen]
        return any(b" of " in one.read_bytes() and b"START" in one.read_bytes() for one in new)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, small_house: Path) -> House:
    return House(tmp_path_factory.mktemp("canary"), small_house)


@pytest.fixture(scope="module")
def export(house: House) -> Iterator[Export]:
    yield Export(house.inbox, filler=3000)


def test_killed_while_it_loads(house: House, export: Export) -> None:
    working = house.settings.paths.restricted("elsa", "delivered").with_name(
        ".elsa_delivered.duckdb.working"
    )
    house.kill_when(
        lambda: working.exists() and working.stat().st_size > 100_000,
        *("ingest", "elsa", str(export.path)),
    )
    assert export.path.exists()
    assert house.find(export.canaries) == set()


def test_failed_for_want_of_memory(house: House, export: Export) -> None:
    assert house.run("run", "--only", "surveys", JAMLIK_MEMORY_LIMIT="30MB") == 1
    assert "there was not enough memory" in house.said() and export.path.exists()
    # A file that is no export of talks, with a person's number and name where a header should be.
    bad = house.folder / f"{export.name}.csv"
    bad.write_text(f"{export.numbers[0]};{export.words[0]}\n" * 2, encoding="cp1252")
    assert house.run("ingest", "elsa", str(bad)) == 2 and "is missing" in house.said()
    bad.unlink()
    assert house.find(export.canaries) == set()


def test_killed_in_a_check(house: House, export: Export) -> None:
    house.kill_when(lambda: house.step_has_begun(STEP), "run", "--only", "surveys")
    assert not export.path.exists()
    assert house.find(export.canaries) == set()


def test_killed_while_dbt_builds(house: House, export: Export) -> None:
    house.kill_when(house.dbt_has_begun, "run", "--only", "surveys")
    assert house.find(export.canaries) == set()


def test_a_run_that_succeeds_and_a_person_who_is_erased(house: House, export: Export) -> None:
    assert house.run("run", "--only", "surveys") == 0, house.said()
    before = house.pseudonyms()
    assert len(before) > 6_000
    leaves = house.folder / f"{export.name}.txt"
    leaves.write_text(f"personnummer\n{export.withdraws}\n", encoding="utf-8")
    assert house.run("ingest", "elsa", "--withdrawn", str(leaves)) == 0, house.said()
    assert not leaves.exists()
    erased = before - house.pseudonyms()
    assert len(erased) == 3, "one person, two talks"
    # Neither what was delivered, nor any row about a person: no pseudonym is in what dbt builds,
    # in logs, or anywhere but in the sealed store.
    some = [*erased, *sorted(before)[:50]]
    everything = Canaries([*export.words, *some], export.numbers)
    assert house.find(everything, whole=True) == set()
    stored = house.stored()
    assert not [one for one in erased if one in stored]
    assert export.canaries.within(stored.encode()) == set()
    assert sorted(before - erased)[0] in stored


def test_no_sealed_file_opens_without_its_key(house: House) -> None:
    files = sorted((house.settings.data_dir / "restricted").glob("*.duckdb"))
    assert [one.name for one in files] and all(map(is_sealed, files))
    with pytest.raises(duckdb.Error):
        duckdb.connect().execute(f"attach '{files[0]}' as guess (encryption_key '{'0' * 64}')")
