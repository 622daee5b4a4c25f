"""What assets and checks are handed when they run.

What belongs here: resources. What does not: settings themselves (`warehouse/settings.py`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version

import dagster as dg
import duckdb
from dagster_dbt import DbtCliResource
from packaging.version import Version

from orchestration.check_history import record_results
from orchestration.history_files import kept_open
from orchestration.manifest import DBT_EXECUTABLE, DBT_PROJECT_DIR
from orchestration.runs import life_lock, writer_lock
from warehouse import locks
from warehouse.connection import connect
from warehouse.settings import Settings, load_settings
from warehouse.sql import literal

# Steps that write DuckDB files wait for each other in this pool; `dagster.yaml` sets 1.
DUCKDB_WRITE = "duckdb_write"


class Warehouse(dg.ConfigurableResource):
    """The warehouse's settings and files, for the time of one run.

    While a run holds this, its process holds the writer's lock: two Dagster homes, or a
    run from the UI and one from the terminal, never write at once.
    """

    @property
    def settings(self) -> Settings:
        """Settings in force, read from the environment."""
        return load_settings()

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator["Warehouse"]:
        """Hold the locks of a living, writing run, and take over what earlier runs checked."""
        settings = self.settings
        paths = settings.paths.make()
        run_id = context.run_id or "no-run"
        with (
            kept_open(),
            locks.hold(life_lock(paths, run_id), f"run {run_id}"),
            locks.hold(writer_lock(paths), f"run {run_id}", settings.lock_timeout),
        ):
            if context.instance is not None:
                record_results(context.instance, settings, run_id)
            yield self

    @contextmanager
    def raw_kolada(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """The raw file of the origin in force, read-only."""
        settings = self.settings
        with connect(settings.paths.raw_kolada(settings.kolada), settings, read_only=True) as con:
            yield con

    @contextmanager
    def raw_folkhalsodata(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Folkhälsodata's raw file of the origin in force, read-only."""
        settings = self.settings
        path = settings.paths.raw_folkhalsodata(settings.folkhalsodata_origin)
        with connect(path, settings, read_only=True) as con:
            yield con

    @contextmanager
    def restricted(self, source: str) -> Iterator[duckdb.DuckDBPyConnection]:
        """The restricted file of a survey, read-only; for books and counts."""
        from ingestion.delivered.store import read_store

        with read_store(source, self.settings) as con:
            yield con

    @contextmanager
    def build(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """The build file, read-only."""
        with connect(self.settings.paths.build, self.settings, read_only=True) as con:
            yield con

    @contextmanager
    def build_with_raw(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """The build file with the raw files that its views read, all read-only.

        Those of people are not among them: dbt alone opens these beside the build.
        """
        settings = self.settings
        paths = settings.paths
        raw = {
            "kolada": paths.raw_kolada(settings.kolada),
            "folkhalsodata": paths.raw_folkhalsodata(settings.folkhalsodata_origin),
            "checks": paths.check_log,
        }
        with self.build() as con:
            # One that was never made is missed by the view that reads it.
            for alias, path in ((alias, path) for alias, path in raw.items() if path.exists()):
                con.execute(f"attach {literal(str(path))} as {alias} (read_only)")
            yield con


class Dbt(DbtCliResource):
    """dbt's command line without asking it for its version first, which takes 2 s."""

    @property
    def _cli_version(self) -> Version:
        return Version(version("dbt-core"))


def dbt_resource() -> Dbt:
    """dbt on the project in `dbt_project/`."""
    return Dbt(
        project_dir=str(DBT_PROJECT_DIR),
        profiles_dir=str(DBT_PROJECT_DIR),
        dbt_executable=str(DBT_EXECUTABLE),
    )
