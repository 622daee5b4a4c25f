"""The written rules of a release: `disclosure.json`, which every reader holds.

What belongs here: reading and checking that file. What does not: the rows of the marts
(`rows`), what follows from them (`people`).
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from warehouse.errors import InputError

RULES = "disclosure.json"
VERSION = 1
AREA = "area_id"
ITEM = "item_id"
# Columns that split people, with the category that means all of them.
TOTALS = {
    "gender": "T",
    "age_group": "all",
    "grade": "all",
    "education": "all",
    "birth_country": "all",
    "income": "all",
    "family": "all",
}


@dataclass(frozen=True)
class SourceRule:
    """Counts below `threshold` and bases below `base` are hidden."""

    threshold: int
    base: int


@dataclass(frozen=True)
class TableRule:
    """One published table per group of rows of a mart.

    Args:
        mart: `schema.table`.
        where: Columns and the values that select its rows; `source` is one of them.
        each: Columns of which every combination is a table of its own.
        areas: Area types: municipality, county or both (then the county is their sum).
        by: Columns that split people, all crossed, all with totals.
        others: Those of `by` where people may be in no published category.
        n: Column with the base.
        parts: Columns with the base's parts; what remains is one more part.
        share: Column with the first part's percentage where readers get it without the part.
    """

    mart: str
    where: dict[str, str]
    each: tuple[str, ...]
    areas: tuple[str, ...]
    by: tuple[str, ...]
    others: tuple[str, ...]
    n: str
    parts: tuple[str, ...]
    share: str | None = None


@dataclass(frozen=True)
class QuestionRule:
    """Items made from one question.

    Args:
        items: The question's answers that each item counts.
        is_everybody: Whether everybody in the base gave one of these.
    """

    items: dict[str, frozenset[str]]
    is_everybody: bool = False


@dataclass(frozen=True)
class PublicRules:
    """The rules of a release.

    Args:
        sources: Thresholds per source.
        questions: Items that are made from one question.
        tables: The published tables.
        held_back: Sources of which nothing is published.
    """

    sources: dict[str, SourceRule]
    questions: tuple[QuestionRule, ...]
    tables: tuple[TableRule, ...]
    held_back: tuple[str, ...] = ()


def read_rules(folder: Path) -> PublicRules:
    """Read a release's rules.

    Raises:
        InputError: The file is missing or not of the form described in docs/disclosure.md.
    """
    path = folder / RULES
    try:
        given = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(
            f"{path} cannot be read: {error}.", "Give a folder of a release with its rules."
        ) from error
    try:
        if given["version"] != VERSION:
            raise ValueError(f"version {given['version']} is not {VERSION}")
        rules = PublicRules(
            {name: _source(**found) for name, found in given["sources"].items()},
            tuple(_question(**found) for found in given.get("questions") or ()),
            tuple(_table(**found) for found in given["tables"]),
            tuple(map(str, given.get("held_back") or ())),
        )
        _check(rules)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InputError(
            f"{path} does not hold rules: {error}.", "Compare it with docs/disclosure.md."
        ) from error
    return rules


def _source(threshold: int, base: int) -> SourceRule:
    return SourceRule(int(threshold), int(base))


def _question(items: dict[str, list[str]], everybody: bool = False) -> QuestionRule:
    return QuestionRule({item: frozenset(answers) for item, answers in items.items()}, everybody)


def _table(**given: Any) -> TableRule:
    lists: dict[str, Any] = {
        name: tuple(given.pop(name, ())) for name in ("each", "areas", "by", "others")
    }
    return TableRule(
        parts=tuple(given.pop("parts", ())), where=dict(given.pop("where")), **lists, **given
    )


def _check(rules: PublicRules) -> None:
    for table in rules.tables:
        if table.where.get("source") not in rules.sources:
            raise ValueError(f"a table of {table.mart} is of no source that has thresholds")
        unknown = set(table.by) - set(TOTALS)
        if unknown:
            raise ValueError(f"{table.mart}: {sorted(unknown)[0]} has no known total")
        if set(table.others) - set(table.by) or not table.areas:
            raise ValueError(f"{table.mart}: others are not among by, or no areas")
        if set(table.areas) - {"municipality", "county"}:
            raise ValueError(f"{table.mart}: areas are municipality and county")
    items = [item for question in rules.questions for item in question.items]
    twice = {item for item in items if items.count(item) > 1}
    if twice:
        raise ValueError(f"{sorted(twice)[0]} is in two questions")
