"""How many there were to ask, per round and municipality: a YAML file of the region.

What belongs here: what such files have in common, and reading one with line numbers in errors.
What does not: what a source's file says of each municipality (`ingestion/<source>/`).
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from ingestion.areas import area_id
from ingestion.delivered.codebook import line_of, yaml_lines
from ingestion.delivered.reading import FileRejected
from ingestion.delivered.rows import AggregateRows
from warehouse.settings import Settings

REMEDY = "Put the line right; docs/surveys.md shows the file."


class Size(BaseModel):
    """One municipality's size in one round; sources add what else it is of."""

    model_config = ConfigDict(extra="forbid")

    round: int = Field(ge=2000, le=2100)
    municipality: int | str

    @model_validator(mode="after")
    def _is_somewhere(self) -> "Size":
        area = area_id(str(self.municipality))
        if area is None or area.startswith("00"):
            raise ValueError("no municipality has this code or name")
        return self

    @property
    def area(self) -> str:
        """The municipality's id."""
        return str(area_id(str(self.municipality)))

    def key(self) -> tuple[Any, ...]:
        """What may stand once in a file."""
        return self.round, self.area


def size_reader(
    name: str, entry: type[Size], table: str, columns: dict[str, pa.DataType], **said: Any
) -> Callable[[Path, Settings], AggregateRows]:
    """A source's reader of such a file: path and settings in, rows of a raw table out.

    Args:
        name: Of the file's one list.
        entry: What each entry must be.
        table: The raw table.
        columns: Besides round and municipality: names of entry and column, with types.
        said: What else is known of the rows; see AggregateRows.
    """

    def read(path: Path, settings: Settings) -> AggregateRows:
        """Read a file, whose municipalities must lie in the region.

        Raises:
            FileRejected: A line breaks a rule; the text gives it.
        """
        return _rows(table, _sizes(path, settings, name, entry), columns, said)

    return read


def _sizes(path: Path, settings: Settings, name: str, entry: type[Size]) -> list[Size]:
    text, document = _read(path)
    if not (isinstance(document, dict) and isinstance(document.get(name), list)):
        raise FileRejected(f"{path.name}: it has no list called {name}.", REMEDY)
    lines = yaml_lines(yaml.compose(text))
    found: list[Size] = []
    keys = set()
    for number, one in enumerate(document[name]):
        try:
            size = entry.model_validate(one)
        except ValidationError as error:
            first = error.errors()[0]
            said = first["msg"].removeprefix("Value error, ")
            line = line_of((name, number, *first["loc"]), lines)
            raise FileRejected(f"{path.name}, line {line}: {said}.", REMEDY) from None
        line = line_of((name, number), lines)
        if size.key() in keys:
            raise FileRejected(f"{path.name}, line {line}: it stands there a second time.", REMEDY)
        if not size.area.startswith(settings.region):
            raise FileRejected(
                f"{path.name}, line {line}: outside the region {settings.region}.", REMEDY
            )
        keys.add(size.key())
        found.append(size)
    return found


def _rows(
    table: str, sizes: Sequence[Size], columns: dict[str, pa.DataType], said: dict[str, Any]
) -> AggregateRows:
    types = {"round": pa.int16(), "area": pa.string(), **columns}
    rows = pa.table(
        {
            name: pa.array([getattr(one, name) for one in sizes], kind)
            for name, kind in types.items()
        }
    )
    return AggregateRows(
        table,
        rows.rename_columns({"area": "area_id"}),
        [],
        len(sizes),
        sorted({one.round for one in sizes}),
        sorted({one.area for one in sizes}),
        **said,
    )


def _read(path: Path) -> tuple[str, Any]:
    try:
        text = path.read_text(encoding="utf-8")
        return text, yaml.safe_load(text)
    except (yaml.YAMLError, UnicodeDecodeError):
        raise FileRejected(f"{path.name}: no YAML in UTF-8.", REMEDY) from None
