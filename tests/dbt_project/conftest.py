"""Running dbt in a folder of its own, once for all tests of this area."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from ingestion.delivered.store import ensure_stores
from ingestion.folkhalsodata.load import ensure_store
from tests.dbt_project.raw_file import write_raw_file
from tests.support import PROJECT_ROOT, made_once, shared_dir
from warehouse.check_log import open_log
from warehouse.register import register_ids
from warehouse.settings import load_settings

_DBT = "import sys; from dbt.cli.main import cli; cli(sys.argv[1:])"


def run_dbt(folder: Path, *args: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run dbt in a process of its own, with no setting but `variables` and its output in folder."""
    bare = {k: v for k, v in os.environ.items() if not k.startswith(("JAMLIK", "DBT"))}
    outputs = {"DBT_TARGET_PATH": str(folder / "target"), "DBT_LOG_PATH": str(folder / "logs")}
    return subprocess.run(
        [sys.executable, "-c", _DBT, "--no-use-colors", *args, "--profiles-dir", "."],
        cwd=PROJECT_ROOT / "dbt_project",
        env=bare | outputs | variables,
        capture_output=True,
        text=True,
        timeout=300,
    )


@dataclass(frozen=True)
class Dbt:
    """One build: its folder, and a way to run dbt on it in a process of its own."""

    folder: Path
    raw: Path

    def __post_init__(self) -> None:
        """dbt attaches the stores of sources even when nothing was read or delivered."""
        settings = load_settings(data_dir=self.folder, surveys="delivered", folkhalsodata="off")
        ensure_stores(settings)
        ensure_store(settings)
        with open_log(settings):
            pass

    @property
    def folkhalsodata(self) -> Path:
        return self.folder / "raw" / "folkhalsodata_off.duckdb"

    @property
    def build(self) -> Path:
        return self.folder / "jamlik.duckdb"

    def restricted(self, source: str) -> Path:
        return self.folder / "restricted" / f"{source}_delivered.duckdb"

    def run(self, *args: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run dbt; `variables` are environment variables beside the paths."""
        paths = {
            "JAMLIK_BUILD": str(self.build),
            "JAMLIK_RAW_KOLADA": str(self.raw),
            "JAMLIK_RAW_FOLKHALSODATA": str(self.folkhalsodata),
            "JAMLIK_RAW_CHECKS": str(self.folder / "raw" / "checks.duckdb"),
            "JAMLIK_RESTRICTED_HLV": str(self.restricted("hlv")),
            "JAMLIK_RESTRICTED_LUPP": str(self.restricted("lupp")),
            "JAMLIK_RESTRICTED_ELSA": str(self.restricted("elsa")),
            "JAMLIK_KEY_DIR": os.environ["JAMLIK_KEY_DIR"],
            "JAMLIK_SURVEY_ORIGIN": "delivered",
            "JAMLIK_FOLKHALSODATA_ORIGIN": "off",
            "JAMLIK_TEMP_DIRECTORY": str(self.folder / "spill"),
            "JAMLIK_ORIGIN": "replay",
        }
        return run_dbt(self.folder, *args, **(paths | variables))

    def results(self) -> dict[str, str]:
        """Status by node name of the last command."""
        path = self.folder / "target" / "run_results.json"
        found = json.loads(path.read_text(encoding="utf-8"))["results"]
        return {result["unique_id"].split(".")[2]: result["status"] for result in found}


@pytest.fixture(scope="session")
def shared() -> Path:
    return shared_dir()


@pytest.fixture(scope="session")
def built(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Dbt:
    """The register's 66 KPIs of the recorded snapshot, built and checked.

    Unit tests look at no data and run where the small house is made.
    """

    def make(folder: Path) -> None:
        write_raw_file(folder / "kolada.duckdb", shared, register_ids())
        dbt = Dbt(folder, folder / "kolada.duckdb")
        done = dbt.run("build", "--exclude-resource-type", "unit_test")
        assert done.returncode == 0, done.stdout[-4000:]
        (folder / "build_results.json").write_text(json.dumps(dbt.results()), encoding="utf-8")

    folder = made_once(tmp_path_factory, "dbt", make)
    return Dbt(folder, folder / "kolada.duckdb")


@pytest.fixture
def marts(built: Dbt) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(built.build), read_only=True) as con:
        yield con


@pytest.fixture(scope="session")
def manifest(built: Dbt) -> dict:
    """The manifest of the build."""
    return json.loads((built.folder / "target" / "manifest.json").read_text(encoding="utf-8"))
