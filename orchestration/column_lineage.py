"""Column lineage of dbt models, worked out once for each state of the project.

What belongs here: attaching lineage to the events of a dbt run, and keeping it. What does
not: working it out, which dagster-dbt does with sqlglot over the built tables.

It follows from the models' SQL alone and takes 8 of the 60 s of a run, so it is kept beside
dbt's artefacts until a file of the project changes. Models of very long SQL have none: for
the 180 kB of int_inequality sqlglot worked 4 minutes.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import DbtCliInvocation
from dagster_dbt.core.dbt_event_iterator import DbtEventIterator
from dagster_dbt.errors import DagsterDbtCliRuntimeError
from dbt.adapters.duckdb.connections import DuckDBConnectionManager

LINEAGE = "dagster/column_lineage"
LONGEST_TRACED_SQL = 50_000


def stream_with_lineage(invocation: DbtCliInvocation, kept: Path, digest: str) -> Iterator[Any]:
    """The events of a dbt run, with column lineage in their metadata.

    Args:
        invocation: A running dbt command.
        kept: File that lineage is kept in.
        digest: Of the project's files; lineage kept under another one is worked out anew.
    """
    known = _read(kept, digest)
    if known is not None:
        for event in invocation.stream():
            kept_one = known.get(unique_id(event))
            yield event.with_metadata({**event.metadata, LINEAGE: kept_one}) if kept_one else event
        return
    found: dict[str, Any] = {}
    try:
        for event in _traced(invocation):
            if LINEAGE in event.metadata:
                lineage: Any = event.metadata[LINEAGE]
                found[unique_id(event)] = dg.serialize_value(lineage)
            yield event
    finally:
        # dagster-dbt reads the tables over a connection of its own and keeps it, and DuckDB
        # opens a file only once with one configuration in a process.
        if invocation.adapter is not None:
            invocation.adapter.cleanup_connections()
            DuckDBConnectionManager.close_all_connections()
    kept.write_text(json.dumps({"digest": digest, "lineage": found}), encoding="utf-8")


def _traced(invocation: DbtCliInvocation) -> Iterator[Any]:
    """The events with lineage, once dbt has ended: until then nobody else may open the file."""
    events, fault = _all_of(invocation)
    for event in events:
        name = unique_id(event).rsplit(".", 1)[-1]
        compiled = invocation.target_path.glob(f"compiled/*/models/**/{name}.sql")
        if any(file.stat().st_size > LONGEST_TRACED_SQL for file in compiled):
            yield event
        else:
            yield from DbtEventIterator(iter([event]), invocation).fetch_column_metadata()
    if fault is not None:
        raise fault


def _all_of(invocation: DbtCliInvocation) -> tuple[list[Any], DagsterDbtCliRuntimeError | None]:
    events = []
    try:
        for event in invocation.stream():
            events.append(event)
    except DagsterDbtCliRuntimeError as error:
        # dbt has ended with a failure; what it built before is told all the same.
        return events, error
    return events, None


def unique_id(event: Any) -> str:
    """The id of the dbt node that an event is about."""
    value = (event.metadata or {}).get("unique_id")
    return str(getattr(value, "value", value))


def _read(kept: Path, digest: str) -> dict[str, Any] | None:
    try:
        note = json.loads(kept.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if note.get("digest") != digest:
        return None
    return {name: dg.deserialize_value(text) for name, text in note["lineage"].items()}
