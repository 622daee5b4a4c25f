"""An analyst's three questions to the published file.

What belongs here: the questions, asked by a process that has the file open and by processes
that open it. What does not: building the file (`run.py`).

Answers are taken as Arrow tables, as pandas, Polars, Power BI and most drivers take them. Of
all KPIs the third has 87 018 rows: as Python tuples they take 60 ms more, whatever the file.
"""

import statistics
import time
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

from benchmarks.measure import in_child, print_table, verdict
from warehouse.errors import JamlikError
from warehouse.settings import load_settings

TIMES = 20
BUDGET_MS = 30.0
# The largest first.
REAL_RUNS = ("replay-all", "replay")
QUESTIONS = {
    "one indicator, all areas and years": """
        select area_id, year_end, gender, value from core.fct_value
        where indicator_id = 'N00923'
    """,
    "one municipality, all indicators, latest year": """
        select indicator_id, gender, year_end, value from core.fct_value
        where area_id = '2080' and value is not null
        qualify year_end = max(year_end) over (partition by indicator_id)
    """,
    "all gaps of a county for a year": """
        select gap.indicator_id, gap.area_id, gap.gender, gap.benchmark, gap.value, gap.gap_size
        from equity.area_gap as gap join core.dim_area as area using (area_id)
        where area.county_id = '0020' and gap.year_end = 2021
    """,
}


def asked_once(file: str, question: str) -> Generator[None, None, dict[str, Any]]:
    """Open the file, ask, and fetch all rows."""
    import duckdb

    # Imports pyarrow, which is start-up and not work.
    duckdb.execute("select 1").to_arrow_table()
    yield
    with duckdb.connect(file, read_only=True) as con:
        answer = con.execute(question).to_arrow_table()
    yield
    return {"rows": answer.num_rows}


def asked_again(file: str, question: str) -> Generator[None, None, dict[str, Any]]:
    """Ask over and over on one connection, after a first time that does not count."""
    import duckdb

    with duckdb.connect(file, read_only=True) as con:
        con.execute(question).to_arrow_table()
        yield
        median = {
            "arrow_ms": _median_ms(lambda: con.execute(question).to_arrow_table()),
            "tuples_ms": _median_ms(lambda: con.execute(question).fetchall()),
        }
        yield
    return median


def _median_ms(ask: Callable[[], object]) -> float:
    taken = []
    for _ in range(TIMES):
        started = time.perf_counter()
        ask()
        taken.append(1000 * (time.perf_counter() - started))
    return statistics.median(taken)


def measure(work: Path, *, full: bool) -> None:
    """Print the median of each question, new process and open connection."""
    file = _published(work)
    print(f"  {file} ({file.stat().st_size / 1e6:.0f} MB); all rows fetched")
    rows, slowest = [], 0.0
    for name, question in QUESTIONS.items():
        cold = [in_child(asked_once, file, question) for _ in range(TIMES)]
        warm = in_child(asked_again, file, question).result
        cold_ms = 1000 * statistics.median(one.wall for one in cold)
        cpu_ms = 1000 * statistics.median(one.cpu for one in cold)
        slowest = max(slowest, cold_ms, warm["arrow_ms"])
        times = (cold_ms, cpu_ms, warm["arrow_ms"], warm["tuples_ms"])
        cells = (f"{ms:.1f}" for ms in times)
        rows.append([name, cold[0].result["rows"], *cells])
    print_table(
        ["question", "rows", "new process ms", "its CPU ms", "open ms", "open, tuples ms"], rows
    )
    print(verdict("slowest, Arrow", slowest, BUDGET_MS, " ms", at_least=False))


def _published(work: Path) -> Path:
    """What `run` has just published from real values, or what stands in the data folder."""
    own = load_settings().paths.published / "jamlik.duckdb"
    made = [work / f"run-{run}" / "published" / "jamlik.duckdb" for run in REAL_RUNS]
    for file in (*made, own):
        if file.exists():
            return file.resolve()
    raise JamlikError(f"No published file at {own}.", "Measure `run` too, or `make run` first.")
