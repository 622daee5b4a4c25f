"""A refresh after a full reading: one that finds nothing new, and one of a few changed values.

What belongs here: snapshots whose values carry a day of change, and the loads over them.
What does not: what is built afterwards (`run.py`).
"""

import shutil
from collections.abc import Generator
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.measure import Measure, in_child, print_table, verdict
from benchmarks.recorded import snapshot
from ingestion.kolada.replay.process import replay_process
from warehouse.errors import JamlikError

MOST_REQUESTS, MOST_SECONDS = 40, 20.0
# 14 values of 3 KPIs.
CHANGED = (
    "kpi in ('N00923', 'N15428', 'U01405') and municipality in ('2021', '2080') "
    "and period = 2022 and value is not null"
)
N_CHANGED = 14


def one_load(
    base_url: str, work: str, kpis: str, reading: str
) -> Generator[None, None, dict[str, Any]]:
    """A whole load over a running server: metadata, values, history and books."""
    from ingestion.kolada.load import load
    from warehouse.settings import load_settings

    settings = load_settings(
        data_dir=Path(work), kolada="replay", snapshot=snapshot(), kpis=kpis, kolada_reading=reading
    )
    yield
    report = load(settings, base_url)
    yield
    values = report.values
    return {"requests": report.requests, "read": values.read, "touched": values.touched}


def measure(work: Path, *, full: bool) -> None:
    """Print requests, seconds and memory of a full reading and two refreshes."""
    folder = work / ("refresh-all" if full else "refresh")
    shutil.rmtree(folder, ignore_errors=True)
    before = _dated_snapshot(folder / "before", "false")
    after = _dated_snapshot(folder / "after", CHANGED)
    kpis = "all" if full else "register"
    taken = {
        name: _load_over(served, folder / "data", kpis, reading)
        for name, served, reading in (
            ("full reading", before, "full"),
            ("refresh, nothing changed", before, "refresh"),
            (f"refresh, {N_CHANGED} values changed", after, "refresh"),
        )
    }
    _print(taken)
    found = [one.result["touched"] for one in taken.values()][1:]
    if found != [0, N_CHANGED]:
        raise JamlikError(f"The refreshes found {found} changed values, not {[0, N_CHANGED]}.")
    shutil.rmtree(folder)


def _load_over(served: Path, data: Path, kpis: str, reading: str) -> Measure:
    with replay_process(served) as base_url:
        return in_child(one_load, base_url, data, kpis, reading)


def _dated_snapshot(folder: Path, changed: str) -> Path:
    """The recorded snapshot with days of change; `changed` values are others, of today."""
    source = snapshot()
    folder.mkdir(parents=True)
    for file in source.glob("*.json"):
        (folder / file.name).symlink_to(file)
    with duckdb.connect(config={"threads": 2, "memory_limit": "1GB"}) as con:
        con.execute(f"""
            copy (
                select
                    * replace (case when {changed} then value + 1 else value end as value),
                    case when {changed} then current_date else date '2001-01-01' end as changed_at
                from read_parquet('{source / "values.parquet"}')
            ) to '{folder / "values.parquet"}' (format parquet)
        """)
    return folder


def _print(taken: dict[str, Measure]) -> None:
    rows: list[list[Any]] = [
        [
            name,
            *(one.result[count] for count in ("requests", "read", "touched")),
            *(f"{seconds:.1f}" for seconds in (one.wall, one.cpu)),
            f"{one.peak:.0f}",
        ]
        for name, one in taken.items()
    ]
    print_table(["load", "requests", "read", "changed", "wall s", "CPU s", "peak MiB"], rows)
    _, nothing, _ = taken.values()
    requests = nothing.result["requests"]
    print(verdict("nothing changed, requests", requests, MOST_REQUESTS, "", at_least=False))
    print(verdict("nothing changed, wall", nothing.wall, MOST_SECONDS, " s", at_least=False))
