"""Taking and printing measurements.

What belongs here: running something in a process of its own, its time and memory, tables.
What does not: what is measured.

A contender is a generator function: it prepares up to its first `yield`, does the work up
to its second, and returns what it has made, which is compared with the others'.
"""

import importlib
import json
import os
import platform
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from warehouse.errors import JamlikError
from warehouse.paths import PROJECT_ROOT

Contender = Callable[..., Generator[None, None, dict[str, Any]]]


@dataclass(frozen=True)
class Measure:
    """One piece of work: seconds of preparation, wall seconds, CPU seconds, peak MiB, result."""

    setup: float
    wall: float
    cpu: float
    peak: float
    result: dict[str, Any]


def in_child(contender: Contender, *arguments: Any) -> Measure:
    """Measure a contender in a fresh process.

    Args:
        contender: A module's generator function.
        arguments: What it is called with, JSON or paths.

    Raises:
        JamlikError: It failed; its error output is on the terminal.
    """
    target = f"{contender.__module__}:{contender.__name__}"
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.measure", target, json.dumps(arguments, default=str)],
        cwd=PROJECT_ROOT,
        stdout=subprocess.PIPE,
        check=False,
    )
    if done.returncode:
        raise JamlikError(f"{target} failed with status {done.returncode}.", "See above.")
    return Measure(**json.loads(done.stdout.splitlines()[-1]))


def _take(target: str, arguments: Sequence[Any]) -> Measure:
    started = time.perf_counter()
    module, _, name = target.partition(":")
    work = getattr(importlib.import_module(module), name)(*arguments)
    next(work)
    ready, cpu = time.perf_counter(), cpu_seconds()
    next(work)
    wall, cpu = time.perf_counter() - ready, cpu_seconds() - cpu
    peak = _peak_mib()
    try:
        next(work)
    except StopIteration as end:
        return Measure(ready - started, wall, cpu, peak, end.value)
    raise TypeError(f"{target} yields more than twice")


def cpu_seconds(who: int = resource.RUSAGE_SELF) -> float:
    """CPU time so far, of user and system."""
    usage = resource.getrusage(who)
    return usage.ru_utime + usage.ru_stime


def _peak_mib() -> float:
    # Not ru_maxrss: a child inherits its parent's peak there.
    with open("/proc/self/status", encoding="ascii") as status:
        line = next(line for line in status if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def machine() -> str:
    """What the figures were taken on, and how busy it was."""
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    return (
        f"{time.strftime('%Y-%m-%d %H:%M')}, {len(os.sched_getaffinity(0))} cores, "
        f"{platform.machine()}, Python {platform.python_version()}, load before: {load}"
    )


def print_table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a table, the first column to the left and the others to the right."""
    cells = [[str(cell) for cell in row] for row in (header, *rows)]
    widths = [max(len(row[n]) for row in cells) for n in range(len(header))]
    for row in cells:
        padded = [row[0].ljust(widths[0])]
        padded += [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
        print("  " + "  ".join(padded).rstrip())
    sys.stdout.flush()


def verdict(what: str, measured: float, limit: float, unit: str, *, at_least: bool) -> str:
    """A measured figure beside its budget."""
    kept = measured >= limit if at_least else measured <= limit
    bound = "at least" if at_least else "at most"
    return (
        f"  {what}: {measured:.2f}{unit} ({bound} {limit:g}{unit}: {'met' if kept else 'MISSED'})"
    )


if __name__ == "__main__":
    print(json.dumps(asdict(_take(sys.argv[1], json.loads(sys.argv[2])))))
