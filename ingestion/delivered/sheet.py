"""Excel files: looked at before they are parsed, and parsed in a process of their own.

What belongs here: what a zip must look like, and the parent's side of the child process. What
does not: parsing (`sheet_child`, `sheet_xml`).

One value in the last cell of a sheet makes the parser ask for memory for 17 billion cells,
which aborts its process; a small zip can unpack to gigabytes.
"""

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from ingestion.delivered.reading import Delivered, Fault, FileRejected, Format

MOST_UNZIPPED = 1 << 30
SECONDS = 300
# The exit status with which the child gives a reason.
REFUSED = 3
REASONS = {
    "no sheet": ("has no sheet of that name", "Leave --sheet out, or name one of the file's."),
    "empty": ("has no rows", "Send it again."),
    "header only": ("has no rows below the header", "Send it again."),
    "no header": ("has no row with text in half of its columns", "Say which: --header-row."),
    "too large": (
        "has values far away from the table, or is too large",
        "Copy the table alone into a new file.",
    ),
    "damaged": ("is damaged, or protected by a password", "Save it anew in Excel."),
}


def read(path: Path, format: Format, work: Path) -> Delivered:
    """Read its sheets; `open_delivered` says the rest.

    Raises:
        FileRejected: It is no Excel file, too large, or its sheet holds no table.
    """
    _check_zip(path)
    command = [sys.executable, "-m", "ingestion.delivered.sheet_child", str(path)]
    asked = {"sheet": format.sheet, "header_row": format.header_row}
    try:
        done = subprocess.run(
            [*command, json.dumps(asked)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=SECONDS,
            cwd=Path(__file__).resolve().parents[2],
            env={"PATH": os.environ.get("PATH", ""), "TMPDIR": str(work)},
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise _refused(path, "too large") from None
    if done.returncode == REFUSED:
        raise _refused(path, done.stdout.decode())
    if done.returncode:
        raise _refused(path, "too large")
    first, *others = _tables(path.name, done.stdout)
    first.others = others
    return first


def _tables(name: str, streams: bytes) -> Iterator[Delivered]:
    source = pa.BufferReader(streams)
    while source.tell() < len(streams):
        table = pa.ipc.open_stream(source).read_all()
        facts = json.loads(table.schema.metadata[b"jamlik"])
        yield Delivered(
            name,
            "xlsx",
            None,
            None,
            table.column_names[1:],
            _batches(table),
            [Fault(*one) for one in facts["faults"]],
            sheets=facts["sheets"],
            sheet=facts["sheet"],
            skipped=facts["skipped"],
        )


def _batches(table: pa.Table) -> Iterator[pa.RecordBatch]:
    yield from table.to_batches(max_chunksize=50_000)


def _refused(path: Path, reason: str) -> FileRejected:
    said, remedy = REASONS[reason if reason in REASONS else "damaged"]
    return FileRejected(f"{path.name}: the workbook {said}.", remedy)


def _check_zip(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as file:
            entries = file.infolist()
    except (zipfile.BadZipFile, OSError):
        raise _refused(path, "damaged") from None
    if "xl/workbook.xml" not in {entry.filename for entry in entries}:
        raise FileRejected(
            f"{path.name}: a zip file, but no Excel workbook.", "Send the files in it one by one."
        )
    if sum(entry.file_size for entry in entries) > MOST_UNZIPPED:
        raise _refused(path, "too large")
