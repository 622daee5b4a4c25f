"""Turning faults of disk and database into errors that say what to do.

What belongs here: the free-space check and the translation of low-level errors. What does
not: the publication's checks (`checks.py`).
"""

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from warehouse.errors import DiskFullError
from warehouse.paths import Paths
from warehouse.publish.results import PublicationError

# A release holds the DuckDB file and the Parquet files, and sorting spills once.
SPACE_FACTOR = 3
_FULL = (errno.ENOSPC, errno.EFBIG, errno.EDQUOT)
_FULL_TEXTS = ("No space left", "File too large", "quota exceeded", "max_temp_directory_size")
_STANDS = "Nothing was published, the last release stands."


def require_space(paths: Paths) -> None:
    """Refuse to start when the release would not fit.

    Raises:
        DiskFullError: Names need and have, in MB.
    """
    need = SPACE_FACTOR * paths.build.stat().st_size
    have = shutil.disk_usage(paths.releases).free
    if have < need:
        raise DiskFullError(
            f"A release needs about {need / 1e6:.0f} MB below {paths.releases} and "
            f"{have / 1e6:.0f} MB are free. {_STANDS}",
            "Free some space, or set JAMLIK_DATA_DIR to a folder on another disk.",
        )


@contextmanager
def translated_errors(paths: Paths) -> Iterator[None]:
    """Run a block and raise its disk and database faults as errors for users.

    Raises:
        DiskFullError: The disk, a quota or a file-size limit was reached.
        PublicationError: Any other fault of files or database.
    """
    try:
        yield
    except (OSError, duckdb.Error) as error:
        full = getattr(error, "errno", None) in _FULL or any(
            text in str(error) for text in _FULL_TEXTS
        )
        if full:
            raise DiskFullError(
                f"The disk below {paths.root} is full: {_first_line(error)}. {_STANDS}",
                "Free some space and run again.",
            ) from error
        raise PublicationError(
            f"Publishing {paths.build} failed: {_first_line(error)}. {_STANDS}",
            "Put that right and run again; `make doctor` shows who holds which file.",
        ) from error


def _first_line(error: BaseException) -> str:
    return str(error).partition("\n")[0].rstrip(".")
