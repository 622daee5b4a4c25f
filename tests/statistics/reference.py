"""What the tests of one area's statistics share: macros evaluated, reference tables read.

What belongs here: reading and calling. What does not: expectations.
"""

import csv
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from tests.support import shared_dir
from warehouse.statistics.area_table import write_area_table

Rows = list[dict[str, str]]


def reference(name: str) -> Rows:
    """The rows of a reference table; empty cells are empty text."""
    with (shared_dir() / "reference" / "indicators" / f"{name}.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def area(folder: Path, rows: Rows, columns: dict[str, str], kind: str, **options: Any) -> Rows:
    """The result of `jamlik area` on some columns of reference rows.

    Args:
        folder: Where the two files go.
        rows: The reference rows.
        columns: Header in the input, and the reference column it comes from.
        kind: The kind.
        options: As `write_area_table` takes them.
    """
    source, output = folder / "in.csv", folder / "out.csv"
    with source.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows([[row[name] for name in columns.values()] for row in rows])
    write_area_table(source, output, kind, **options)
    with output.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def evaluate(expression: str, **values: Any) -> Any:
    """One SQL expression over named values (lists: a list of results)."""
    lists = {k: v if isinstance(v, list) else [v] for k, v in values.items()}
    results = [row[0] for row in query(f"select {expression} from input", lists)]
    return results if any(isinstance(v, list) for v in values.values()) else results[0]


def query(sql: str, columns: dict[str, list[Any]]) -> list[tuple[Any, ...]]:
    """All rows of a query over one table `input`, in the table's order where it has one."""
    # A connection takes 10 ms, which hypothesis pays a hundred times.
    with _database().cursor() as con:
        con.register("input", pa.table(columns))
        return con.execute(sql).fetchall()


@cache
def _database() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(config={"threads": 1})


def number(text: str) -> float | None:
    return float(text) if text not in ("", "NA") else None


def compare(found: Rows, expected: Rows, columns: dict[str, str], **tolerance: float) -> int:
    """Compare number by number.

    Args:
        found: Results.
        expected: Reference rows, in the same order.
        columns: Column of the results, and the reference column.
        tolerance: `rel`, default 1e-9.

    Returns:
        How many numbers were compared; where the reference has none, there must be none.
    """

    assert len(found) == len(expected)
    compared = 0
    for have, want in zip(found, expected, strict=True):
        for mine, theirs in columns.items():
            value, target = number(have[mine]), number(want[theirs])
            if target is None:
                assert value is None, (have, mine)
                continue
            assert value == pytest.approx(target, abs=0, rel=tolerance.get("rel", 1e-9)), (
                have,
                mine,
                target,
            )
            compared += 1
    return compared
