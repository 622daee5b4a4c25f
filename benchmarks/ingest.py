"""From recorded pages to the raw table: values per second and memory.

What belongs here: who is compared with whom. What does not: how each does it
(`contenders.py`).
"""

import shutil
from pathlib import Path
from typing import Any

from benchmarks import contenders
from benchmarks.measure import Contender, Measure, in_child, print_table, verdict
from benchmarks.recorded import record
from warehouse.errors import JamlikError

# 5 pages: dlt with dicts would take minutes for all; 5, 10 and 20 gave the same rate.
DLT_PAGES = 5
# pandas holds all rows as Python objects at once: 9 million of them are left out.
MOST_PAGES_FOR_PANDAS = 200
BASELINE, TYPED = "DuckDB read_json", "DuckDB read_json, types given"
OURS, DICTS = "jamlik", "dlt, dicts (sample)"


def measure(work: Path, *, full: bool) -> None:
    """Print values per second of each way and the ratios to the baselines."""
    recording = record(work / ("pages-all" if full else "pages-register"), full=full)
    size = sum(page.stat().st_size for page in recording.pages)
    print(
        f"  {len(recording.kpis)} KPIs, {len(recording.pages)} pages, {size / 1e6:.0f} MB of JSON"
    )
    ways: dict[str, tuple[Contender, tuple[Any, ...]]] = {
        BASELINE: (contenders.duckdb_json, (False,)),
        TYPED: (contenders.duckdb_json, (True,)),
        OURS: (contenders.jamlik, ()),
        "our decoder alone": (contenders.decoding, ()),
        DICTS: (contenders.dlt_dicts, (DLT_PAGES,)),
    }
    if len(recording.pages) <= MOST_PAGES_FOR_PANDAS:
        ways["json and pandas"] = (contenders.pandas_script, ())
    taken: dict[str, Measure] = {}
    for name, (contender, extra) in ways.items():
        folder = work / "ingest"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        taken[name] = in_child(contender, recording.folder, folder, *extra)
    shutil.rmtree(folder)
    _same_result(taken)
    _print(taken)


def _same_result(taken: dict[str, Measure]) -> None:
    """A fast way that loses values is no way."""
    expected = taken[BASELINE].result
    for name, one in taken.items():
        if name != DICTS and any(expected[key] != found for key, found in one.result.items()):
            raise JamlikError(f"{name} gave {one.result}, {BASELINE} gave {expected}.")


def _rate(one: Measure, seconds: float) -> float:
    return one.result["values"] / seconds


def _print(taken: dict[str, Measure]) -> None:
    print_table(
        ["way", "values", "start s", "wall s", "CPU s", "values/s", "values/CPU s", "peak MiB"],
        [
            [
                name,
                one.result["values"],
                f"{one.setup:.1f}",
                f"{one.wall:.2f}",
                f"{one.cpu:.2f}",
                f"{_rate(one, one.wall):.0f}",
                f"{_rate(one, one.cpu):.0f}",
                f"{one.peak:.0f}",
            ]
            for name, one in taken.items()
        ],
    )
    ours, dicts = taken[OURS], taken[DICTS]
    for name in (BASELINE, TYPED):
        plain = taken[name]
        by_wall = _rate(ours, ours.wall) / _rate(plain, plain.wall)
        by_cpu = _rate(ours, ours.cpu) / _rate(plain, plain.cpu)
        print(verdict(f"{OURS} / {name}, wall", by_wall, 1.5, "x", at_least=True))
        print(f"  {OURS} / {name}, CPU: {by_cpu:.2f}x")
    by_wall = _rate(ours, ours.wall) / _rate(dicts, dicts.wall)
    print(verdict(f"{OURS} / {DICTS}, wall", by_wall, 20, "x", at_least=True))
    print(verdict("peak memory", ours.peak / 1024, 1.5, " GiB", at_least=False))
