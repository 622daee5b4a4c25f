"""Any delivered table as text: csv, xlsx or SPSS, with the file's own row numbers.

What belongs here: telling what a file is, and one shape for all kinds. What does not: each
kind's reader (`delimited`, `sheet`, `spss`) and what columns mean (`codebook`).

No library's message goes further than its reader: csv parsers quote the line they stumbled
over, and the line is somebody's answers. Errors name file, row, column and reason only.
"""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from warehouse.errors import InputError

SUFFIXES = {".csv": "csv", ".txt": "csv", ".tsv": "csv", ".xlsx": "xlsx", ".sav": "sav"}
MAGIC = {b"PK\x03\x04": "xlsx", b"$FL2": "sav", b"$FL3": "sav", b"\xd0\xcf\x11\xe0": "ole"}
WORDS = {
    "csv": "a text table",
    "xlsx": "a zip or xlsx file",
    "sav": "an SPSS file",
    "ole": "an old Excel file, or one protected by a password",
}
CHUNK = 1 << 20


class FileRejected(InputError):
    """A delivered file cannot be taken; nothing of it was."""


@dataclass(frozen=True)
class Format:
    """What is known beforehand; None is found out.

    Args:
        encoding: `utf-8-sig`, `cp1252` or `latin-1`.
        delimiter: `;`, `,` or a tab.
        sheet: Of an xlsx file; None: the first that holds a table.
        header_row: From 1 on; None: the first row with text in at least half its columns.
        only: Of a text table, the columns that are read, in small letters; None: all.
    """

    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    header_row: int | None = None
    only: frozenset[str] | None = None


@dataclass(frozen=True)
class Told:
    """What the sender, or who loads it, says of a file; None is found out.

    Args:
        codebook: Id of a shipped codebook or path of another.
        format: Of the file.
        sender: Who sent it.
        year: The round, where the file has no column for it.
        item: The question, where a file of shares has no column for it.
    """

    codebook: str | None = None
    format: Format = Format()
    sender: str | None = None
    year: int | None = None
    item: str | None = None


NOTHING_TOLD = Told()


@dataclass(frozen=True)
class Fault:
    """A cell that could not be read (it is null then), or a whole row that was left out.

    Args:
        row_number: The file's own, the header counted.
        column: None: the row.
        reason: In words, without the content.
    """

    row_number: int
    column: str | None
    reason: str


@dataclass
class Delivered:
    """A file as text.

    Args:
        name: Its name, for reports.
        kind: csv, xlsx or sav.
        encoding: As found; None for xlsx.
        delimiter: As found; None but for csv.
        columns: Headers as written, stripped, each once.
        batches: Per batch `row_number` (int64) and a string column for every header; blank
            cells are null.
        faults: Grows while batches are read.
        sheets: Names of an xlsx file's sheets.
        sheet: The one that this table is on.
        skipped: Those that hold no table.
        others: Tables on the sheets after it, where no sheet was asked for.
        not_read: Number of columns that `Format.only` leaves out.
    """

    name: str
    kind: str
    encoding: str | None
    delimiter: str | None
    columns: list[str]
    batches: Iterator[pa.RecordBatch]
    faults: list[Fault] = field(default_factory=list)
    sheets: list[str] = field(default_factory=list)
    sheet: str | None = None
    skipped: list[str] = field(default_factory=list)
    others: list["Delivered"] = field(default_factory=list)
    not_read: int = 0


@contextmanager
def open_delivered(
    path: Path, *, format: Format = Format(), work: Path | None = None
) -> Iterator[Delivered]:
    """Open a delivered file.

    Args:
        path: The file.
        format: What is known of it.
        work: Folder for the working files of an xlsx file's child process, 0700 and emptied
            in the end; None: the system's.

    Raises:
        FileRejected: It is no table, or damaged, or something else than its suffix says.
    """
    from ingestion.delivered import delimited, sheet, spss

    kind = _kind(path)
    if work is not None:
        work.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder = Path(tempfile.mkdtemp(prefix="reading-", dir=work))
    readers = {"csv": delimited.read, "xlsx": sheet.read, "sav": spss.read}
    try:
        delivered = readers[kind](path, format, folder)
        check_headers(path.name, delivered.columns)
        yield delivered
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def check_headers(name: str, columns: list[str]) -> None:
    """Every column has a name of its own, upper and lower case not told apart.

    Raises:
        FileRejected: A name is missing or doubled.
    """
    seen: set[str] = set()
    for place, column in enumerate(columns, start=1):
        if column.casefold() in seen:
            raise FileRejected(
                f"{name}: column {place} has the same name as an earlier one: {column}.",
                "Give every column its own name.",
            )
        seen.add(column.casefold())


def named(columns: list[str]) -> list[str]:
    """Headers stripped; one without a name is called by its place (`column 1`)."""
    return [column.strip() or f"column {place}" for place, column in enumerate(columns, start=1)]


def _kind(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(4)
    if not head:
        raise FileRejected(f"{path.name}: the file is empty.", "Send it again.")
    found = MAGIC.get(head, "csv")
    said = SUFFIXES.get(path.suffix.lower())
    if said is None:
        raise FileRejected(
            f"{path.name}: a file that ends with {path.suffix or 'nothing'} is not read.",
            "Send csv, xlsx or sav.",
        )
    if found != said:
        raise FileRejected(
            f"{path.name}: the name says {WORDS[said]}, the content is {WORDS[found]}.",
            "Save it anew in the program it comes from.",
        )
    return found
