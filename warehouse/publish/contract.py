"""What the published tables promise: names, types, meaning, keys and order.

What belongs here: the contract classes and reading them from dbt's manifest. What does
not: comparing a file with its contract (`checks.py`) or writing it (`database.py`).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from warehouse.errors import PublishError
from warehouse.publish.references import (
    Reference,
    published_references,
    references_from_manifest,
)
from warehouse.sealed.keys import SOURCES

MARTS_FOLDER = "models/marts/"


@dataclass(frozen=True)
class ColumnContract:
    """One published column.

    Args:
        name: Column name.
        data_type: Type as DuckDB reads it; `string` and `varchar` are one type.
        description: What the column means, with its unit.
        nullable: Whether null is allowed.
        is_key: Whether it is part of the primary key.
    """

    name: str
    data_type: str
    description: str
    nullable: bool = True
    is_key: bool = False


@dataclass(frozen=True)
class TableContract:
    """One published table.

    Args:
        schema: Schema in the published file.
        name: Table name in that schema.
        description: What one row is.
        columns: All columns, in published order.
        sort_by: Columns that the rows are sorted by, so that readers skip row groups.
        primary_key: Columns that identify a row; empty when nothing does.
        range_by: Column whose ranges lie one after the other, each sorted on its own; empty:
            the first of `sort_by`, so that the whole table is sorted. With another one a
            condition on either column skips most row groups.
        people: Restricted sources whose rows it descends from; it is published only as
            `disclosure.yml` says.
        is_run_log: Whether it is about the runs themselves and so differs in every run: it alone
            makes no new release, and has no diff.
        references: Columns that hold ids of another published table.
    """

    schema: str
    name: str
    description: str
    columns: tuple[ColumnContract, ...]
    sort_by: tuple[str, ...] = ()
    primary_key: tuple[str, ...] = ()
    range_by: str = ""
    people: tuple[str, ...] = ()
    is_run_log: bool = False
    references: tuple[Reference, ...] = ()

    def __post_init__(self) -> None:
        known = set(self.column_names)
        ids = (one.column for one in self.references)
        named = (*self.sort_by, *self.primary_key, *filter(None, [self.range_by]), *ids)
        unknown = [c for c in named if c not in known]
        if unknown:
            raise PublishError(
                f"Table {self.full_name} is to be sorted, identified or related by columns it "
                f"does not have: {', '.join(unknown)}.",
                "Correct meta.sort_by, range_by or primary_key of the model, or its known_ids.",
            )

    @property
    def full_name(self) -> str:
        """Schema and name with a dot; also the Parquet file's stem."""
        return f"{self.schema}.{self.name}"

    @property
    def column_names(self) -> tuple[str, ...]:
        """Names of all columns, in published order."""
        return tuple(column.name for column in self.columns)

    @property
    def order(self) -> tuple[str, ...]:
        """Columns that give the rows of a range one order and no other.

        The key breaks ties of `sort_by`; without a key all columns do. Files of equal data
        are equal byte for byte only because no tie is left to chance.
        """
        ties = self.primary_key or self.column_names
        return tuple(dict.fromkeys((*self.sort_by, *ties)))


def contracts_from_manifest(manifest_path: Path) -> list[TableContract]:
    """Read the contracts of all marts from dbt's manifest.

    Args:
        manifest_path: `manifest.json` as `dbt parse` or `dbt build` writes it.

    Returns:
        One contract per model below `models/marts`, by schema and name, but for those whose
        meta says `is_published: false`.

    Raises:
        PublishError: The manifest is missing or unreadable, holds no mart, a mart's column
            has no data type, or an id is looked up in what is no key.
    """
    try:
        manifest = json.loads(manifest_path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise PublishError(
            f"dbt's manifest {manifest_path} cannot be read: {error}.",
            "Build the dbt project first; it writes the manifest.",
        ) from None
    marts = [
        (name, node)
        for name, node in manifest.get("nodes", {}).items()
        if node.get("resource_type") == "model"
        and node.get("original_file_path", "").replace("\\", "/").startswith(MARTS_FOLDER)
    ]
    if not marts:
        raise PublishError(
            f"dbt's manifest {manifest_path} holds no model below {MARTS_FOLDER}.",
            "Point to the manifest of the project that builds the marts.",
        )
    published = [(name, node) for name, node in marts if _meta(node).get("is_published", True)]
    parents, references = manifest.get("parent_map", {}), references_from_manifest(manifest)
    tables = [
        replace(_table(node, _people(name, parents)), references=references.get(name, ()))
        for name, node in published
    ]
    return sorted(related(tables), key=lambda table: table.full_name)


def related(tables: Sequence[TableContract]) -> list[TableContract]:
    """The tables without relations to what is not among them.

    Raises:
        PublishError: An id is looked up in what is no key.
    """
    keys = {table.full_name: table.primary_key for table in tables}
    return [replace(one, references=published_references(one.references, keys)) for one in tables]


def _people(name: str, parents: Mapping[str, list[str]]) -> tuple[str, ...]:
    """Restricted sources among all that a model descends from."""
    seen, waiting = {name}, [name]
    while waiting:
        new = set(parents.get(waiting.pop(), [])) - seen
        seen |= new
        waiting += new
    schemas = {one.split(".")[2] for one in seen if one.startswith("source.")}
    return tuple(source for source in SOURCES if f"raw_{source}" in schemas)


def _meta(node: dict[str, Any]) -> dict[str, Any]:
    return {**node.get("meta", {}), **node.get("config", {}).get("meta", {})}


def _table(node: dict[str, Any], people: tuple[str, ...]) -> TableContract:
    meta = _meta(node)
    key = tuple(meta.get("primary_key") or _declared_key(node))
    name = node.get("alias") or node["name"]
    columns = tuple(
        _column(column, key, f"{node['schema']}.{name}") for column in node["columns"].values()
    )
    return TableContract(
        schema=node["schema"],
        name=name,
        description=_one_line(node.get("description", "")),
        columns=columns,
        sort_by=tuple(meta.get("sort_by") or key),
        primary_key=key,
        range_by=meta.get("range_by", ""),
        people=people,
        is_run_log=bool(meta.get("is_run_log", False)),
    )


def _column(column: dict[str, Any], key: tuple[str, ...], table: str) -> ColumnContract:
    if not column.get("data_type"):
        raise PublishError(
            f"Column {column['name']} of {table} has no data_type.",
            "Declare it beside the model's description.",
        )
    is_key = column["name"] in key
    required = is_key or "not_null" in _constraint_types(column)
    return ColumnContract(
        name=column["name"],
        data_type=column["data_type"],
        description=_one_line(column.get("description", "")),
        nullable=not required,
        is_key=is_key,
    )


def _declared_key(node: dict[str, Any]) -> list[str]:
    """The key as a constraint, of the model or of one column."""
    for constraint in node.get("constraints", []):
        if constraint.get("type") == "primary_key":
            return list(constraint.get("columns", []))
    return [
        column["name"]
        for column in node["columns"].values()
        if "primary_key" in _constraint_types(column)
    ]


def _constraint_types(column: dict[str, Any]) -> list[str]:
    return [constraint.get("type", "") for constraint in column.get("constraints", [])]


def _one_line(text: str) -> str:
    return " ".join(text.split())
