"""Running the whole house in a temporary folder, as a user does from the terminal."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from tests.support import PROJECT_ROOT
from warehouse.settings import Settings

# The machine may be busy; what is waited for comes in seconds, a run in half a minute.
PATIENCE = 600.0
# Without the demonstration's survey files, which take 15 s, and Folkhälsodata, which takes 3.
SMALL = {
    "KOLADA": "demo",
    "KPIS": "N00923,N00925,N01951",
    "SURVEYS": "delivered",
    "FOLKHALSODATA": "off",
}


def environment(data_dir: Path, **settings: str) -> dict[str, str]:
    """The test's own settings and nothing of the caller's; no pages (20 s) unless asked for."""
    ours = {str(field.validation_alias) for field in Settings.model_fields.values()}
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    return {**kept, "JAMLIK_DATA_DIR": str(data_dir), "JAMLIK_SITE": "no", **settings}


def start(data_dir: Path, *arguments: str, **settings: str) -> subprocess.Popen[str]:
    """Start `jamlik` in a process group of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "orchestration.cli", *arguments],
        cwd=PROJECT_ROOT,
        env=environment(data_dir, **settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def jamlik(data_dir: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run `jamlik` to its end."""
    child = start(data_dir, *arguments, **settings)
    out, err = child.communicate(timeout=900)
    return subprocess.CompletedProcess(arguments, child.returncode, out, err)


def wait_for(what: str, found: Callable[[], bool], seconds: float = PATIENCE) -> None:
    """Look until something is there; fails when it does not come in time."""
    deadline = time.monotonic() + seconds
    while not found():
        assert time.monotonic() < deadline, f"{what} did not come within {seconds:.0f} s"
        time.sleep(0.2)


def copy(house: Path, to: Path) -> Path:
    """A data folder of one's own with what another one holds."""
    shutil.copytree(
        house, to, symlinks=True, dirs_exist_ok=True, copy_function=_copy_unless_passing
    )
    return to


def _copy_unless_passing(source: str, to: str) -> None:
    """Copy a file; SQLite's side files come and go while another test reads the house."""
    try:
        shutil.copy2(source, to)
    except FileNotFoundError:
        if not source.endswith(("-wal", "-shm")):
            raise


def warm(house: Path, to: Path) -> Path:
    """A data folder with nothing in it but what runs remember of the project's files.

    Column lineage and dbt's unit tests take a third of a first run.
    """
    shutil.copytree(house / "dbt", to / "dbt")
    return to


@contextmanager
def published(data_dir: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published file as a reader opens it."""
    with duckdb.connect(str(data_dir / "published" / "jamlik.duckdb"), read_only=True) as con:
        yield con


def values(data_dir: Path) -> list[tuple]:
    """What readers see, without the times at which it was read: rows and their hash, by table."""
    tables = {
        "core.fct_value": "* exclude (read_at)",
        "core.dim_indicator": "*",
        "equity.area_gap": "*",
        "equity.gender_gap": "*",
        "equity.inequality": "*",
        "equity.trend": "*",
        "equity.overview": "*",
    }
    with published(data_dir) as con:
        return [
            (table, *rows)
            for table, columns in tables.items()
            for rows in con.execute(
                f"select count(*), bit_xor(hash(one)) from (select {columns} from {table}) as one"
            ).fetchall()
        ]
