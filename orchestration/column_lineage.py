"""Column lineage of dbt models, worked out once for each state of the project.

What belongs here: from which columns each column of a model is made, as metadata of its events,
and keeping that. What does not: which asset is made from which, which dbt's manifest says.

It follows from the models' SQL and the columns of the built tables, and takes 3 s for 150 models,
so it is kept beside dbt's artefacts until a file of the project changes. dagster-dbt's own tracing
took 56 s, since it parses a model anew for each column, and read the tables while dbt held them.
"""

import hashlib
import json
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
from dagster_dbt import DbtCliInvocation
from dagster_dbt.errors import DagsterDbtCliRuntimeError

logger = logging.getLogger(__name__)

LINEAGE = "dagster/column_lineage"
DIALECT = "duckdb"
# Columns with their types, by schema and name of the table.
Columns = Mapping[tuple[str, str], Mapping[str, str]]


def stream_with_lineage(
    invocation: DbtCliInvocation,
    kept: Path,
    digest: str,
    open_build: Callable[[], AbstractContextManager[duckdb.DuckDBPyConnection]],
) -> Iterator[Any]:
    """The events of a dbt run, with column lineage in their metadata.

    Args:
        invocation: A running dbt command.
        kept: File that lineage is kept in.
        digest: Of the project's files; lineage kept under another one is worked out anew, for
            which all events wait until dbt has ended.
        open_build: Opens the build file.
    """
    # Lineage that an earlier version of this module worked out counts as out of date, too.
    digest += hashlib.sha256(Path(__file__).read_bytes()).hexdigest()
    known = _read(kept, digest)
    if known is not None:
        for event in invocation.stream():
            yield _with_lineage(event, known)
        return
    events, fault = _all_of(invocation)
    if fault is None:
        with open_build() as con:
            known = trace(invocation.manifest, invocation.target_path / "compiled", columns_in(con))
        texts = {name: dg.serialize_value(one) for name, one in known.items()}
        kept.write_text(json.dumps({"digest": digest, "lineage": texts}), encoding="utf-8")
    for event in events:
        yield _with_lineage(event, known or {})
    if fault is not None:
        raise fault


def columns_in(con: duckdb.DuckDBPyConnection) -> Columns:
    """The columns of all tables and views that a connection sees."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    for schema, table, column, kind in con.execute(
        "select schema_name, table_name, column_name, data_type from duckdb_columns() "
        "where not internal order by all"
    ).fetchall():
        found.setdefault((schema, table), {})[column] = kind
    return found


def trace(
    manifest: Mapping[str, Any], compiled: Path, columns: Columns
) -> dict[str, dg.TableColumnLineageMetadataValue]:
    """Column lineage by unique id of the models that dbt has compiled.

    Args:
        manifest: dbt's.
        compiled: Folder with a model's SQL at the model's own path, below its package's name.
        columns: Of the built tables. Sealed stores are not among them, which matters not, since
            staging names the columns that it takes.
    """
    # sqlglot takes half a second to import.
    from sqlglot.errors import SqlglotError

    found = {}
    for name, node in manifest["nodes"].items():
        file = compiled / node["package_name"] / node["original_file_path"]
        if node["resource_type"] != "model" or not file.is_file():
            continue
        parents = [manifest["nodes"].get(one) or manifest["sources"][one] for one in _above(node)]
        tables = {(one["schema"], one["name"]): one["relation_name"] for one in parents}
        try:
            deps = columns_of(file.read_text(encoding="utf-8"), tables, columns)
        except SqlglotError as error:
            logger.warning(f"The columns of {node['name']} cannot be traced: {error}")
            continue
        found[name] = dg.MetadataValue.column_lineage(dg.TableColumnLineage(deps))
    return found


def columns_of(
    sql: str, tables: Mapping[tuple[str, str], str | None], columns: Columns
) -> dict[str, list[dg.TableColumnDep]]:
    """From which columns of which tables each column of a query is made.

    Args:
        sql: The query.
        tables: What it reads: schema and name, with the relation as it stands in the query; None
            for what dbt has put into the query itself.
        columns: Of the tables, as far as known.
    """
    from sqlglot import exp, parse_one
    from sqlglot.lineage import lineage
    from sqlglot.optimizer.qualify import qualify
    from sqlglot.optimizer.scope import build_scope
    from sqlglot.schema import MappingSchema

    schema = MappingSchema(dialect=DIALECT)
    for key, relation in tables.items():
        if relation and key in columns:
            schema.add_table(relation, dict(columns[key]), dialect=DIALECT)
    query = qualify(
        parse_one(sql, dialect=DIALECT),
        schema=schema,
        dialect=DIALECT,
        validate_qualify_columns=False,
        identify=False,
    )
    assert isinstance(query, exp.Query)
    # Once for all columns: left alone, `lineage` qualifies, copies and trims the query for each.
    shared: dict[str, Any] = {"scope": build_scope(query), "copy": False, "trim_selects": False}
    found = {}
    for column in query.named_selects:
        root = lineage(column, query, schema, dialect=DIALECT, **shared)
        deps = {
            (leaf.expression.db, leaf.expression.name, leaf.name.rpartition(".")[2].strip('"'))
            for leaf in root.walk()
            if isinstance(leaf.expression, exp.Table)
        }
        found[column] = [
            dg.TableColumnDep(dg.AssetKey([db, table]), name)
            for db, table, name in sorted(deps)
            # Of a row taken whole, such as by `exists`, no column is told.
            if name != "*"
        ]
    return found


def unique_id(event: Any) -> str:
    """The id of the dbt node that an event is about."""
    value = (event.metadata or {}).get("unique_id")
    return str(getattr(value, "value", value))


def _above(node: Mapping[str, Any]) -> list[str]:
    return [one for one in node["depends_on"]["nodes"] if not one.startswith(("macro.", "test."))]


def _with_lineage(event: Any, known: Mapping[str, Any]) -> Any:
    found = known.get(unique_id(event))
    return event.with_metadata({**event.metadata, LINEAGE: found}) if found else event


def _all_of(invocation: DbtCliInvocation) -> tuple[list[Any], DagsterDbtCliRuntimeError | None]:
    events = []
    try:
        for event in invocation.stream():
            events.append(event)
    except DagsterDbtCliRuntimeError as error:
        # dbt has ended with a failure; what it built before is told all the same.
        return events, error
    return events, None


def _read(kept: Path, digest: str) -> dict[str, Any] | None:
    try:
        note = json.loads(kept.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if note.get("digest") != digest:
        return None
    return {name: dg.deserialize_value(text) for name, text in note["lineage"].items()}
