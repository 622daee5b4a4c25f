"""From a table's cells to estimates: four cells are one.

What belongs here: putting share, limits and number of answers together, and giving back what
cannot be read. What does not: HTTP, and which of the estimates are new.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
import pyarrow as pa

from ingestion.folkhalsodata.catalogue import CatalogueTable
from ingestion.folkhalsodata.client import TableChanged
from ingestion.folkhalsodata.jsonstat import Dataset
from ingestion.folkhalsodata.layout import REMEDY, Layout, Metadata, Window
from ingestion.folkhalsodata.tables import ESTIMATE, TABLE_METADATA

MEASURES = ("share", "ci_lower", "ci_upper", "n")


@dataclass(frozen=True)
class Rejection:
    """One estimate or period that was not loaded, with enough to find it in the table."""

    table_id: str
    place: str
    reason: str


def estimates(
    table: CatalogueTable, layout: Layout, dataset: Dataset
) -> tuple[pa.Table, list[Rejection]]:
    """Put the cells of an answer together.

    Args:
        table: The table that was asked.
        layout: What its codes stand for; codes that it does not have are passed over.
        dataset: The decoded answer, its variables in any order.

    Returns:
        Rows of `raw_folkhalsodata.estimate`, and what was left out.

    Raises:
        TableChanged: The answer has other variables than the table says.
    """
    grid = _Grid(table, layout, dataset)
    rows: list[dict[str, Any]] = []
    rejections: list[Rejection] = []
    for content, area, gender, period in product(
        layout.content.meaning, layout.region.meaning, layout.gender.meaning, layout.period.meaning
    ):
        found = grid.cells(
            {
                layout.content.variable: content,
                layout.region.variable: area,
                layout.gender.variable: gender,
                layout.period.variable: period,
            }
        )
        if not found:
            continue
        first, last = layout.period.meaning[period]
        row = {
            "table_id": table.table_id,
            "content_code": content,
            "content_text": layout.content.meaning[content],
            "area_id": layout.region.meaning[area],
            "gender": layout.gender.meaning[gender],
            "year_start": first,
            "year_end": last,
            **{measure: cell[0] for measure, cell in found.items()},
            "status": _joined(cell[1] for cell in found.values()),
        }
        problem = _problem(found)
        if problem:
            rejections.append(Rejection(table.table_id, _place(row, (first, last)), problem))
        else:
            # Whole, or it would have been a problem.
            rows.append(row | {"n": None if row["n"] is None else int(row["n"])})
    return pa.Table.from_pylist(rows, schema=ESTIMATE.schema), rejections


def metadata_rows(table: CatalogueTable, metadata: Metadata) -> pa.Table:
    """A table's description as rows of `raw_folkhalsodata.table_metadata`."""
    rows = [
        {
            "table_id": table.table_id,
            "variable_code": one.code,
            "value_code": code,
            "table_title": metadata.title,
            "variable_text": one.text,
            "value_text": text,
            "position": position,
        }
        for one in metadata.variables
        for position, (code, text) in enumerate(zip(one.values, one.valueTexts, strict=True))
    ]
    return pa.Table.from_pylist(rows, schema=TABLE_METADATA.schema)


# Value, status and problem.
Cell = tuple[float | None, str | None, str | None]


class _Grid:
    """Finds the cells of an estimate in an answer."""

    def __init__(self, table: CatalogueTable, layout: Layout, dataset: Dataset) -> None:
        asked, came = set(layout.selection), {one.id for one in dataset.dimensions}
        if asked != came:
            raise TableChanged(
                f"{table.path} answered with the variables {', '.join(sorted(came))}, not with "
                f"{', '.join(sorted(asked))}.",
                REMEDY,
            )
        strides = np.cumprod([1, *reversed(dataset.sizes)])[-2::-1]
        self._offset = {
            one.id: {code: at * int(stride) for at, code in enumerate(one.codes)}
            for one, stride in zip(dataset.dimensions, strides, strict=True)
        }
        self._measures = self._offset[layout.measure.variable]
        self._measure_of = {name: code for code, name in layout.measure.meaning.items()}
        self._columns = [column.to_pylist() for column in dataset.cells.columns]

    def cells(self, codes: dict[str, str]) -> dict[str, Cell]:
        """Cells by measure; none where the answer does not hold this estimate."""
        offsets = [self._offset[variable].get(code) for variable, code in codes.items()]
        base = sum(offset for offset in offsets if offset is not None)
        if None in offsets or self._measure_of["share"] not in self._measures:
            return {}
        found = {}
        for measure in MEASURES:
            at = self._measures.get(self._measure_of.get(measure, ""))
            cell = (None, None, None) if at is None else self._cell(base + at)
            found[measure] = cell
        return found

    def _cell(self, at: int) -> Cell:
        value, status, problem = (column[at] for column in self._columns)
        return value, status, problem


def _problem(found: dict[str, Cell]) -> str | None:
    for measure, (value, _, problem) in found.items():
        if problem:
            return f"{measure}: {problem}"
        if measure == "share" and value is not None and not 0 <= value <= 100:
            return "share: the value is not between 0 and 100"
        if measure == "n" and value is not None and not (value.is_integer() and 0 <= value < 2**31):
            return "n: the value is no number of answers"
    return None


def _joined(statuses: Iterator[str | None]) -> str | None:
    """The signs that occur, each once; None when there are none."""
    return " ".join(dict.fromkeys(status for status in statuses if status)) or None


def _place(row: dict[str, Any], period: Window) -> str:
    first, last = period
    return f"{row['content_text']}, {row['area_id']}, {row['gender']}, {first}-{last}"
