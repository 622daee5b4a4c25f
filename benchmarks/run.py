"""`jamlik run` from nothing to a release: time, steps and memory of all its processes.

What belongs here: running the command as a user does, in a new data folder. What does not:
what its steps do.
"""

import os
import resource
import shutil
import subprocess
import sys
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measure import cpu_seconds, print_table, verdict
from benchmarks.recorded import snapshot
from warehouse.errors import JamlikError
from warehouse.paths import PROJECT_ROOT, Paths
from warehouse.settings import Settings

SAMPLE_SECONDS = 0.1
REPLAY = {"KOLADA": "replay"}
# Settings, wall seconds and GiB. All KPIs have no budget in seconds: most of it are checks.
RUNS: dict[str, tuple[dict[str, str], float | None, float | None]] = {
    "demo": ({"KOLADA": "demo"}, 90, None),
    "replay": (REPLAY, 60, 1.5),
}
RUN_OF_ALL = {"replay-all": ({**REPLAY, "KPIS": "all"}, None, 6.0)}


@dataclass
class Run:
    """Seconds, and the peaks of memory summed over processes, MiB."""

    wall: float = 0.0
    cpu: float = 0.0
    resident: float = 0.0
    proportional: float = 0.0


def measure(work: Path, *, full: bool) -> None:
    """Print the kinds of run beside their budgets."""
    for name, (chosen, seconds, gib) in (RUNS | (RUN_OF_ALL if full else {})).items():
        data_dir = work / f"run-{name}"
        shutil.rmtree(data_dir, ignore_errors=True)
        extra = {"SNAPSHOT": str(snapshot())} if chosen["KOLADA"] == "replay" else {}
        run = _run(data_dir, {**chosen, **extra})
        print_table(
            ["jamlik run", "wall s", "CPU s", "peak MiB, RSS", "peak MiB, shared pages once"],
            [
                [
                    name,
                    *(f"{x:.1f}" for x in (run.wall, run.cpu)),
                    *(f"{x:.0f}" for x in (run.resident, run.proportional)),
                ]
            ],
        )
        for step, taken in _steps(data_dir):
            print(f"    {taken:6.1f} s  {step}")
        if seconds:
            print(verdict(f"{name}, wall", run.wall, seconds, " s", at_least=False))
        if gib:
            print(verdict(f"{name}, RSS", run.resident / 1024, gib, " GiB", at_least=False))


def _run(data_dir: Path, settings: dict[str, str]) -> Run:
    ours = {str(field.validation_alias) for field in Settings.model_fields.values()}
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    started, cpu = time.perf_counter(), cpu_seconds(resource.RUSAGE_CHILDREN)
    run = Run()
    data_dir.mkdir(parents=True)
    log = data_dir / "benchmark.log"
    with log.open("wb") as output:
        child = subprocess.Popen(
            [sys.executable, "-m", "orchestration.cli", "run"],
            cwd=PROJECT_ROOT,
            env={**kept, "JAMLIK_DATA_DIR": str(data_dir), **settings},
            stdout=output,
            stderr=output,
        )
        try:
            while child.poll() is None:
                resident, proportional = _memory_of_tree(child.pid)
                run.resident = max(run.resident, resident)
                run.proportional = max(run.proportional, proportional)
                time.sleep(SAMPLE_SECONDS)
        finally:
            child.kill()
            child.wait()
    run.wall = time.perf_counter() - started
    run.cpu = cpu_seconds(resource.RUSAGE_CHILDREN) - cpu
    if child.returncode:
        tail = log.read_text(encoding="utf-8", errors="replace")[-1000:]
        raise JamlikError(f"`jamlik run` ended with status {child.returncode}: {tail}")
    return run


def _memory_of_tree(root: int) -> tuple[float, float]:
    """MiB of a process and all below it: resident, and with shared pages counted once."""
    children = defaultdict(list)
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            state = entry.read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        parent = int(state.rpartition(")")[2].split()[1])
        children[parent].append(int(entry.parent.name))
    found, kib = [root], {"Rss:": 0, "Pss:": 0}
    while found:
        process = found.pop()
        found += children[process]
        try:
            lines = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii").splitlines()
        except OSError:
            continue
        for name, amount, *_ in (line.split() for line in lines[1:]):
            if name in kib:
                kib[name] += int(amount)
    return kib["Rss:"] / 1024, kib["Pss:"] / 1024


def _steps(data_dir: Path) -> list[tuple[str, float]]:
    """Seconds of each step, from Dagster's own records, longest first."""
    import dagster as dg

    with dg.DagsterInstance.from_config(str(Paths(data_dir).dagster_home)) as instance:
        (run,) = instance.get_runs()
        stats = instance.get_run_step_stats(run.run_id)
    taken = [
        (one.step_key, one.end_time - one.start_time)
        for one in stats
        if one.end_time is not None and one.start_time is not None
    ]
    return sorted(taken, key=lambda one: -one[1])
