"""The process that parses an Excel file: `python -m ingestion.delivered.sheet_child FILE JSON`.

What belongs here: limits of memory and time, cells as text, where tables begin. What does
not: what the parent does with them (`sheet`), reading the XML itself (`sheet_xml`).

Each sheet's table goes to standard output as an Arrow stream, one after the other; a refusal is
a word on it and status 3. Formulas are never evaluated: their stored values count, and one
without is a fault.
"""

import json
import re
import resource
import sys
from pathlib import Path
from typing import Any, NoReturn

import pyarrow as pa

from ingestion.delivered.reading import named
from ingestion.delivered.sheet import REFUSED
from ingestion.delivered.sheet_xml import Refused, bad_cells, check_extent, sheet_xml
from ingestion.delivered.spss import canonical

MEMORY = 3 << 30
CPU_SECONDS = 240
NUMBER = re.compile(r"-?\d+([.,]\d+)?")
Cells = list[list[str | None]]
# First and last row and column of cells that were made one, from 0 on.
Merged = list[tuple[tuple[int, int], tuple[int, int]]]


def main(path: Path, sheet: str | None, header_row: int | None) -> None:
    """Write the tables to standard output, or refuse.

    Args:
        path: The workbook.
        sheet: The only one to read; None: all that hold a table.
        header_row: From 1 on; None: found out.
    """
    from python_calamine import CalamineWorkbook

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        book = CalamineWorkbook.from_path(str(path))
    except Exception:
        refuse("damaged")
    names = list(book.sheet_names)
    if not names or (sheet is not None and sheet not in names):
        refuse("no sheet")
    tables, skipped = [], {}
    for name in [sheet] if sheet is not None else names:
        try:
            tables.append((name, table_of(book, path, name, header_row)))
        except Refused as refused:
            skipped[name] = refused.word
    if not tables:
        refuse(next(iter(skipped.values())))
    for name, (table, faults) in tables:
        facts = {"faults": faults, "sheet": name, "sheets": names, "skipped": list(skipped)}
        schema = table.schema.with_metadata({"jamlik": json.dumps(facts)})
        with pa.ipc.new_stream(sys.stdout.buffer, schema) as stream:
            stream.write_table(table)


def table_of(
    book: Any, path: Path, name: str, header_row: int | None
) -> tuple[pa.Table, list[tuple[int, str, str]]]:
    """A sheet's table as text with row numbers, and its faults: row, column, reason.

    Raises:
        Refused: It holds no table, or too large a one.
    """
    xml = sheet_xml(path, name)
    check_extent(xml)
    sheet = book.get_sheet_by_name(name)
    cells: Cells = [
        [canonical(cell) if cell != "" else None for cell in row]
        for row in sheet.to_python(skip_empty_area=False)
    ]
    if not any(any(row) for row in cells):
        raise Refused("empty")
    merged = sheet.merged_cell_ranges or []
    fill_downwards(cells, merged)
    header = header_row or find_header(cells, merged)
    if header > len(cells):
        raise Refused("header only")
    numbers, rows = [], []
    for number, row in enumerate(cells[header:], start=header + 1):
        if any(cell is not None and cell.strip() for cell in row):
            numbers.append(number)
            rows.append([cell.strip() or None if cell else None for cell in row])
    if not rows:
        raise Refused("header only")
    columns = named([cell or "" for cell in cells[header - 1]])
    faults = [(row, columns[at], reason) for row, at, reason in bad_cells(xml) if row > header]
    blamed = {column for _, column, _ in faults}
    arrays = [pa.array(column, pa.string()) for column in zip(*rows, strict=True)]
    # Columns that were only ever formatted have neither a name nor a value.
    kept = [
        place
        for place, title in enumerate(cells[header - 1])
        if title or arrays[place].null_count < len(rows) or columns[place] in blamed
    ]
    table = pa.Table.from_arrays(
        [pa.array(numbers, pa.int64()), *(arrays[place] for place in kept)],
        names=["row_number", *(columns[place] for place in kept)],
    )
    return table, faults


def refuse(word: str) -> NoReturn:
    """Say why and end."""
    sys.stdout.write(word)
    sys.stdout.flush()
    sys.exit(REFUSED)


def fill_downwards(cells: Cells, merged: Merged) -> None:
    """Cells that were made one over several rows hold their value in each of them."""
    for (top, left), (bottom, _) in merged:
        for row in range(top + 1, min(bottom + 1, len(cells))):
            cells[row][left] = cells[top][left]


def find_header(cells: Cells, merged: Merged) -> int:
    """The first row with text in at least half of the columns that are used, from 1 on.

    Titles above it fill one or two. Where some of its cells span columns that the next row
    names one by one, they are headings of groups, and the next row is the header.
    """
    used = max(sum(cell is not None for cell in row) for row in cells)
    for number, row in enumerate(cells, start=1):
        if sum(cell is not None for cell in row) * 2 >= used:
            return number + heads_groups(cells, merged, number - 1)
    raise Refused("no header")


def heads_groups(cells: Cells, merged: Merged, row: int) -> bool:
    """Whether a row's cells span columns that have names of their own in the row below."""
    wide = [
        below
        for (top, left), (bottom, right) in merged
        if top == bottom == row and right > left and row + 1 < len(cells)
        for below in cells[row + 1][left : right + 1]
    ]
    return bool(wide) and all(cell and not NUMBER.fullmatch(cell.strip()) for cell in wide)


if __name__ == "__main__":
    asked = json.loads(sys.argv[2])
    main(Path(sys.argv[1]), asked["sheet"], asked["header_row"])
