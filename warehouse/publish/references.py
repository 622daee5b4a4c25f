"""Which columns hold ids of another published table: the relations that BI tools draw.

What belongs here: the relation itself, and reading it from dbt's manifest. What does not:
checking that the ids are found (`checks.py`), drawing it (`power_bi.py`, `datapackage.py`).

A relation is written once, as the dbt test `known_ids` of a mart. One that only warns may fail,
and is none.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from warehouse.errors import PublishError

_TEST = "known_ids"
# Arguments of that test: the dimension that they look the ids up in, and its key.
_DIMENSIONS = {
    "indicators": ("core.dim_indicator", "indicator_id"),
    "areas": ("core.dim_area", "area_id"),
    "units": ("core.dim_unit", "unit_id"),
    "items": ("core.dim_item", "item_id"),
}


@dataclass(frozen=True)
class Reference:
    """A column whose values, where it has any, are found in another table's key.

    Args:
        column: The column, on the side of many rows.
        table: `schema.table` on the side of one row.
        key: Its only key column.
    """

    column: str
    table: str
    key: str


def references_from_manifest(manifest: Mapping[str, Any]) -> dict[str, tuple[Reference, ...]]:
    """The relations that dbt tests, by the node id of the model that holds the ids.

    Raises:
        PublishError: The test has an argument whose dimension is not known here.
    """
    found: dict[str, tuple[Reference, ...]] = {}
    for node in manifest.get("nodes", {}).values():
        metadata = node.get("test_metadata") or {}
        severity = str(node.get("config", {}).get("severity", "error")).lower()
        if metadata.get("name") == _TEST and severity == "error":
            model = node["attached_node"]
            found[model] = (*found.get(model, ()), *_references(model, metadata["kwargs"]))
    return found


def _references(model: str, arguments: Mapping[str, Any]) -> Iterator[Reference]:
    # Indicators before areas, as `_DIMENSIONS` lists them: dbt may keep no order of arguments.
    unknown = set(arguments) - set(_DIMENSIONS) - {"model"}
    if unknown:
        raise PublishError(
            f"The test {_TEST} of {model} looks up {', '.join(sorted(unknown))}, "
            "and publishing does not know in which table.",
            "Add the argument to warehouse/publish/references.py.",
        )
    for argument, (table, key) in _DIMENSIONS.items():
        for column in arguments.get(argument, ()):
            yield Reference(column, table, key)


def published_references(
    references: Iterable[Reference], keys: Mapping[str, tuple[str, ...]]
) -> tuple[Reference, ...]:
    """Those whose other side is published.

    Args:
        references: Of one table.
        keys: Primary key by `schema.table`, of all published tables.

    Raises:
        PublishError: The other side has another key: more than one row would answer an id.
    """
    kept = tuple(one for one in references if one.table in keys)
    for one in kept:
        if keys[one.table] != (one.key,):
            raise PublishError(
                f"{one.column} is looked up in {one.table}.{one.key}, whose key is "
                f"{', '.join(keys[one.table]) or 'not declared'}.",
                f"Make {one.key} the only column of meta.primary_key there.",
            )
    return kept
