"""How long Dagster's code location takes to import.

What belongs here: fresh processes, their median, and what must not be in them. What does
not: why a module is slow (`python -X importtime` says it).
"""

import statistics
from collections.abc import Generator
from pathlib import Path
from typing import Any

from benchmarks.measure import Measure, in_child, print_table, verdict

TIMES = 5
BUDGET_SECONDS = 6.0
# Slow to import; each is needed by a step alone, which imports it when it runs.
LATE = ("great_expectations", "dlt", "pandas")


def code_location(data_dir: str) -> Generator[None, None, dict[str, Any]]:
    """Import `orchestration.definitions` as Dagster's processes do."""
    import os
    import sys

    os.environ["JAMLIK_DATA_DIR"] = data_dir
    yield
    import orchestration.definitions  # noqa: F401

    yield
    return {"modules": len(sys.modules), "early": [name for name in LATE if name in sys.modules]}


def measure(work: Path, *, full: bool) -> None:
    """Print the median of fresh processes; the first of all, which parses dbt, is its own row."""
    first = in_child(code_location, work / "startup")
    times = [in_child(code_location, work / "startup") for _ in range(TIMES)]
    median = statistics.median(one.wall for one in times)
    print_table(
        ["import orchestration.definitions", "wall s", "CPU s", "peak MiB"],
        [
            _row("first, with dbt's manifest to make", [first]),
            _row(f"median of {TIMES}", times),
        ],
    )
    print(verdict("median", median, BUDGET_SECONDS, " s", at_least=False))
    found = times[0].result
    print(f"  {found['modules']} modules; too early: {found['early'] or 'none'}")


def _row(name: str, times: list[Measure]) -> list[str]:
    return [
        name,
        f"{statistics.median(one.wall for one in times):.2f}",
        f"{statistics.median(one.cpu for one in times):.2f}",
        f"{max(one.peak for one in times):.0f}",
    ]
