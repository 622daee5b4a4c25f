"""Append-only raw tables, whatever source they are of.

What belongs here: what a raw table's description holds, which a source's decoder, dlt, the change
history and the asset catalogue read. What does not: the tables (each source's `tables.py`) and
how rows get there (`history.py`).
"""

from dataclasses import dataclass
from typing import ClassVar

import pyarrow as pa


@dataclass(frozen=True)
class Column:
    """One raw column: Arrow type, whether null is allowed, and its meaning."""

    name: str
    type: pa.DataType
    description: str
    nullable: bool = True


def text_column(name: str, description: str, nullable: bool = True) -> Column:
    """A column of text."""
    return Column(name, pa.string(), description, nullable)


@dataclass(frozen=True)
class RawTable:
    """One append-only raw table.

    Args:
        name: Table name in the schema `in_schema`, which a source's own class names.
        description: What one row is.
        key: Columns that identify a row among the latest readings.
        columns: Key and payload as the source gives them; `read_at` and, where the source
            has none of its own, `isdeleted` are added by the change history.
    """

    in_schema: ClassVar[str]

    name: str
    description: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def full_name(self) -> str:
        """Schema and name, as SQL has them."""
        return f"{self.in_schema}.{self.name}"

    @property
    def schema(self) -> pa.Schema:
        """The frozen Arrow schema that a page is built with."""
        return pa.schema([pa.field(c.name, c.type, c.nullable) for c in self.columns])

    @property
    def payload(self) -> tuple[str, ...]:
        """Columns whose change makes a new reading."""
        return tuple(c.name for c in self.columns if c.name not in self.key)
