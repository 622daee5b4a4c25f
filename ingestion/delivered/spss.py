"""SPSS files: codes as text, with the codes that their owner calls missing.

What belongs here: `.sav`. What does not: value labels, since codebooks say what codes mean and
a file without labels must read the same.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from ingestion.delivered.delimited import with_rows
from ingestion.delivered.reading import Delivered, FileRejected, Format, named

ROWS = 50_000


def read(path: Path, format: Format, work: Path) -> Delivered:
    """Open an SPSS file; `open_delivered` says the rest.

    Raises:
        FileRejected: The file is damaged or has no rows.
    """
    del work
    import pyreadstat

    try:
        _, meta = pyreadstat.read_sav(str(path), metadataonly=True, encoding=format.encoding)
    except Exception:
        raise _damaged(path) from None
    if meta.number_rows == 0:
        raise FileRejected(f"{path.name}: there are no rows.", "Send it again.")
    columns = named(list(meta.column_names))
    delivered = Delivered(path.name, "sav", meta.file_encoding, None, columns, iter(()))
    delivered.batches = _batches(path, delivered, meta.number_rows)
    return delivered


def _damaged(path: Path) -> FileRejected:
    return FileRejected(
        f"{path.name}: the SPSS file is damaged or was cut.", "Save it anew and send it again."
    )


def _batches(path: Path, delivered: Delivered, expected: int | None) -> Iterator[pa.RecordBatch]:
    import pyreadstat

    start = 0
    while expected is None or start < expected:
        try:
            # Without user_missing 8, 9 and 77 would come as blanks, and "does not know" as
            # "was not asked".
            found, _ = pyreadstat.read_sav(
                str(path),
                row_offset=start,
                row_limit=ROWS,
                user_missing=True,
                output_format="dict",
                encoding=delivered.encoding,
            )
        except Exception:
            raise _damaged(path) from None
        columns = [text(values) for values in found.values()]
        rows = len(columns[0]) if columns else 0
        if not rows:
            if expected is None:
                return
            raise _damaged(path)
        # SPSS has no header row: its first case is row 1.
        yield with_rows(list(range(start + 1, start + rows + 1)), columns, delivered.columns)
        start += rows


def text(values: Any) -> pa.Array:
    """Values as canonical text: 2021 and not 2021.0, 0.1, dates as 2021-09-30."""
    values = np.asarray(values)
    if values.dtype.kind in "iu":
        return pa.array(values).cast(pa.string())
    if values.dtype.kind == "f":
        missing = np.isnan(values)
        whole = missing | (np.abs(values) < 2**53) & (values == np.rint(values))
        if whole.all():
            return pa.array(np.where(missing, 0, values).astype(np.int64), mask=missing).cast(
                pa.string()
            )
    return pa.array([canonical(one) for one in values.tolist()], pa.string())


def canonical(value: object) -> str | None:
    """One value as text."""
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return None
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)
    if hasattr(value, "isoformat"):
        written = value.isoformat()
        return written.removesuffix("T00:00:00")
    return str(value)
