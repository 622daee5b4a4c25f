"""After a load nothing of a person is in any file: not of those let in, not of those kept out."""

import gzip
import os
import secrets
import signal
import sqlite3
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import duckdb
import pytest

from ingestion.delivered.store import read_store
from tests.elsa.exports import number, row, write
from tests.elsa.traces import find
from tests.support import PROJECT_ROOT
from warehouse.settings import Settings, load_settings

PUPILS = [number("20130505", serial) for serial in range(100, 400)]


@pytest.fixture
def house(tmp_path: Path) -> Settings:
    return load_settings(data_dir=tmp_path / "data", surveys="delivered")


def opener(house: Settings):
    def open_sealed(path: Path) -> duckdb.DuckDBPyConnection | None:
        if path.name != "elsa_delivered.duckdb":
            return None
        with read_store("elsa", house) as con:
            copy = duckdb.connect()
            for (table,) in con.execute(
                "select table_name from duckdb_tables() where database_name = 'elsa'"
            ).fetchall():
                rows = con.execute(f"from elsa.raw_elsa.{table}").arrow()
                copy.register("rows", rows)
                copy.execute(f"create table {table} as from rows")
            return copy

    return open_sealed


def start(house: Settings, *arguments: str) -> subprocess.Popen[str]:
    """`jamlik ingest` with a home and a folder for temporary files of its own."""
    folders = {name: house.data_dir.parent / name.lower() for name in ("HOME", "TMPDIR")}
    for folder in folders.values():
        folder.mkdir(exist_ok=True)
    variables = {**{name: str(folder) for name, folder in folders.items()}, "SURVEYS": "delivered"}
    return subprocess.Popen(
        [sys.executable, "-m", "orchestration.cli", "ingest", "elsa", *arguments],
        cwd=PROJECT_ROOT,
        env={**os.environ, **variables, "JAMLIK_DATA_DIR": str(house.data_dir)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def export(path: Path, n: int) -> tuple[Path, list[str]]:
    """A file of pupils with names, addresses and remarks that occur nowhere else."""
    rows, canaries = [], []
    for at in range(n):
        name, street, remark = (f"Ö{secrets.token_hex(9)}" for _ in range(3))
        pupil = PUPILS[at % len(PUPILS)]
        extra = {"namn": name, "adress": street, "anteckning": remark}
        kind = (
            {},
            {"samtycke": "N"},
            {"namn": f"xx{name}"},
            {"langd_cm": remark},
            {"boende": name},
        )
        rows.append({**row(personnummer=pupil), **extra, **kind[at % len(kind)]})
        canaries += [name, street, remark, pupil, f"{pupil[2:8]}-{pupil[8:]}", pupil[2:]]
    return write(path, rows, "cp1252"), canaries


def test_nothing_of_a_person_is_in_any_file(house: Settings) -> None:
    word = f"Ö{secrets.token_hex(9)}"
    path, canaries = export(house.data_dir.parent / f"{word}.csv", 40)
    child = start(house, str(path))
    out, err = child.communicate(timeout=120)
    assert child.returncode == 0 and "24 of 32 talks taken" in out, err
    bad = write(
        house.data_dir.parent / f"{word}.csv", [{"personnummer": canaries[3], "namn": word}]
    )
    child = start(house, str(bad))
    told = out + err + "".join(child.communicate(timeout=120))
    assert child.returncode == 2
    bad.unlink()
    canaries = [word, *canaries]
    assert not [one for one in canaries if one in told]
    folders = [house.data_dir.parent]
    assert find(canaries, folders, opener(house)) == set()
    # The search itself finds what is there: in the sealed file, and hidden in every way.
    assert find(["2023-11"], folders, opener(house)) == {("2023-11", "elsa_delivered.duckdb")}
    hide(house.data_dir / "tmp", word)
    hidden = {name for _, name in find([word], folders, opener(house))}
    assert hidden == {"a.parquet", "a.duckdb", "a.sqlite", "a.zip", "a.gz", "a.log"}


def hide(folder: Path, word: str) -> None:
    con = duckdb.connect(str(folder / "a.duckdb"))
    con.execute("create table t as select ? || (i // 100) as w from range(200000) as r(i)", [word])
    con.execute(f"copy t to '{folder / 'a.parquet'}' (compression zstd)")
    con.close()
    with sqlite3.connect(folder / "a.sqlite") as lite:
        lite.execute("create table t (w text)")
        lite.execute("insert into t values (?)", [word])
    with zipfile.ZipFile(folder / "a.zip", "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("inside", f"before {word} after" * 9)
    (folder / "a.gz").write_bytes(gzip.compress(word.encode()))
    (folder / "a.log").write_bytes(f"name={word}".encode("cp1252"))


def test_killed_in_the_middle_nothing_is_left_in_clear(house: Settings) -> None:
    path, canaries = export(house.data_dir.parent / "big.csv", 30_000)
    child = start(house, str(path))
    working = house.paths.restricted("elsa", "delivered").with_name(
        ".elsa_delivered.duckdb.working"
    )
    deadline = time.monotonic() + 60
    while not working.exists():
        assert child.poll() is None and time.monotonic() < deadline
        time.sleep(0.002)
    time.sleep(0.5)
    child.send_signal(signal.SIGKILL)
    child.communicate()
    assert path.exists()
    path.unlink()
    some = canaries[:60] + canaries[-60:]
    folders = [house.data_dir, *(house.data_dir.parent / one for one in ("home", "tmpdir"))]
    assert find(some, folders, lambda _: duckdb.connect()) == set()
