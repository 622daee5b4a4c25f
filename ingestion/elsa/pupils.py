"""How many pupils there are in each grade: `pupils.yml` of the region.

What belongs here: that file. What does not: coverage, which the marts work out; talks (`door`).

It counts pupils and names none. List only grades in which talks are held.
"""

from pathlib import Path
from typing import Annotated, Any, Literal

import pyarrow as pa
from pydantic import BeforeValidator, Field

from ingestion.delivered.load import load_file
from ingestion.delivered.sizes import Size, size_reader
from ingestion.elsa.talks import SOURCE, TalksResult
from warehouse.settings import Settings

PUPILS_SUFFIXES = (".yml", ".yaml")


class Grade(Size):
    """One municipality's pupils of a grade in a school year; `round` is the year it begins."""

    grade: Annotated[
        Literal["F", "2", "4", "7", "8", "GY1"],
        # YAML reads 4 as a number.
        BeforeValidator(lambda grade: str(grade) if isinstance(grade, int) else grade),
    ]
    pupils: int = Field(ge=0)

    def key(self) -> tuple[Any, ...]:
        """What may stand once in a file."""
        return self.round, self.area, self.grade


def take_pupils(path: Path, settings: Settings, sender: str) -> TalksResult:
    """Load a file of numbers, and delete it as exports are.

    Args:
        path: The YAML file.
        settings: Region, data folder and keys.
        sender: Who sent it.

    Raises:
        FileRejected: Nothing of it was stored; the file is left where it is.
    """
    found = load_file(path, SOURCE, settings, sender=sender)
    path.unlink()
    return TalksResult(
        found.file_id, found.status, found.rows_read, found.rows_kept, kind=found.kind
    )


# Numbers replace earlier ones of the same grade.
read_pupils = size_reader(
    "pupils",
    Grade,
    "grade_size",
    {"grade": pa.string(), "pupils": pa.int64()},
    surveys=[SOURCE],
    same=("round", "area_id", "grade"),
)
