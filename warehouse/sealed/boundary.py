"""The boundary around code that handles rows about people.

What belongs here: turning whatever goes wrong inside into an error without values. What does
not: finding errors, or deciding what follows from them.

pyarrow, DuckDB, `int()` and text decoding put cells into their messages, a UnicodeDecodeError
holds the whole buffer, and Dagster stores messages together with causes, contexts and frames.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

import duckdb

from warehouse.errors import JamlikError
from warehouse.sealed.errors import RestrictedError

Result = TypeVar("Result")

# The first class that fits decides; the reason is never the library's text.
REASONS: tuple[tuple[type[Exception], str], ...] = (
    (UnicodeError, "bytes that are no text in the file's encoding"),
    (MemoryError, "there was not enough memory"),
    (duckdb.OutOfMemoryException, "there was not enough memory"),
    (duckdb.Error, "the database refused a statement"),
    (ValueError, "a value that the code did not expect"),
)


@dataclass
class Place:
    """Where the code is; it says so as it goes along.

    Args:
        file_id: The file's opaque id.
        row_number: The file's own number of a row.
        column: A column's name, as the project or a codebook calls it.
        stopped_by: The error that ended a stream of rows.
    """

    file_id: str
    row_number: int | None = None
    column: str | None = None
    stopped_by: Exception | None = None

    def watch(self, rows: Iterator[Result]) -> Iterator[Result]:
        """The same rows; an error among them is remembered.

        DuckDB, reading a stream, makes one error of its own of whatever stops it, with the
        original's traceback as text.
        """
        try:
            yield from rows
        except Exception as error:
            self.stopped_by = error
            raise

    def __str__(self) -> str:
        parts = [f"File {self.file_id}"]
        if self.row_number is not None:
            parts.append(f"row {self.row_number}")
        if self.column is not None:
            parts.append(f"column {self.column}")
        return ", ".join(parts)


def guarded(place: Place, call: Callable[[], Result]) -> Result:
    """Call something; let no value of a person out by its errors.

    Args:
        place: Is read when something goes wrong.
        call: The code; the texts of its own JamlikErrors hold no values and are kept.

    Raises:
        JamlikError: The same class and text, without what it came from.
        RestrictedError: Any other error: its class, the place and a fixed reason.
    """
    try:
        return call()
    except Exception as error:
        found = _without_values(place, place.stopped_by or error)
    # Outside the handler, so that no cause and no context hangs on it.
    raise found


def _without_values(place: Place, error: Exception) -> JamlikError:
    if isinstance(error, JamlikError):
        return type(error)(error.what, error.remedy)
    return RestrictedError(
        f"{place}: {type(error).__name__}: {_reason(error)}.",
        "Nothing of the file was stored. Look at the place named in the file itself.",
    )


def _reason(error: Exception) -> str:
    if isinstance(error, OSError):
        return error.strerror or "the operating system refused"
    return next(
        (text for kind, text in REASONS if isinstance(error, kind)), "the code did not expect it"
    )
