"""Sources that are held back: nobody has signed how their answers are published.

What belongs here: which sources of a build these are, and the check that says so. What does not:
when rules count as signed (`Configuration.require_approval`), leaving rows out (`masking`).
"""

from collections.abc import Mapping, Sequence
from datetime import date

import duckdb

from warehouse.disclosure.configuration import Configuration
from warehouse.errors import InputError
from warehouse.publish.checks import check_result
from warehouse.publish.contract import TableContract
from warehouse.publish.results import PublicationCheck
from warehouse.publish.rules import APPROVED, PUBLICATION_CHECKS
from warehouse.publish.sql import relation

_SOURCE = "source"


def held_back(
    con: duckdb.DuckDBPyConnection,
    configuration: Configuration,
    tables: Sequence[TableContract],
    origin: str,
    today: date,
) -> dict[str, InputError]:
    """Sources with rows in the build that may not be published, and why.

    Args:
        con: Sees `build`.
        configuration: `disclosure.yml`.
        tables: Contracts of the build's tables.
        origin: demo or delivered.
        today: Approvals must hold then.
    """
    found = {}
    for source in sorted({source for table in tables for source in table.people}):
        try:
            configuration.require_approval(source, origin, today)
        except InputError as error:
            if _has_rows(con, tables, source):
                found[source] = error
    return found


def _has_rows(con: duckdb.DuckDBPyConnection, tables: Sequence[TableContract], source: str) -> bool:
    return any(
        con.execute(
            f"select 1 from {relation(table, 'build')} where {_SOURCE} = ? limit 1", [source]
        ).fetchone()
        for table in tables
        if source in table.people and _SOURCE in table.column_names
    )


def approval_check(held: Mapping[str, InputError]) -> PublicationCheck:
    """Says which sources are held back, and why; only warns, as all others are published."""
    return check_result(
        APPROVED,
        [f"{source} is held back: {error.what}" for source, error in held.items()],
        PUBLICATION_CHECKS[APPROVED],
        "rules of every source signed and in force",
        " ".join(dict.fromkeys(error.remedy for error in held.values())),
        severity="warn",
    )
