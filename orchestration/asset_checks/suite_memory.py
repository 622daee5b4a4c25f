"""Which loaded data passed their suite, so that a run that finds nothing new need not look again.

What belongs here: naming a state of loaded data, and remembering that it passed. What does not:
running suites (`expectations.py`).

Tables of surveys and of Folkhälsodata are materialised in every run, changed or not, and importing
Great Expectations takes 5 s of a run that is over in 12. Their content follows from the books of
their loads. Only a pass of every rule is remembered: what warns is looked at again.
"""

import json
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

import duckdb

from expectations.suite import Suite
from ingestion.folkhalsodata.tables import SCHEMA as RAW_FOLKHALSODATA
from ingestion.kolada.tables import SCHEMA as RAW_KOLADA
from warehouse.paths import Paths
from warehouse.settings import Settings


def state_of(con: duckdb.DuckDBPyConnection, suite: Suite, settings: Settings) -> str | None:
    """What the outcome depends on; None for tables that are checked whenever they are made.

    Args:
        con: Sees the suite's table and the books of its loads.
        suite: The suite.
        settings: Origins in force.
    """
    schema, table = suite.table.split(".")
    if not schema.startswith("raw_") or schema == RAW_KOLADA:
        return None
    books, time = (table, "read_at") if schema == RAW_FOLKHALSODATA else ("load", "loaded_at")
    rows = con.execute(
        f"select (select count(*) from {schema}.{table}), count(*), max({time}) "
        f"from {schema}.{books}"
    ).fetchone()
    parts = [
        *(settings.kolada, settings.survey_origin, settings.folkhalsodata_origin),
        # Rules on years count from this one.
        *(rows, datetime.now(UTC).year, version("great-expectations"), suite.model_dump_json()),
    ]
    return json.dumps(parts, default=str)


def passed_at(paths: Paths, suite: Suite, state: str | None) -> str | None:
    """When this state passed, ISO and UTC; None when it is not known to have."""
    note = _notes(paths).get(suite.name)
    return note["passed_at"] if note and state is not None and note["state"] == state else None


def remember(paths: Paths, suite: Suite, state: str | None) -> None:
    """Note that a state has passed just now."""
    if state is None:
        return
    now = datetime.now(UTC).isoformat(timespec="seconds")
    notes = {**_notes(paths), suite.name: {"state": state, "passed_at": now}}
    paths.suites_passed.write_text(json.dumps(notes), encoding="utf-8")


def _notes(paths: Paths) -> dict[str, Any]:
    try:
        return dict(json.loads(paths.suites_passed.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}
