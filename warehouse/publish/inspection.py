"""Looking at the build file before anything is written.

What belongs here: fingerprints, the checks that need no written file, and the diff against
the last release. What does not: the rules (`checks.py`) and writing (`writing.py`).
"""

import hashlib
import json
from dataclasses import asdict

import duckdb

from warehouse.publish import checks as rules
from warehouse.publish import store
from warehouse.publish.attempt import Attempt
from warehouse.publish.contract import TableContract, related
from warehouse.publish.database import attached, attached_build
from warehouse.publish.diff import diff_tables, not_comparable
from warehouse.publish.macros import macros_for
from warehouse.publish.results import PublicationError
from warehouse.publish.sql import fingerprint, relation
from warehouse.publish.views import indicator_views, missing_tables

# Raise it when files of a release change while tables, contracts and views do not.
LAYOUT = 2


def inspect_build(attempt: Attempt) -> None:
    """Compare the build file with the contracts and take its fingerprints."""
    build = attempt.settings.paths.build
    if not build.is_file():
        raise PublicationError(f"There is no build file {build}.", "Run `make run` first.")
    missing = missing_tables(attempt.tables)
    if missing:
        raise PublicationError(
            f"The indicator views need {', '.join(missing)}, which has no contract.",
            "Add the model to the marts.",
        )
    with attached(attempt.settings, build=build) as con:
        attempt.add(*rules.tables_as_contracted(con, attempt.tables, "build"))
    # The solver is loaded by those who publish, not by everybody who knows of publishing.
    from warehouse.publish.approval import approval_check
    from warehouse.publish.protection import protect_build

    attempt.protection = protect_build(
        attempt.settings, attempt.tables, attempt.created, attempt.waiting
    )
    if attempt.protection is not None:
        attempt.tables = related(attempt.protection.tables)
        attempt.add(approval_check(attempt.protection.held))
    with attached_build(attempt.settings, attempt.masked) as con:
        attempt.prints = {
            table.full_name: fingerprint(con, table, relation(table, "build"))
            for table in attempt.tables
        }
        attempt.views = indicator_views(con, "build", attempt.tables, is_demo=attempt.is_demo)
    attempt.content_hash = _content_hash(attempt)


def _content_hash(attempt: Attempt) -> str:
    """Equal when a release made now would tell readers nothing new."""
    content = [
        LAYOUT,
        duckdb.__version__,
        attempt.info.origin,
        attempt.info.region,
        [asdict(table) for table in attempt.tables],
        [asdict(view) for view in attempt.views],
        [macro.sql for macro in macros_for(attempt.tables)],
        {table.full_name: attempt.prints[table.full_name] for table in _numbers(attempt)},
        attempt.site.version if attempt.site else None,
        attempt.protection.rules if attempt.protection else None,
    ]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def _numbers(attempt: Attempt) -> list[TableContract]:
    """The tables that differ only when something that readers compare does."""
    return [table for table in attempt.tables if not table.is_run_log]


def check_build(attempt: Attempt) -> None:
    """Checks that need no written file, and the diff against the last release."""
    tables, rows = attempt.tables, attempt.rows
    paths = attempt.settings.paths
    last = store.baseline(paths, attempt.info.origin)
    before = last.manifest["tables"] if last else {}
    # A source that is held back takes its rows along.
    fewer = {*attempt.accept_fewer, *(attempt.protection.fewer if attempt.protection else ())}
    with attached_build(attempt.settings, attempt.masked) as con:
        attempt.add(
            rules.required_values_present(con, tables),
            rules.keys_unique(con, tables, rows),
            rules.references_found(con, tables),
            *rules.rows_not_collapsed(rows, before, fewer),
        )
    if last is None:
        return
    numbers = _numbers(attempt)
    logs = {table.full_name for table in tables if table.is_run_log}
    before = {name: entry for name, entry in before.items() if name not in logs}
    damaged = last.damaged_files()
    if damaged:
        # A damaged last release must not keep a sound one from replacing it.
        reason = f"missing or changed in {last.release_id}: {', '.join(damaged)}"
        attempt.diff = not_comparable(numbers, rows, before, reason)
    else:
        with attached_build(attempt.settings, attempt.masked, previous=last.database) as con:
            attempt.diff = diff_tables(con, numbers, attempt.prints, before)
    attempt.add(rules.values_not_rewritten(attempt.diff))
