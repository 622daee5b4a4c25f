"""Revisions that wait: which questions, and what the ledger remembers of it.

What belongs here: finding the revised questions behind what an attack found, and the ledger's table
of what waits. What does not: the rule by which counts alone decide (`revisions`).

Which question waits is said by the ledger only, to those who may read it. Readers see the numbers
that they have already.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

import duckdb

from warehouse.disclosure.deciding import WAITING
from warehouse.disclosure.reading import Key, Survey
from warehouse.disclosure.releasing import Asked, Decided
from warehouse.disclosure.revisions import Published, compare

TABLE = (
    "create table if not exists waiting (number int, written_at timestamp, table_name varchar, "
    "universe varchar, items varchar, is_waiting boolean)"
)
# Name of a table in the rules, survey, items; the latter two as the ledger spells them.
Entry = tuple[str, str, str]


def revised(
    decided: Sequence[Decided],
    before: Mapping[tuple[str, Key, tuple[str, ...]], Published],
    tables: Sequence[Mapping[str, str]] | None = None,
) -> frozenset[Asked]:
    """Questions that would take the place of what was published of them.

    Args:
        decided: All tables of a release.
        before: What was published before.
        tables: Only questions of these, as the attack names them: `mart`, and the columns that
            select rows, with their values.
    """
    found = set()
    for one in decided:
        survey = one.survey
        for decision in one.decisions:
            question = decision.question
            published = before.get((survey.rule.name, survey.universe, question.items))
            if published is None or (decision.n == WAITING).any():
                continue
            if tables is not None and not any(_has(survey, question.items, t) for t in tables):
                continue
            if not compare(question, published, 2).is_unchanged:
                found.add((survey.rule.people, survey.universe, question.items))
    return frozenset(found)


def _has(survey: Survey, items: tuple[str, ...], table: Mapping[str, str]) -> bool:
    universe = zip(survey.mart.universe, map(str, survey.universe), strict=True)
    told = {"mart": survey.mart.name, **survey.rule.where, **dict(universe)}
    is_asked = not survey.mart.item or table.get(survey.mart.item) in items
    return is_asked and all(table.get(name) == value for name, value in told.items())


def entries(decided: Sequence[Decided]) -> dict[Entry, bool]:
    """All questions of a release, and whether each waits."""
    return {
        (
            one.survey.rule.name,
            json.dumps(one.survey.universe),
            json.dumps(found.question.items),
        ): bool((found.n == WAITING).any())
        for one in decided
        for found in one.decisions
    }


def read_waiting(con: duckdb.DuckDBPyConnection) -> dict[Entry, datetime]:
    """What waits as the ledger knows it, and since when (UTC).

    Nothing in a ledger that is older than this table.
    """
    there = con.execute(
        "select count(*) from duckdb_tables() where database_name = current_database() "
        "and table_name = 'waiting'"
    ).fetchone()
    if there == (0,):
        return {}
    rows = con.execute(
        "select table_name, universe, items, written_at from waiting "
        "qualify is_waiting and row_number() over "
        "(partition by table_name, universe, items order by number desc, written_at desc) = 1"
    ).fetchall()
    return {(table, universe, items): since for table, universe, items, since in rows}


def changes(decided: Sequence[Decided], known: Collection[Entry]) -> dict[Entry, bool]:
    """What the ledger does not know yet."""
    return {
        entry: is_waiting
        for entry, is_waiting in entries(decided).items()
        if is_waiting != (entry in known)
    }


def add_waiting(
    con: duckdb.DuckDBPyConnection, number: int, now: datetime, found: Mapping[Entry, bool]
) -> None:
    """Add what has changed, under the number of a release: it goes when that is taken back."""
    for entry, is_waiting in found.items():
        con.execute(
            "insert into waiting values (?, ?, ?, ?, ?, ?)",
            [number, now.replace(tzinfo=None), *entry, is_waiting],
        )
