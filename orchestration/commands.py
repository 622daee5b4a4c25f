"""`jamlik run` and `jamlik ui`: Dagster started for a person.

What belongs here: preparing DAGSTER_HOME, clearing dead runs, starting, and saying how it
went. What does not: what a run does (`definitions.py`).
"""

import os
import runpy
import shutil
import socket
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg

from orchestration.history_files import kept_open
from orchestration.home import prepare_home
from orchestration.manifest import ensure_manifest
from orchestration.runs import clear_dead_runs, life_lock, writer_lock
from orchestration.terminal import show_progress
from warehouse import locks
from warehouse.errors import DiskFullError, JamlikError, SettingsError
from warehouse.paths import PROJECT_ROOT
from warehouse.settings import Settings, load_settings

# Raw, build and release of the register take 0.3 GB; of all KPIs 0.1, 1.6 and 1.0 GB, and
# what DuckDB spills meanwhile 0.7 GB.
LEAST_FREE_BYTES, LEAST_FREE_BYTES_OF_ALL = 500_000_000, 4_000_000_000


def run(only: str | None = None) -> int:
    """Make everything once, in this process; 0 when every step succeeded.

    Args:
        only: The name of another job (`jobs.py`) to run instead of the whole.

    Returns:
        0 when every step succeeded.
    """
    started = time.monotonic()
    show_progress()
    settings = load_settings()
    require_room(settings)
    prepare_home(settings)
    paths = settings.paths
    run_id = str(uuid.uuid4())
    with (
        kept_open(),
        locks.hold(life_lock(paths, run_id), "jamlik run"),
        locks.hold(writer_lock(paths), "jamlik run", settings.lock_timeout),
        dg.DagsterInstance.get() as instance,
    ):
        for dead in clear_dead_runs(instance, paths):
            print(f"Run {dead[:8]} had died; it is marked failed.", file=sys.stderr)
        # Imported late: the code location reads dbt's manifest, which must be current.
        from orchestration.definitions import defs
        from orchestration.jobs import everything

        with _stdout_to(paths.logs / f"run-{run_id[:8]}.log"):
            result = defs.resolve_job_def(only or everything.name).execute_in_process(
                instance=instance,
                run_id=run_id,
                raise_on_error=False,
                run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
            )
    problems = list(_problems(result))
    for problem in problems:
        print(problem, file=sys.stderr)
    if not result.success:
        print(f"Run {run_id[:8]} failed; see it with `make ui`.", file=sys.stderr)
        return 1
    seconds = time.monotonic() - started
    if only:
        print(f"Made in {seconds:.0f} s, and not published: `jamlik run` does that.")
    else:
        print(_where(settings, seconds, published=_has_published(result)))
    return 0


def ui(port: int) -> int:
    """Start webserver and daemon on loopback; returns when they end.

    Raises:
        SettingsError: Services with a daemon of their own run already.
    """
    settings = load_settings()
    if settings.dagster == "production":
        raise SettingsError(
            "With JAMLIK_DAGSTER=production the UI is a service, and a second daemon would start "
            "every schedule twice.",
            "Open the UI of jamlik-webserver.service.",
        )
    _require_free(port)
    prepare_home(settings)
    ensure_manifest(settings)
    with dg.DagsterInstance.get() as instance:
        clear_dead_runs(instance, settings.paths)
    print(f"Dagster's UI: http://127.0.0.1:{port} (Ctrl-C ends it)", flush=True)
    arguments = ["dev", "-w", str(PROJECT_ROOT / "workspace.yaml"), "-h", "127.0.0.1"]
    sys.argv = ["dagster", *arguments, "-p", str(port)]
    os.chdir(PROJECT_ROOT)
    # `python -m dagster` in this process: a new one would import Dagster again (1.2 s).
    runpy.run_module("dagster", run_name="__main__", alter_sys=True)
    return 0


def docs(to: Path | None) -> int:
    """Write pages for engineers: every suite with what it finds, and dbt's page of all models.

    Args:
        to: The folder; None for the one that checks in the UI name.

    Raises:
        JamlikError: Nothing is built yet.
    """
    from expectations.docs import write_docs
    from expectations.runner import run_suite
    from expectations.suite import load_suites
    from orchestration.asset_checks.expectations import open_table
    from orchestration.dbt_docs import write_dbt_docs
    from orchestration.resources import Warehouse

    settings, warehouse = load_settings(), Warehouse()
    paths = settings.paths
    if not paths.build.exists():
        raise JamlikError(f"Nothing is built in {paths.root}.", "Run `make run` first.")
    results = []
    with locks.hold(writer_lock(paths), "jamlik docs", settings.lock_timeout):
        for suite in load_suites().values():
            with open_table(warehouse, suite.table) as con:
                results.append((suite, run_suite(con, suite)))
    index = write_docs(results, to or paths.suite_docs, datetime.now(UTC))
    broken = sum(not result.passed for _, result in results)
    print(f"{len(results)} suites, {broken} with broken rules: {index}")
    print(f"dbt's models: {write_dbt_docs(ensure_manifest(settings), index.parent)}")
    return 0


def _require_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise JamlikError(
                f"Port {port} of 127.0.0.1 cannot be used ({error.strerror}); "
                "another UI may be running.",
                "Use that one, end it, or choose another: jamlik ui --port 3001.",
            ) from None


def require_room(settings: Settings) -> None:
    """Stop before Dagster's own storage is what a full disk breaks.

    Raises:
        DiskFullError: Says how much is free and how much is needed.
    """
    free = shutil.disk_usage(settings.paths.make().root).free
    needed = LEAST_FREE_BYTES_OF_ALL if settings.kpis == "all" else LEAST_FREE_BYTES
    if free < needed:
        raise DiskFullError(
            f"{settings.paths.root} has {free / 1e9:.2f} GB free and a run needs "
            f"{needed / 1e9:.2f} GB.",
            "Make room, or set JAMLIK_DATA_DIR to another disk; the last release stands.",
        )


@contextmanager
def _stdout_to(path: Path) -> Iterator[None]:
    """Send what tools print (dbt's 100 lines a build) to a file; people get sentences."""
    kept = os.dup(1)
    with path.open("wb") as file:
        sys.stdout.flush()
        os.dup2(file.fileno(), 1)
        try:
            yield
        finally:
            sys.stdout.flush()
            os.dup2(kept, 1)
            os.close(kept)


def _problems(result: dg.ExecuteInProcessResult) -> Iterator[str]:
    """Failed steps and failed checks, a sentence each."""
    for event in result.all_events:
        if event.is_step_failure:
            yield f"FAILED {event.step_key}: {_own_words(event.step_failure_data.error)}"
    for check in result.get_asset_check_evaluations():
        if not check.passed:
            found = check.metadata.get("found")
            yield (
                f"{check.severity.value} {check.asset_key.to_user_string()} "
                f"{check.check_name}: {check.description or (found.value if found else 'failed')}"
            )


def _own_words(error: object) -> str:
    """The innermost message of an error chain, without dbt's traceback; ours say what to do."""
    message = ""
    while error is not None:
        message = getattr(error, "message", "") or message
        error = getattr(error, "cause", None)
    return message.partition("\nTraceback (most recent call last)")[0].strip()


def _has_published(result: dg.ExecuteInProcessResult) -> bool:
    return bool(result.asset_materializations_for_node("publish"))


def _where(settings: Settings, seconds: float, published: bool) -> str:
    folder = settings.paths.published
    done = "Published" if published else "Nothing had changed, the release stands; looked"
    pages = folder / "site" / "index.html"
    return (
        f"{done} in {seconds:.0f} s. The result: {folder}\n"
        f"  DuckDB   {folder / 'jamlik.duckdb'}\n"
        f"  Parquet  {folder / 'parquet'}\n"
        + (f"  Pages    {pages}\n" if pages.exists() else "")
        + "Open it with Python: duckdb.connect('"
        f"{folder / 'jamlik.duckdb'}', read_only=True).sql('from indicator.n00923')"
    )
