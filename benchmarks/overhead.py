"""What a run takes beside the work itself, and in which step.

What belongs here: `jamlik run` of the demonstration in a new folder and once more with nothing new,
watched by samples of its stack. What does not: how long the work takes (`run.py`).

A sample is work where any frame is of a room that does it (`ingestion/`, `expectations/`,
`warehouse/`, `pages/`), or where dbt is waited for; all else is overhead: Dagster, imports, events,
checks made into results, and this project's own part in that.
"""

import os
import shutil
import sys
import threading
import time
from collections import Counter
from collections.abc import Generator
from pathlib import Path
from types import FrameType
from typing import Any

from benchmarks.measure import Measure, in_child, print_table, verdict
from warehouse.errors import JamlikError
from warehouse.paths import PROJECT_ROOT

SAMPLE_SECONDS = 0.02
BUDGET_SHARE = 0.35
ROOMS = tuple(
    f"{PROJECT_ROOT / room}{os.sep}" for room in ("ingestion", "expectations", "warehouse", "pages")
)
WAITING_FOR_DBT = {"_stream_stdout", "wait", "communicate"}
# A step's function lies in one of these; its file and name say which step it is.
STEPS = tuple(
    f"{PROJECT_ROOT / 'orchestration' / folder}{os.sep}" for folder in ("assets", "asset_checks")
)


def watched(data_dir: str, settings: dict[str, str]) -> Generator[None, None, dict[str, Any]]:
    """Run everything once, with samples of the main thread's stack."""
    os.environ.update(settings, JAMLIK_DATA_DIR=data_dir)
    sampler = Sampler(threading.main_thread().ident or 0)
    yield
    sampler.start()
    from orchestration.commands import run

    status = run()
    sampler.stop()
    yield
    return {"status": status, "work": dict(sampler.work), "overhead": dict(sampler.overhead)}


class Sampler(threading.Thread):
    """Seconds of work and of overhead, by step, of one thread."""

    def __init__(self, watched_thread: int) -> None:
        super().__init__(daemon=True)
        self.work: Counter[str] = Counter()
        self.overhead: Counter[str] = Counter()
        self._thread = watched_thread
        self._ended = threading.Event()

    def run(self) -> None:
        """Sample until told to stop; a late sample counts for the time that it covers."""
        last = time.perf_counter()
        while not self._ended.wait(SAMPLE_SECONDS):
            frame = sys._current_frames().get(self._thread)
            now = time.perf_counter()
            kind, step = judge(frame)
            (self.work if kind else self.overhead)[step] += now - last
            last = now

    def stop(self) -> None:
        """End, with the last sample taken."""
        self._ended.set()
        self.join()


def judge(frame: FrameType | None) -> tuple[bool, str]:
    """Whether a stack is at work, and the step's function that it is in."""
    work, step, innermost = False, "between steps", frame
    while frame is not None:
        file = frame.f_code.co_filename
        work = work or file.startswith(ROOMS)
        if file.startswith(STEPS):
            step = f"{Path(file).stem}.{frame.f_code.co_name}"
        frame = frame.f_back
    return work or _waits_for_dbt(innermost), step


def _waits_for_dbt(frame: FrameType | None) -> bool:
    """Whether the innermost frames wait for a child."""
    for _ in range(4):
        if frame is None:
            return False
        file = frame.f_code.co_filename
        if frame.f_code.co_name in WAITING_FOR_DBT and (
            "dagster_dbt" in file or "subprocess" in file
        ):
            return True
        frame = frame.f_back
    return False


def measure(work: Path, *, full: bool) -> None:
    """Print the share of a first and of a second run, and where it goes."""
    del full
    folder = work / "overhead"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    demo = {"KOLADA": "demo"}
    shares = []
    for name in ("first run", "again, nothing new"):
        taken = in_child(watched, folder, demo)
        if taken.result["status"]:
            raise JamlikError(f"`jamlik run` ended with status {taken.result['status']}.")
        shares.append(_print(name, taken))
    shutil.rmtree(folder)
    # A run that finds nothing new does next to no work: it has no budget.
    print(verdict("first run, overhead over work", shares[0], BUDGET_SHARE, "x", at_least=False))


def _print(name: str, taken: Measure) -> float:
    """Print seconds by step; the share of overhead."""
    worked, lost = (Counter(taken.result[kind]) for kind in ("work", "overhead"))
    print_table(
        [name, "work s", "overhead s"],
        [
            *(
                [f"  {step}", f"{worked[step]:.1f}", f"{lost[step]:.1f}"]
                for step, _ in (worked + lost).most_common()
                if worked[step] + lost[step] >= 0.1
            ),
            ["all", f"{worked.total():.1f}", f"{lost.total():.1f}"],
        ],
    )
    return lost.total() / worked.total()
