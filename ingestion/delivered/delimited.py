"""Text tables: what encoding and delimiter they have, and their rows.

What belongs here: csv and its relatives. What does not: other kinds of files, meaning.

Encoding is strict UTF-8, else cp1252: detectors by statistics called every short Swedish file
cp1250. Rows are decoded as a stream; nothing is written to disk.
"""

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from ingestion.delivered.reading import CHUNK, Delivered, Fault, FileRejected, Format, named

DELIMITERS = (";", ",", "\t")
# A row of a wide survey has a few kilobytes.
LONGEST_ROW = 4 << 20
# Swedish letters in UTF-8, read as cp1252: a file put together from two.
MIXED = re.compile(rb"\xc3[\xa5\xa4\xb6\x85\x84\x96\xa9]")
UNDEFINED = re.compile(rb"[\x81\x8d\x8f\x90\x9d\x00]")


def read(path: Path, format: Format, work: Path) -> Delivered:
    """Open a text table; `open_delivered` says the rest.

    Raises:
        FileRejected: Encoding, delimiter or header cannot be told, or there are no rows.
    """
    del work
    encoding = _check_encoding(path, format.encoding) if format.encoding else _encoding(path)
    _check_quotes(path)
    header = format.header_row or 1
    line = _line(path, encoding, header)
    delimiter = format.delimiter or _delimiter(path, line)
    columns = named(next(csv.reader([line], delimiter=delimiter)))
    if len(columns) < 2:
        raise FileRejected(
            f"{path.name}: the header has one column with the delimiter {delimiter!r}.",
            "Say which delimiter it has: --delimiter.",
        )
    # Columns are called by their place until they are chosen: headers may be doubled.
    chosen = {
        f"c{place}": column
        for place, column in enumerate(columns)
        if format.only is None or column.casefold() in format.only
    }
    delivered = Delivered(path.name, "csv", encoding, delimiter, list(chosen.values()), iter(()))
    delivered.not_read = len(columns) - len(chosen)
    names = [f"c{place}" for place in range(len(columns))]
    delivered.batches = _batches(path, delivered, header, names, chosen)
    return delivered


def _encoding(path: Path) -> str:
    """utf-8-sig when every byte is UTF-8, else cp1252.

    Raises:
        FileRejected: It is neither: bytes that cp1252 lacks, or both in one file.
    """
    try:
        with path.open(encoding="utf-8-sig", errors="strict", newline="") as file:
            while chunk := file.read(CHUNK):
                if "\0" in chunk:
                    break
            else:
                return "utf-8-sig"
    except UnicodeDecodeError:
        pass
    for pattern, said in (
        (UNDEFINED, "holds a byte that is no character in UTF-8 and none in cp1252"),
        (MIXED, "is UTF-8 and others are not: the file mixes two encodings"),
    ):
        row = _row_with(path, pattern)
        if row:
            raise FileRejected(
                f"{path.name}, line {row}: {said}.", "Save the whole file as UTF-8 and send it."
            )
    return "cp1252"


def _check_encoding(path: Path, encoding: str) -> str:
    try:
        with path.open(encoding=encoding, errors="strict", newline="") as file:
            while file.read(CHUNK):
                pass
    except (UnicodeDecodeError, LookupError):
        raise FileRejected(
            f"{path.name}: the file is not {encoding}.", "Leave --encoding out to have it found."
        ) from None
    return encoding


def _check_quotes(path: Path) -> None:
    """A file that was cut inside a quoted cell reads as if the cell ended there."""
    quotes = 0
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            quotes += chunk.count(b'"')
    if quotes % 2:
        raise FileRejected(
            f"{path.name}: a quotation mark is not closed; the file may have been cut.",
            "Send it again, whole.",
        )


def _row_with(path: Path, pattern: re.Pattern[bytes]) -> int:
    """The first line that a pattern is found in; 0 when none."""
    lines = 1
    with path.open("rb") as file:
        tail = b""
        while chunk := file.read(CHUNK):
            whole = tail + chunk
            if found := pattern.search(whole):
                return lines + whole[: found.start()].count(b"\n")
            tail = whole[-1:]
            lines += whole[:-1].count(b"\n")
    return 0


def _line(path: Path, encoding: str, number: int) -> str:
    line = ""
    with path.open(encoding=encoding, newline="") as file:
        for _ in range(number):
            line = file.readline(LONGEST_ROW)
            if len(line) == LONGEST_ROW:
                raise _too_long(path)
    line = line.strip("\r\n")
    if not line.strip():
        raise FileRejected(f"{path.name}: row {number}, the header, is empty.", "Send it again.")
    return line


def _delimiter(path: Path, header: str) -> str:
    outside = re.sub(r'"[^"]*"', "", header)
    count, delimiter = max((outside.count(one), one) for one in DELIMITERS)
    if not count:
        raise FileRejected(
            f"{path.name}: the header has no semicolon, comma or tab.",
            "Save the table with one of these between its columns.",
        )
    return delimiter


def _too_long(path: Path) -> FileRejected:
    return FileRejected(
        f"{path.name}: a row is longer than {LONGEST_ROW >> 20} MB.",
        "Check that rows end with a line break and quotation marks are closed.",
    )


def _batches(
    path: Path, delivered: Delivered, header: int, names: list[str], chosen: dict[str, str]
) -> Iterator[pa.RecordBatch]:
    left_out: list[int] = []

    def note(row: Any) -> str:
        left_out.append(row.number)
        delivered.faults.append(
            Fault(
                row.number, None, f"{row.actual_columns} fields instead of {row.expected_columns}"
            )
        )
        return "skip"

    rows = 0
    try:
        reader = arrow_csv.open_csv(
            path,
            read_options=arrow_csv.ReadOptions(
                use_threads=False,
                block_size=LONGEST_ROW,
                skip_rows=header,
                column_names=names,
                encoding="utf-8" if delivered.encoding == "utf-8-sig" else delivered.encoding,
            ),
            parse_options=arrow_csv.ParseOptions(
                delimiter=delivered.delimiter,
                newlines_in_values=True,
                ignore_empty_lines=False,
                invalid_row_handler=note,
            ),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                include_columns=list(chosen),
                strings_can_be_null=True,
                null_values=[""],
            ),
        )
        start = header + 1
        for batch in reader:
            numbers = _numbers(start, batch.num_rows, left_out)
            start = numbers[-1] + 1 if numbers else start
            made = with_rows(numbers, batch.columns, list(chosen.values()))
            rows += made.num_rows
            yield made
    except pa.ArrowInvalid as error:
        if "straddl" in str(error) or "block" in str(error):
            raise _too_long(path) from None
        raise FileRejected(
            f"{path.name}: the table cannot be read after row {rows + header}.",
            "Check quotation marks there, and that the file was sent whole.",
        ) from None
    if not rows and not delivered.faults:
        raise FileRejected(f"{path.name}: there are no rows below the header.", "Send it again.")


def _numbers(start: int, rows: int, left_out: list[int]) -> list[int]:
    """The file's numbers of a batch's rows: those from `start` on that were not left out."""
    gone = {number for number in left_out if number >= start}
    numbers: list[int] = []
    number = start
    while len(numbers) < rows:
        if number not in gone:
            numbers.append(number)
        number += 1
    return numbers


def with_rows(numbers: list[int], columns: list[pa.Array], names: list[str]) -> pa.RecordBatch:
    """A batch with row numbers in front, cells stripped, blank ones null, blank rows left out."""
    cells = []
    for column in columns:
        text = pc.utf8_trim_whitespace(column)
        cells.append(pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text))
    batch = pa.RecordBatch.from_arrays(
        [pa.array(numbers, pa.int64()), *cells], names=["row_number", *names]
    )
    filled = None
    for column in cells:
        here = pc.is_valid(column)
        filled = here if filled is None else pc.or_(filled, here)
    return batch.filter(filled)
