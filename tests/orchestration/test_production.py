"""The production set-up: PostgreSQL, run queue, daemon and code server, as systemd starts them."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import dagster as dg
import pytest

from orchestration.home import PRODUCTION
from orchestration.launcher import answers
from orchestration.resources import DUCKDB_WRITE
from orchestration.runs import life_lock
from tests.orchestration import postgres
from tests.orchestration.house import SMALL, environment, values, wait_for, warm
from tests.support import PROJECT_ROOT
from warehouse import locks
from warehouse.settings import load_settings


@dataclass(frozen=True)
class Installation:
    """A data folder, and what services of it have in their environment."""

    data_dir: Path
    postgres: postgres.Server
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        settings = {
            **SMALL,
            "JAMLIK_DAGSTER": "production",
            "JAMLIK_POSTGRES_URL": self.postgres.address("dagster"),
            "JAMLIK_CODE_SOCKET": str(self.data_dir / "code.sock"),
            "DAGSTER_HOME": str(self.data_dir / "dagster"),
        }
        return environment(self.data_dir, **settings)

    @contextmanager
    def instance(self, database: str = "dagster") -> Iterator[dg.DagsterInstance]:
        """Dagster's storage, as a reader of another database where one is named."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("JAMLIK_POSTGRES_URL", self.postgres.address(database))
            with dg.DagsterInstance.from_config(str(self.data_dir / "dagster")) as instance:
                yield instance

    @contextmanager
    def services(self) -> Iterator[None]:
        """Code server and daemon, for the time of a `with` block."""
        try:
            self.start("code")
            self.start("daemon")
            yield
        finally:
            for name in list(self.running):
                self.kill(name)

    def start(self, service: str) -> None:
        """Start a service as its unit does; what it says goes to a file."""
        with (self.data_dir / f"{service}.log").open("ab") as log:
            self.running[service] = subprocess.Popen(
                [sys.executable, "-m", "orchestration.cli", "serve", service],
                cwd=PROJECT_ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        if service == "code":
            socket_file = Path(self.environment["JAMLIK_CODE_SOCKET"])
            wait_for("the code server", lambda: answers(socket_file))

    def kill(self, service: str) -> None:
        """End a service and all that it started, at once, as when the power fails."""
        process = self.running.pop(service)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=30)

    def launch(self, job: str) -> None:
        """Put a run of a job into the queue, as an engineer does at the terminal."""
        done = subprocess.run(
            [
                *(str(Path(sys.executable).with_name("dagster")), "job", "launch", "-j", job),
                *("-w", str(PRODUCTION / "workspace.yaml")),
            ],
            cwd=PROJECT_ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def installation(
    tmp_path_factory: pytest.TempPathFactory, small_house: Path
) -> Iterator[Installation]:
    """PostgreSQL, code server and daemon, with one run of everything behind them."""
    with postgres.server() as server:
        place = Installation(warm(small_house, tmp_path_factory.mktemp("production")), server)
        with place.services():
            place.launch("everything")
            with place.instance() as instance:
                wait_for("the end of the run", lambda: instance.get_runs()[0].is_finished)
            yield place


def test_everything_runs_through_the_queue_into_postgresql(installation: Installation) -> None:
    with installation.instance() as instance:
        assert "Postgres" in type(instance.run_storage).__name__
        (run,) = instance.get_runs()
        assert run.status == dg.DagsterRunStatus.SUCCESS
        kinds = [
            record.event_log_entry.dagster_event.event_type_value
            for record in instance.get_records_for_run(run.run_id, limit=10_000).records
            if record.event_log_entry.dagster_event
        ]
    order = [kinds.index(f"PIPELINE_{state}") for state in ("ENQUEUED", "STARTING", "START")]
    assert order == sorted(order)
    assert kinds.count("ASSET_CHECK_EVALUATION") > 100
    assert len(values(installation.data_dir)) == 7
    assert not list((installation.data_dir / "dagster").rglob("*.db"))


def test_a_run_that_dies_with_its_server_is_noticed_and_started_again(
    installation: Installation,
) -> None:
    """Nobody is left who could say that it died: the daemon finds its lock free."""
    paths = load_settings(data_dir=installation.data_dir).paths
    with installation.instance() as instance:
        before = {run.run_id for run in instance.get_runs()}
        storage = instance.event_log_storage

        def started() -> list[str]:
            runs = instance.get_runs(dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED]))
            return [run.run_id for run in runs if run.run_id not in before]

        installation.launch("everything")
        wait_for("the run", lambda: any(locks.is_held(life_lock(paths, one)) for one in started()))
        (victim,) = started()
        wait_for("its slot", lambda: storage.get_concurrency_info(DUCKDB_WRITE).active_slot_count)
        installation.kill("code")
        assert instance.get_run_by_id(victim).status == dg.DagsterRunStatus.STARTED
        installation.start("code")

        def retried() -> list[dg.DagsterRun]:
            return [run for run in instance.get_runs() if run.parent_run_id == victim]

        wait_for("the run that takes its place", lambda: any(run.is_finished for run in retried()))
        assert instance.get_run_by_id(victim).status == dg.DagsterRunStatus.FAILURE
        assert [run.status for run in retried()] == [dg.DagsterRunStatus.SUCCESS]
        assert victim not in storage.get_concurrency_info(DUCKDB_WRITE).active_run_ids
        assert len(instance.get_runs()) == len(before) + 2, "a retry is not retried"


def test_a_backup_of_dagsters_storage_has_the_whole_history(
    installation: Installation,
) -> None:
    """The two commands of docs/operations.md, into a database of another name."""
    server = installation.postgres
    # Written by PostgreSQL's user, who cannot see pytest's folders.
    dump = str(server.folder / "dagster.dump")
    server.client("pg_dump", "--format=custom", f"--file={dump}", "dagster")
    server.client("createdb", "restored")
    server.client("pg_restore", "--dbname=restored", "--exit-on-error", dump)

    def history(database: str) -> list[tuple[str, str, int]]:
        with installation.instance(database) as instance:
            return [
                (run.run_id, run.status.value, len(instance.all_logs(run.run_id)))
                for run in instance.get_runs()
            ]

    kept = history("restored")
    assert kept == history("dagster") and len(kept) >= 1 and all(events for *_, events in kept)
