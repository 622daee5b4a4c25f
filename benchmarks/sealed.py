"""Sealed stores at size: talks through the door, sealed against plain files, and erasure.

What belongs here: 500 000 generated talks from csv to the store to `survey.estimate`; the same
rows and question on a sealed and on a plain file, one after the other in one run; erasing 100
people. What does not: surveys' own loading (`survey_load.py`).
"""

import os
import shutil
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

import duckdb

from benchmarks.measure import Measure, in_child, print_table, verdict
from benchmarks.survey_load import build_estimates
from ingestion.areas import municipalities
from ingestion.delivered.codebook import source_codebooks
from ingestion.elsa.personal_number import check_digit
from warehouse.errors import JamlikError
from warehouse.settings import Settings, load_settings

TALKS, LEAVING, YEAR, REGION = 500_000, 100, 2023, "20"
REPEATS = int(os.environ.get("JAMLIK_BENCHMARK_REPEATS", "5"))


def measure(work: Path, *, full: bool) -> None:
    """Print seconds and memory, medians of the repeats, and ratios of pairs in one run."""
    del full
    folder = work / "sealed"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    # A key folder outside the data folder, as an installation has it.
    os.environ["JAMLIK_KEY_DIR"] = str(folder / "keys")
    _make_keys(folder)
    numbers = write_export(folder / "talks.csv", TALKS)
    print(f"  {TALKS} talks, {(folder / 'talks.csv').stat().st_size / 1e6:.0f} MB; {REPEATS} times")
    steps: dict[str, list[Measure]] = {}
    for at in range(REPEATS):
        data = folder / f"data-{at}"
        shutil.copy(folder / "talks.csv", folder / "taken.csv")
        leaving = folder / "leaving.txt"
        leaving.write_text("\n".join(["personnummer", *numbers[:: TALKS // LEAVING][:LEAVING]]))
        todo = {
            "csv into the sealed store": (take, folder / "taken.csv", data),
            "from the store to estimates": (build_estimates, data),
            "the same rows into a sealed file": (write_rows, data, True),
            "the same rows into a plain file": (write_rows, data, False),
            "opening the sealed file": (open_file, data, True),
            "opening the plain file": (open_file, data, False),
            "questions to the sealed file": (ask, data, True),
            "the same to the plain file": (ask, data, False),
            f"erasing {LEAVING} people": (leave, leaving, data),
        }
        for name, (call, *arguments) in todo.items():
            steps.setdefault(name, []).append(in_child(call, *arguments))
        _check_estimates(data)
        shutil.rmtree(data)
    _print(steps)
    shutil.rmtree(folder)


def _print(steps: dict[str, list[Measure]]) -> None:
    rows = [
        [
            name,
            *(
                f"{median(getattr(one, what) for one in taken):.2f}"
                for what in ("wall", "cpu", "peak")
            ),
        ]
        for name, taken in steps.items()
    ]
    print_table(["median of each", "wall s", "CPU s", "peak MiB"], rows)
    load, made, sealed, plain, opened, _, asked, asked_plain, erased = steps.values()
    print(verdict("csv to estimates", _wall(load) + _wall(made), 90, " s", at_least=False))
    peak = max(one.peak for one in (*load, *made)) / 1024
    print(verdict("its memory", peak, 2, " GiB", at_least=False))
    for what, ours, other in (("load", sealed, plain), ("questions", asked, asked_plain)):
        for unit in ("wall", "cpu"):
            ratio = median(
                getattr(one, unit) / getattr(two, unit)
                for one, two in zip(ours, other, strict=True)
            )
            print(verdict(f"{what}, sealed / plain, {unit}", ratio, 1.15, "x", at_least=False))
    print(f"  opening a sealed file, its bytes compared with the seal: {_wall(opened):.2f} s")
    print(verdict(f"erasing {LEAVING} people", _wall(erased), 30, " s", at_least=False))


def _check_estimates(data_dir: Path) -> None:
    with duckdb.connect(str(_settings(data_dir).paths.build), read_only=True) as con:
        made = con.execute("select count(*) from survey.estimate where source = 'elsa'").fetchall()
    if not made[0][0]:
        raise JamlikError("No estimate was made of the talks.")


def _wall(taken: list[Measure]) -> float:
    return median(one.wall for one in taken)


def _settings(data_dir: Path | str) -> Settings:
    return load_settings(data_dir=Path(data_dir), kolada="live", surveys="delivered", region=REGION)


def _make_keys(folder: Path) -> None:
    from warehouse.sealed.command import create_missing
    from warehouse.sealed.keys import key_folder

    settings = _settings(folder)
    create_missing(settings, key_folder(settings.with_changes(data_dir=folder / "data-0")))


def write_export(path: Path, rows: int) -> list[str]:
    """An export of talks in one grade; nobody in it exists. Returns the numbers in it."""
    import numpy as np
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    random = np.random.default_rng(2026)
    book = source_codebooks("elsa")[0]
    numbers = _numbers(rows)
    days = np.array(
        [f"{YEAR}-{month:02}-{day:02}" for month in (9, 10, 11) for day in range(1, 29)]
    )
    columns: dict[str, Any] = {
        "personnummer": numbers,
        "samtycke": ["J"] * rows,
        "samtyckesdatum": [f"{YEAR}-08-20"] * rows,
        "samtycke_fran": ["vh"] * rows,
        "lasar": [f"{YEAR}/{YEAR + 1}"] * rows,
        "besoksdatum": random.choice(days, rows),
        "kommunkod": random.choice(np.array(municipalities(REGION)), rows),
        "skolenhetskod": random.choice(np.array(["12345678", "12345679"]), rows),
        "arskurs": ["4"] * rows,
        "kon": random.choice(np.array(["F", "P"]), rows),
        "fodelseland": ["SE"] * rows,
        "boende": random.choice(np.array(["1", "2", "3", "4"]), rows),
        "funktionsnedsattning": ["N"] * rows,
        "langd_cm": [f"{one:.1f}".replace(".", ",") for one in random.normal(140, 6, rows)],
        "vikt_kg": [f"{one:.1f}".replace(".", ",") for one in random.normal(35, 5, rows)],
    }
    for item in book.items:
        if (name := item.columns(YEAR)[0]).startswith("sp"):
            columns[name] = random.integers(1, 6, rows).astype(str)
    table = pa.table({name: pa.array(cells, pa.string()) for name, cells in columns.items()})
    arrow_csv.write_csv(table, path, arrow_csv.WriteOptions(delimiter=";", quoting_style="none"))
    return numbers


def _numbers(rows: int) -> list[str]:
    """So many valid numbers of children who turn 9 to 11 in the year."""
    found = []
    for year in range(YEAR - 11, YEAR - 8):
        for month in range(1, 13):
            for day in range(1, 29):
                for serial in range(1000):
                    nine = f"{year % 100:02}{month:02}{day:02}{serial:03}"
                    if serial:
                        found.append(f"{year // 100}{nine}{check_digit(nine)}")
                    if len(found) == rows:
                        return found
    raise JamlikError(f"There are only {len(found)} numbers for {rows} talks.")


def take(path: str, data_dir: str) -> Generator[None, None, dict[str, Any]]:
    """The export through the door, as `jamlik ingest elsa` takes it."""
    from ingestion.elsa.load import take_file

    settings = _settings(data_dir)
    yield
    result = take_file(Path(path), settings)
    yield
    if result.rows_kept != TALKS:
        raise JamlikError(f"Only {result.rows_kept} of {TALKS} talks were taken.")
    return {"rows": result.rows_kept}


def leave(path: str, data_dir: str) -> Generator[None, None, dict[str, Any]]:
    """A list of persons who withdrew, as `jamlik ingest elsa --withdrawn` takes it."""
    from ingestion.delivered.store import read_store
    from ingestion.elsa.withdrawal import withdraw

    settings = _settings(data_dir)
    yield
    withdraw(Path(path), settings, date(2024, 5, 1), sender="region")
    yield
    with read_store("elsa", settings) as con:
        left = con.execute("select count(*) from elsa.raw_elsa.respondent").fetchall()[0][0]
    if left != TALKS - LEAVING:
        raise JamlikError(f"{left} talks are left instead of {TALKS - LEAVING}.")
    return {"rows": left}


def write_rows(data_dir: str, sealed: bool) -> Generator[None, None, dict[str, Any]]:
    """All talks from Arrow into a new file, until they are on disk."""
    from ingestion.delivered.store import read_store
    from warehouse.connection import connect
    from warehouse.sealed.keys import key_folder
    from warehouse.sealed.store import write_sealed

    settings = _settings(data_dir)
    with read_store("elsa", settings) as con:
        rows = con.execute("from elsa.raw_elsa.respondent").to_arrow_table()
    path = _copy_path(settings, sealed)
    yield
    if sealed:
        with write_sealed(path, key_folder(settings), "elsa", settings) as con:
            con.register("rows", rows)
            con.execute("create table talk as from rows")
    else:
        with connect(path, settings) as con:
            con.register("rows", rows)
            con.execute("create table talk as from rows")
            con.execute("checkpoint")
        with path.open("rb") as file:
            os.fsync(file.fileno())
    yield
    return {"bytes": path.stat().st_size}


def ask(data_dir: str, sealed: bool) -> Generator[None, None, dict[str, Any]]:
    """Answers by municipality and sex, of all questions, on an open connection."""
    with _opened(_settings(data_dir), sealed) as con:
        names = [
            one[0]
            for one in con.execute("select column_name from (describe talk)").fetchall()
            if one[0].startswith("item_")
        ]
        counts = ", ".join(f"sum({name} < 3), count({name})" for name in names)
        yield
        # Ten times, since one takes a tenth of a second.
        for group in ("area_id, gender", "school_unit, gender", "visit_month, area_id") * 10:
            found = con.execute(f"select {group}, {counts} from talk group by {group}").fetchall()
        yield
    return {"groups": len(found)}


def open_file(data_dir: str, sealed: bool) -> Generator[None, None, dict[str, Any]]:
    """From nothing to the first row."""
    settings = _settings(data_dir)
    yield
    with _opened(settings, sealed) as con:
        rows = con.execute("select count(*) from talk").fetchall()[0][0]
    yield
    return {"rows": rows}


@contextmanager
def _opened(settings: Settings, sealed: bool) -> Iterator[duckdb.DuckDBPyConnection]:
    from warehouse.connection import connect
    from warehouse.sealed.keys import key_folder
    from warehouse.sealed.store import read_sealed

    path = _copy_path(settings, sealed)
    if sealed:
        with read_sealed(path, key_folder(settings), "elsa", settings) as con:
            yield con
    else:
        with connect(path, settings, read_only=True) as con:
            yield con


def _copy_path(settings: Settings, sealed: bool) -> Path:
    folder = settings.paths.root / "copies"
    folder.mkdir(exist_ok=True)
    return folder / f"{'sealed' if sealed else 'plain'}_copy.duckdb"
