"""Which tables of Folkhälsodata are read.

What belongs here: `tables.yml`, checked. What does not: what a table holds (`layout.py`).
"""

from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from warehouse.errors import InputError
from warehouse.register import item_polarities

CATALOGUE = Path(__file__).with_name("tables.yml")


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid")

    # It becomes part of an address and, for replays, of a file's path.
    path: str = Field(pattern=r"^(\w[\w. -]*/)*\w[\w. -]*\.px$")
    what: str
    level: Literal["county", "municipality"]
    items: dict[str, str] = Field(default_factory=dict)


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    tables: list[_Row] = Field(min_length=1)


@dataclass(frozen=True)
class CatalogueTable:
    """One table that is read.

    Args:
        path: Below the base address.
        what: What it is about.
        level: county or municipality: areas of the focus region that it must have.
        items: The item of each of the table's own words for an estimate, where there is one.
    """

    path: str
    what: str
    level: str
    items: dict[str, str]

    @property
    def table_id(self) -> str:
        """The file's name without .px."""
        return PurePosixPath(self.path).stem


def catalogue(path: Path = CATALOGUE) -> list[CatalogueTable]:
    """The tables in the file's order.

    Raises:
        InputError: The file breaks a rule; says where.
    """
    try:
        rows = _File.model_validate(yaml.safe_load(path.read_text(encoding="utf-8"))).tables
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise InputError(f"{path} cannot be read: {error}.", "Restore the file.") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise InputError(f"{path}: {where}: {first['msg']}.", "Correct that entry.") from None
    tables = [CatalogueTable(row.path, row.what, row.level, row.items) for row in rows]
    _check(path, tables)
    return tables


def _check(path: Path, tables: list[CatalogueTable]) -> None:
    known = item_polarities()
    seen: set[str] = set()
    for table in tables:
        if table.table_id in seen:
            raise InputError(f"{path}: the table {table.table_id} stands twice.", "Remove one row.")
        seen.add(table.table_id)
        for item in table.items.values():
            if item not in known:
                raise InputError(
                    f"{path}: {table.table_id} names the item {item}, which does not exist.",
                    "Use an item_id of dbt_project/seeds/items.csv.",
                )
