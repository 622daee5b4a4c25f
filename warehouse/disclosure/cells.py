"""Decisions as rows: one per published cell, in a temporary table that all masks join.

What belongs here: that table. What does not: what is decided (`releasing`), SQL of the marts
(`masking`).
"""

from collections.abc import Iterator, Sequence
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from warehouse.disclosure.configuration import Mart
from warehouse.disclosure.deciding import OPEN, REASONS, WAITING
from warehouse.disclosure.releasing import Decided
from warehouse.disclosure.system import TOTAL


def cells_table(mart: str) -> str:
    """Name of the temporary table of a mart's cells."""
    return "cells_" + mart.replace(".", "_")


def key_columns(mart: Mart) -> list[str]:
    """Columns that identify a cell of a mart, without those that are fixed by its tables."""
    item = [mart.item] if mart.item else []
    return [*mart.universe, *item, mart.area, *(mart.breakdowns or {})]


def block_sql(mart: Mart, prefix: str = "", **other: str) -> str:
    """The block of a row as SQL: its people, survey and question.

    Args:
        mart: The mart whose columns tell.
        prefix: Alias with a dot.
        other: SQL in place of a column.
    """
    names = ["source", "basis", *mart.universe, *([mart.item] if mart.item else [])]
    parts = ", ".join(
        f"{other.get(name, prefix + name)}::varchar" if name != "basis" else "'home'"
        for name in names
    )
    return f"concat_ws('|', '{mart.name}', {parts})"


def make_cells(con: duckdb.DuckDBPyConnection, mart: Mart, decided: Sequence[Decided]) -> None:
    """Make the temporary table of a mart's cells.

    Columns: those of the mart's key, `n_open`, one `<part>_open` per part, `is_open` (all of
    them), `block`, `is_waiting`, and the reasons. A cell in several tables is that of the first.
    """
    name = cells_table(mart.name)
    parts = list(mart.parts or {})
    rows = [row for one in decided if one.survey.mart.name == mart.name for row in _rows(one)]
    keys = ["source", *key_columns(mart)]
    columns = [*keys, "table_name", "n_reason", *(f"{part}_reason" for part in parts)]
    arrow = pa.table(
        {
            column: pa.array(
                [row[at] for row in rows],
                pa.int64() if column in mart.universe and _whole(rows, at) else pa.string(),
            )
            for at, column in enumerate(columns)
        }
    )
    con.register("decided_rows", arrow)
    opens = [f"{part}_reason = 'open' as {part}_open" for part in parts]
    all_open = " and ".join(f"{one}_reason = 'open'" for one in ("n", *parts))
    con.execute(
        f"create or replace temp table {name} as select distinct on ({', '.join(keys)}) *, "
        f"{', '.join(['n_reason = $$open$$ as n_open', *opens])}, {all_open} as is_open, "
        f"n_reason = 'waiting' as is_waiting, {block_sql(mart)} as block "
        f"from (select *, row_number() over () as place from decided_rows) "
        f"order by {', '.join(keys)}, place"
    )
    con.unregister("decided_rows")


def _whole(rows: Sequence[Sequence[Any]], at: int) -> bool:
    return all(isinstance(row[at], int) for row in rows) and bool(rows)


def _rows(one: Decided) -> Iterator[tuple[Any, ...]]:
    survey, mart = one.survey, one.survey.mart
    breakdowns = mart.breakdowns or {}
    width = len(mart.parts or {})
    words = np.array(REASONS, dtype=object)
    for decision in one.decisions:
        frame = decision.frame
        for place in np.ndindex(frame.shape):
            n = words[decision.n[place]]
            area, *labels = frame.label(place)
            for spelled in _spelled(frame.by, labels, frame.only):
                told = {
                    by: breakdowns[by] if label == TOTAL else label for by, label in spelled.items()
                }
                categories = [told.get(by, total) for by, total in breakdowns.items()]
                for number, item in enumerate(decision.question.items):
                    columns = decision.parts[number * width : (number + 1) * width]
                    reasons = [words[column[place]] for column in columns]
                    asked = [item] if mart.item else []
                    yield (
                        survey.rule.source,
                        *survey.universe,
                        *asked,
                        area,
                        *categories,
                        survey.rule.name,
                        n,
                        *reasons,
                    )


def _spelled(
    by: Sequence[str], labels: Sequence[str], only: Sequence[str]
) -> Iterator[dict[str, str]]:
    """A cell's categories; twice where one category stands for the total."""
    spellings: list[dict[str, str]] = [{}]
    for number, (name, label) in enumerate(zip(by, labels, strict=True)):
        sole = only[number] if only else ""
        words = [label, sole] if sole else [label]
        spellings = [{**one, name: word} for one in spellings for word in words]
    yield from spellings


def is_waiting(one: Decided) -> list[tuple[str, ...]]:
    """Questions whose earlier state is published again."""
    return [found.question.items for found in one.decisions if (found.n == WAITING).any()] or []


def is_all_open(one: Decided) -> bool:
    """Whether nothing of a table is hidden."""
    return all((found.n == OPEN).all() and (found.parts == OPEN).all() for found in one.decisions)
