"""The process that parses an Excel file: `python -m ingestion.delivered.sheet_child FILE JSON`.

What belongs here: limits of memory and time, cells as text, where the table begins. What does
not: what the parent does with it (`sheet`).

Rows go to standard output as an Arrow stream; a refusal is a word on it and status 3. Formulas
are never evaluated: their stored values count, and one without is a fault.
"""

import json
import re
import resource
import sys
import zipfile
from pathlib import Path
from typing import NoReturn
from xml.etree import ElementTree

import pyarrow as pa

from ingestion.delivered.reading import named
from ingestion.delivered.sheet import REFUSED
from ingestion.delivered.spss import canonical

MEMORY = 3 << 30
CPU_SECONDS = 240
MOST_CELLS = 60_000_000
CELL = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,7})"([^>]*?)(?:/>|>(.*?)</c>)', re.DOTALL)
ERROR = re.compile(rb'\bt="e"')
STORED = re.compile(rb"<v>[^<]+</v>|<is>")
LAST_ROW, LAST_COLUMN = re.compile(rb'<row [^>]*?r="(\d+)"'), re.compile(rb'<c r="([A-Z]{1,3})\d')
NAMES = {
    "main": "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}",
    "rel": "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}",
}


def main(path: Path, sheet: str | None, header_row: int | None) -> None:
    """Write the table to standard output, or refuse."""
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
    chosen = sheet or names[0]
    xml = sheet_xml(path, chosen)
    check_extent(xml)
    cells = [
        [canonical(cell) if cell != "" else None for cell in row]
        for row in book.get_sheet_by_name(chosen).to_python(skip_empty_area=False)
    ]
    if not any(any(row) for row in cells):
        refuse("empty")
    header = header_row or find_header(cells)
    columns = named([cell or "" for cell in cells[header - 1]])
    faults = [(row, columns[at], reason) for row, at, reason in bad_cells(xml) if row > header]
    numbers, rows = [], []
    for number, row in enumerate(cells[header:], start=header + 1):
        if any(cell is not None and cell.strip() for cell in row):
            numbers.append(number)
            rows.append([cell.strip() or None if cell else None for cell in row])
    if not rows:
        refuse("header only")
    table = pa.Table.from_arrays(
        [
            pa.array(numbers, pa.int64()),
            *(pa.array(column, pa.string()) for column in zip(*rows, strict=True)),
        ],
        schema=pa.schema(
            [("row_number", pa.int64()), *((column, pa.string()) for column in columns)],
            {"jamlik": json.dumps({"faults": faults, "sheets": names})},
        ),
    )
    with pa.ipc.new_stream(sys.stdout.buffer, table.schema) as stream:
        stream.write_table(table)


def refuse(word: str) -> NoReturn:
    """Say why and end."""
    sys.stdout.write(word)
    sys.stdout.flush()
    sys.exit(REFUSED)


def find_header(cells: list[list[str | None]]) -> int:
    """The first row with text in at least half of the columns that are used, from 1 on.

    Titles and merged cells above it fill one or two.
    """
    used = max(sum(cell is not None for cell in row) for row in cells)
    for number, row in enumerate(cells, start=1):
        if sum(cell is not None for cell in row) * 2 >= used:
            return number
    refuse("no header")


def sheet_xml(path: Path, name: str) -> bytes:
    """The XML of a sheet."""
    try:
        with zipfile.ZipFile(path) as file:
            book = ElementTree.fromstring(file.read("xl/workbook.xml"))
            links = ElementTree.fromstring(file.read("xl/_rels/workbook.xml.rels"))
            targets = {link.get("Id"): link.get("Target", "") for link in links}
            for one in book.iter(f"{NAMES['main']}sheet"):
                if one.get("name") == name:
                    target = targets[one.get(f"{NAMES['rel']}id")].lstrip("/")
                    return file.read(target if target.startswith("xl/") else f"xl/{target}")
    except Exception:
        refuse("damaged")
    refuse("no sheet")


def check_extent(xml: bytes) -> None:
    """Refuse a sheet whose used rectangle is larger than any table here."""
    rows = [int(one) for one in LAST_ROW.findall(xml)]
    columns = {one.decode() for one in LAST_COLUMN.findall(xml)}
    if rows and max(rows) * max((place(one) for one in columns), default=1) > MOST_CELLS:
        refuse("too large")


def place(letters: str) -> int:
    """A is 1, Z 26, AA 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def bad_cells(xml: bytes) -> list[tuple[int, int, str]]:
    """Row, column from 0 on, and what is wrong, of error cells and formulas without a value."""
    found = []
    for cell in CELL.finditer(xml):
        letters, row, attributes, content = cell.groups()
        where = (int(row), place(letters.decode()) - 1)
        if ERROR.search(attributes):
            found.append((*where, "the cell holds an error"))
        elif content and b"<f" in content and not STORED.search(content):
            found.append((*where, "a formula without a stored value"))
    return found


if __name__ == "__main__":
    asked = json.loads(sys.argv[2])
    main(Path(sys.argv[1]), asked["sheet"], asked["header_row"])
