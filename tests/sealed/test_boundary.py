"""The boundary: what went wrong is told, what stood in the cell is not."""

import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from warehouse.errors import InputError
from warehouse.sealed.boundary import Place, guarded
from warehouse.sealed.errors import RestrictedError

SECRET = "20130505-9876"


def cast() -> None:
    duckdb.sql(f"select cast('{SECRET}' as integer)").fetchall()


def decode() -> None:
    f"{SECRET} Ö".encode("cp1252").decode("utf-8")


def stream() -> None:
    import pyarrow as pa

    def batches() -> Iterator[pa.RecordBatch]:
        raise KeyError(SECRET)
        yield

    rows = PLACE.watch(batches())
    reader = pa.RecordBatchReader.from_batches(pa.schema([("a", pa.int64())]), rows)
    con = duckdb.connect()
    con.register("these", reader)
    con.execute("from these").fetchall()


def chained() -> None:
    try:
        int(SECRET)
    except ValueError as error:
        raise InputError("File 1, row 2: no number.", "Look there.") from error


PLACE = Place("a1", row_number=7, column="vikt_kg")


@pytest.mark.parametrize(
    ("call", "error", "said"),
    [
        (cast, RestrictedError, "File a1, row 7, column vikt_kg: ConversionException: the data"),
        (decode, RestrictedError, "UnicodeDecodeError: bytes that are no text"),
        (lambda: int(SECRET), RestrictedError, "ValueError: a value that the code did not expect"),
        (lambda: {}[SECRET], RestrictedError, "KeyError: the code did not expect it"),
        (lambda: Path(f"/{SECRET}").read_text(), RestrictedError, "No such file or directory"),
        (stream, RestrictedError, "KeyError: the code did not expect it"),
        (chained, InputError, "File 1, row 2: no number. Look there."),
    ],
)
def test_no_value_gets_out(call: Callable, error: type, said: str) -> None:
    PLACE.stopped_by = None
    with pytest.raises(Exception) as inside:
        call()
    assert SECRET in f"{inside.value!r} {inside.value.__cause__!r} {inside.value}"
    PLACE.stopped_by = None
    with pytest.raises(error) as found:
        guarded(PLACE, call)
    assert said in str(found.value)
    assert found.value.__cause__ is None and found.value.__context__ is None
    frames = traceback.TracebackException.from_exception(found.value, capture_locals=False)
    assert SECRET not in "".join(frames.format())
