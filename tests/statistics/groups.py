"""Groups for the inequality macros: the reference package's cases, and running the macros."""

import csv
import math
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb

from tests.support import shared_dir
from warehouse.statistics.macros import render

COLUMNS = (
    "set_id bigint, group_no bigint, estimate double, se double, population double, "
    "group_order integer, is_reference boolean, polarity integer, scale_min double, "
    "scale_max double, is_ordered boolean, setting_average double"
)
NAMES = [column.split()[0] for column in COLUMNS.split(", ")]
Row = dict[str, Any]
Rows = dict[tuple[int, str], Row]


def group(set_id: int, number: int, estimate: float | None, **other: Any) -> Row:
    """One group; what is not given is the commonest."""
    row = dict.fromkeys(NAMES) | {"set_id": set_id, "group_no": number, "estimate": estimate}
    row |= {"population": 100.0, "is_reference": False, "polarity": 1, "is_ordered": False}
    return row | other


def ordered(set_id: int, estimates: Iterable[float | None], **other: Any) -> list[Row]:
    return [
        group(set_id, n, y, group_order=n, is_ordered=True, **other)
        for n, y in enumerate(estimates, 1)
    ]


def database(groups: Iterable[Row]) -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    con.execute(f"create table groups ({COLUMNS})")
    marks = ", ".join("?" * len(NAMES))
    con.executemany(
        f"insert into groups values ({marks})", [[row[name] for name in NAMES] for row in groups]
    )
    return con


def rows_of(con: duckdb.DuckDBPyConnection, sql: str) -> list[Row]:
    result = con.execute(sql)
    names = [column[0] for column in result.description]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def measured(groups: Iterable[Row], **options: Any) -> Rows:
    """The macro's rows by set and measure."""
    with database(groups) as con:
        found = rows_of(con, render("inequality_measures", "groups", **options))
    keyed = {(row["set_id"], row["measure"]): row for row in found}
    assert len(keyed) == len(found)
    return keyed


def drawn(groups: Iterable[Row], draws: int = 1000, seed: int = 1, **options: Any) -> Rows:
    """The same, with intervals from draws where there is no closed one."""
    with database(groups) as con:
        con.execute(f"create table closed as {render('inequality_measures', 'groups', **options)}")
        con.execute(f"create table drawn as {render('inequality_draws', 'groups', draws, seed)}")
        found = rows_of(con, render("inequality_with_draws", "closed", "drawn"))
    return {(row["set_id"], row["measure"]): row for row in found}


def reference(name: str) -> list[dict[str, str]]:
    path: Path = shared_dir() / "reference" / "inequality" / f"healthequal_{name}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def number(text: str) -> float | None:
    """A number of R's; nothing for NA and the like."""
    value = float(text) if text not in ("", "NA", "NaN") else None
    return None if value is not None and math.isnan(value) else value


def cases(name: str) -> dict[str, list[Row]]:
    """Groups of every case, set_id not yet given; without the reference group."""
    found: dict[str, list[Row]] = defaultdict(list)
    for line in reference(f"{name}_inputs".lstrip("_")):
        key = line.get("case_id") or line["dataset"]
        is_ordered = line.get("ordered_dimension", line.get("ordered")) in ("1", "ordered")
        order = number(line["subgroup_order"])
        favourable = line.get("favourable_indicator", line.get("favourable"))
        found[key].append(
            group(
                0,
                len(found[key]) + 1,
                number(line["estimate"]),
                se=number(line["se"]),
                population=number(line["population"]),
                group_order=int(order) if is_ordered and order is not None else None,
                is_reference=line["reference_subgroup"] == "1",
                polarity=1 if favourable == "1" else -1,
                scale_min=0.0,
                scale_max=number(line.get("indicator_scale", line.get("scale")) or ""),
                is_ordered=is_ordered,
                setting_average=number(line.get("setting_average", "")),
            )
        )
    return found
