"""The history of check results: what was checked, when, and how it ended.

What belongs here: the append-only table `raw_checks.result`, what it is read with, and what is
told with it: the checks in force and what stands on what. What does not: making checks, and
Dagster, whose events the results are taken from (`orchestration/check_history.py`).

No key of a failing row is kept, and of data about people no text of what was found: counts only.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from datetime import datetime

import duckdb
import pyarrow as pa

from warehouse.connection import connect
from warehouse.errors import JamlikError
from warehouse.settings import Settings

SCHEMA = "raw_checks"

# What a disclosure check expected and found would tell how protection works.
PASS_OR_FAIL_ONLY = "disclosure"

_TABLES = f"""
create schema if not exists {SCHEMA};
create table if not exists {SCHEMA}.result (
    origin varchar not null, asset varchar not null, check_name varchar not null,
    kind varchar not null, rule varchar, severity varchar not null, is_blocking boolean not null,
    passed boolean not null, expected varchar, found varchar, n_failing bigint,
    is_restricted boolean not null, run_id varchar not null, checked_at timestamp not null,
    primary key (asset, check_name, checked_at, run_id)
);
create table if not exists {SCHEMA}.check_in_force (
    asset varchar not null, check_name varchar not null, kind varchar not null, rule varchar,
    is_blocking boolean not null, primary key (asset, check_name)
);
create table if not exists {SCHEMA}.upstream (
    asset varchar not null, upstream_asset varchar not null, primary key (asset, upstream_asset)
);
create table if not exists {SCHEMA}.reading (read_at timestamp not null);
"""


@dataclass(frozen=True)
class CheckRecord:
    """One result of one check.

    Args:
        origin: Of the run: demo, replay or live.
        asset: Schema and table with a dot.
        check_name: Its name on that asset.
        kind: load, expectation, dbt_test, unit_test, publication, disclosure, ...
        rule: The rule in words.
        severity: error or warn, as found.
        is_blocking: Whether a failure of severity error stops the next step.
        passed: Whether the rule holds.
        expected: What the rule asks for.
        found: What was there.
        n_failing: How many rows or things break the rule; None where that is not counted.
        is_restricted: Whether it is about rows of people.
        run_id: The run that checked.
        checked_at: When, UTC without a zone.
    """

    origin: str
    asset: str
    check_name: str
    kind: str
    rule: str | None
    severity: str
    is_blocking: bool
    passed: bool
    expected: str | None
    found: str | None
    n_failing: int | None
    is_restricted: bool
    run_id: str
    checked_at: datetime

    def as_kept(self) -> "CheckRecord":
        """The record without what must not be kept of it."""
        bare = self.kind == PASS_OR_FAIL_ONLY
        if not (bare or self.is_restricted):
            return self
        changes = {"found": None} | ({"expected": None, "n_failing": None} if bare else {})
        return CheckRecord(**{**asdict(self), **changes})


@dataclass(frozen=True)
class CheckInForce:
    """A check that the project has now, whether or not it has run."""

    asset: str
    check_name: str
    kind: str
    rule: str | None
    is_blocking: bool


@contextmanager
def open_log(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """The log, made when it is not there, for as long as the block lasts.

    Raises:
        JamlikError: Another process has it open, or it is damaged.
    """
    path = settings.paths.make().check_log
    try:
        con = connect(path, settings)
    except (duckdb.IOException, duckdb.SerializationException) as error:
        raise JamlikError(
            f"The log of checks {path} cannot be opened: {str(error).splitlines()[0]}.",
            "Close what reads it; if it is damaged, move it away: no number depends on it.",
        ) from error
    with con:
        con.execute(_TABLES)
        yield con


def append(con: duckdb.DuckDBPyConnection, records: Sequence[CheckRecord]) -> int:
    """Add results that are not there yet; returns how many."""
    if not records:
        return 0
    kept = pa.Table.from_pylist([asdict(record.as_kept()) for record in records])
    names = ", ".join(field.name for field in fields(CheckRecord))
    con.register("kept", kept)
    # `by name` and the casts of the table: a column of nulls only has no type in Arrow.
    row = con.execute(
        f"insert or ignore into {SCHEMA}.result by name select {names} from kept"
    ).fetchone()
    con.unregister("kept")
    return int(row[0]) if row else 0


def describe_house(
    con: duckdb.DuckDBPyConnection,
    checks: Sequence[CheckInForce],
    upstream: Sequence[tuple[str, str]],
) -> None:
    """Replace the list of checks in force and of what stands on what.

    Args:
        con: From `open_log`.
        checks: All checks of the project.
        upstream: Pairs of an asset and one that it is made from, directly or not.
    """
    con.begin()
    con.execute(f"delete from {SCHEMA}.check_in_force; delete from {SCHEMA}.upstream")
    con.executemany(
        f"insert into {SCHEMA}.check_in_force values (?, ?, ?, ?, ?)",
        [tuple(asdict(check).values()) for check in checks],
    )
    pairs = pa.table(
        {"asset": [a for a, _ in upstream], "upstream_asset": [b for _, b in upstream]}
    )
    con.register("pairs", pairs)
    con.execute(f"insert into {SCHEMA}.upstream by name select * from pairs")
    con.unregister("pairs")
    con.commit()


def last_reading(con: duckdb.DuckDBPyConnection) -> datetime | None:
    """When results were last taken over, UTC; None before the first time."""
    row = con.execute(f"select max(read_at) from {SCHEMA}.reading").fetchone()
    return row[0] if row else None


def remember_reading(con: duckdb.DuckDBPyConnection, read_at: datetime) -> None:
    """Note that results up to a moment are taken over."""
    con.execute(f"delete from {SCHEMA}.reading")
    con.execute(f"insert into {SCHEMA}.reading values (?)", [read_at])


def failing_since(
    con: duckdb.DuckDBPyConnection, origin: str, asset: str, check_name: str
) -> datetime | None:
    """The first of the failures that no pass has followed, UTC; None when the last passed."""
    row = con.execute(
        f"""
        with history as (
            select passed, checked_at from {SCHEMA}.result
            where origin = ? and asset = ? and check_name = ?
        )
        select min(checked_at) from history
        where not passed and checked_at > coalesce(
            (select max(checked_at) from history where passed), timestamp '-infinity')
        """,
        [origin, asset, check_name],
    ).fetchone()
    return row[0] if row else None
