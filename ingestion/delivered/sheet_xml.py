"""The XML of a sheet, looked at before and beside the parser: how far it reaches, bad cells.

What belongs here: what the parser does not tell. What does not: cells' values (`sheet_child`).

Programs write the same sheet in many ways: with or without a prefix, attributes in any order
and either kind of quotes, cells with or without their address.
"""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

MOST_CELLS = 60_000_000
ROW_OR_CELL = re.compile(
    rb"<(?:\w+:)?(?:row\b([^>]*)|c\b([^>]*?)(?:/>|>(.*?)</(?:\w+:)?c>))", re.DOTALL
)
PLACE = re.compile(rb"""(?:^|\s)r=["']([A-Z]{0,3})(\d{1,7})["']""")
COLUMN = re.compile(rb"""<(?:\w+:)?c\s[^>]*?\br=["']([A-Z]{1,3})\d""")
ROW = re.compile(rb"""<(?:\w+:)?row\s[^>]*?\br=["'](\d{1,7})""")
ROW_OF_CELL = re.compile(rb"""<(?:\w+:)?c\s[^>]*?\br=["'][A-Z]{1,3}(\d{1,7})""")
ERROR = re.compile(rb"""\st=["']e["']""")
FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
STORED = re.compile(rb"<(?:\w+:)?v\b[^>]*>[^<]+<|<(?:\w+:)?is\b")


class Refused(Exception):
    """A sheet that cannot be read; the word is a key of `sheet.REASONS`."""

    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.word = word


def sheet_xml(path: Path, name: str) -> bytes:
    """The XML of a sheet.

    Raises:
        Refused: There is no such sheet, or the workbook's own lists cannot be read.
    """
    try:
        with zipfile.ZipFile(path) as file:
            book = ElementTree.fromstring(file.read("xl/workbook.xml"))
            links = ElementTree.fromstring(file.read("xl/_rels/workbook.xml.rels"))
            targets = {link.get("Id"): link.get("Target", "") for link in links}
            for one in book.iter():
                if _plain(one.tag) == "sheet" and one.get("name") == name:
                    [link] = [value for key, value in one.items() if _plain(key) == "id"]
                    target = targets[link].lstrip("/")
                    return file.read(target if target.startswith("xl/") else f"xl/{target}")
    except Exception:
        raise Refused("damaged") from None
    raise Refused("no sheet")


def _plain(name: str) -> str:
    """A name without its namespace, of which there are two for the same words."""
    return name.rpartition("}")[2]


def check_extent(xml: bytes) -> None:
    """Refuse a sheet whose used rectangle is larger than any table here.

    Raises:
        Refused: It is.
    """
    letters = {found[1] for found in COLUMN.finditer(xml)}
    # Rows need not say their number; then cells do.
    rows = ROW if ROW.search(xml) else ROW_OF_CELL
    last = max((int(found[1]) for found in rows.finditer(xml)), default=0)
    if last * max((place(one.decode()) for one in letters), default=1) > MOST_CELLS:
        raise Refused("too large")


def place(letters: str) -> int:
    """A is 1, Z 26, AA 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def bad_cells(xml: bytes) -> list[tuple[int, int, str]]:
    """Row, column from 0 on, and what is wrong, of error cells and formulas without a value."""
    if not (ERROR.search(xml) or FORMULA.search(xml)):
        return []
    found = []
    for row, column, attributes, content in _placed(xml):
        if ERROR.search(attributes):
            found.append((row, column - 1, "the cell holds an error"))
        elif content and FORMULA.search(content) and not STORED.search(content):
            found.append((row, column - 1, "a formula without a stored value"))
    return found


def _placed(xml: bytes) -> Iterator[tuple[int, int, bytes, bytes | None]]:
    """Row and column, attributes and content of all cells; without an address it is the next."""
    row = column = 0
    for found in ROW_OR_CELL.finditer(xml):
        of_row, attributes, content = found.groups()
        said = PLACE.search(attributes if of_row is None else of_row)
        if of_row is not None:
            row, column = int(said[2]) if said else row + 1, 0
            continue
        row, column = (int(said[2]), place(said[1].decode())) if said else (row, column + 1)
        yield row, column, attributes, content
