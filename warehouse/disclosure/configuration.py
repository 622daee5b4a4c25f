"""`disclosure.yml`: thresholds, who approved them, tables, and how each mart follows.

What belongs here: reading the file and refusing what cannot hold. What does not: comparing it
with the marts there are (`registration`).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from warehouse.disclosure.system import Answers, answers_of
from warehouse.errors import InputError

DEFAULT = Path(__file__).with_name("disclosure.yml")
AREAS = ("municipality", "county")
KINDS = (
    "tables",
    "difference",
    "gradient",
    "comparison",
    "indicator",
    "totals",
    "files",
    "withheld",
    "open",
)


@dataclass(frozen=True)
class Approval:
    """Who approved a source's rules, and how long that holds."""

    role: str
    since: date
    until: date


@dataclass(frozen=True)
class Together:
    """Items made from one question.

    Args:
        items: The question's answers that each item counts.
        is_everybody: Whether everybody who answered gave one of these.
    """

    items: Mapping[str, tuple[str, ...]]
    is_everybody: bool = False

    def answers_of(self, names: tuple[str, ...]) -> Answers:
        """What the items tell apart, those of them that were asked."""
        members = [self.items[name] for name in names]
        given = {answer for counted in self.items.values() for answer in counted}
        # Answers of items that were not asked are given all the same.
        is_everybody = self.is_everybody and given == set().union(*members)
        return answers_of(names, members, is_everybody=is_everybody)

    def split(self, asked: list[str]) -> list[tuple[str, ...]]:
        """The items that were asked, as groups that say nothing of each other.

        Raises:
            InputError: Their counts do not tell how many gave each answer.
        """
        names = tuple(item for item in self.items if item in asked)
        answers = self.answers_of(names)
        if answers.is_known:
            return [names]
        if answers.leaves == 2 ** len(names):
            # Every combination of yes and no is possible, and no item counts one.
            return [(name,) for name in names]
        raise InputError(
            f"The answers behind {', '.join(names)} do not follow from these items.",
            "Leave out one of them, or add the item that is missing, in the codebook.",
        )


@dataclass(frozen=True)
class SourceRules:
    """The rules of one source.

    Args:
        threshold: A numerator or what it leaves below it is hidden.
        base: Fewer answers than this are hidden.
        approved: Approval by origin of the data (demo, delivered).
        questions: Items made from one question.
    """

    threshold: int
    base: int
    approved: Mapping[str, Approval]
    questions: tuple[Together, ...] = ()

    def questions_of(self, items: list[str]) -> list[tuple[str, ...]]:
        """The items, those of one question together, in order.

        Raises:
            InputError: As `Together.split`.
        """
        found: dict[tuple[str, ...], None] = {}
        for item in items:
            found |= dict.fromkeys(self._question(item).split(items))
        return list(found)

    def answers_of(self, items: tuple[str, ...]) -> Answers:
        """What the items of one question tell apart."""
        return self._question(items[0]).answers_of(items)

    def _question(self, item: str) -> Together:
        return next((one for one in self.questions if item in one.items), Together({item: (item,)}))


@dataclass(frozen=True)
class Mart:
    """How one mart is published; columns are the mart's own.

    Args:
        name: Schema and table.
        kind: One of `KINDS`.
        of: The mart whose cells decide.
        universe: Columns that tell surveys apart; people of one are in its tables.
        item: Column of the question; empty where there is none.
        area: Column of the area.
        breakdowns: Column and the word for its total.
        n: Column of persons.
        parts: Columns of counts among them, each with the columns that tell it.
        keep: Columns that tell nothing of people.
        never: Columns that are left out everywhere.
        columns: Columns that are counts or tell them (`totals`, `files`).
    """

    name: str
    kind: str
    of: str = ""
    universe: tuple[str, ...] = ()
    item: str = ""
    area: str = "area_id"
    breakdowns: Mapping[str, str] | None = None
    n: str = ""
    parts: Mapping[str, tuple[str, ...]] | None = None
    keep: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class TableRule:
    """One cross table: rows of a mart, areas by breakdowns, with all totals."""

    name: str
    mart: str
    where: Mapping[str, str]
    areas: tuple[str, ...]
    by: tuple[str, ...]

    @property
    def source(self) -> str:
        """Whose people it shows."""
        return self.where["source"]

    @property
    def people(self) -> tuple[str, tuple[tuple[str, str], ...]]:
        """What it has in common with other tables of the same people."""
        return self.mart, tuple(sorted(self.where.items()))


@dataclass(frozen=True)
class Configuration:
    """The whole file.

    Args:
        sources: The rules of each source.
        marts: How each mart is published.
        tables: The tables that are published.
        faults: Sources whose rules are not whole, with what is wrong.
        held_back: Sources of which nothing is published.
    """

    sources: Mapping[str, SourceRules]
    marts: Mapping[str, Mart]
    tables: tuple[TableRule, ...]
    faults: Mapping[str, InputError] = field(default_factory=dict)
    held_back: tuple[str, ...] = ()

    def without(self, sources: Collection[str]) -> "Configuration":
        """The same with sources of which nothing is published."""
        return replace(
            self,
            tables=tuple(table for table in self.tables if table.source not in sources),
            held_back=tuple(sorted(sources)),
        )

    def require_approval(self, source: str, origin: str, today: date) -> None:
        """Refuse to publish a source whose rules are not signed, or no longer.

        Raises:
            InputError: Names the source and what to write.
        """
        if source in self.faults:
            raise self.faults[source]
        rules = self.sources.get(source)
        found = rules.approved.get(origin) if rules else None
        remedy = (
            f"Let the data owner sign sources.{source}.approved.{origin} (role, date, until) in "
            "disclosure.yml; JAMLIK_DISCLOSURE names a file of your own."
        )
        if found is None:
            raise InputError(f"Nobody has approved how {source} ({origin}) is published.", remedy)
        if not found.since <= today <= found.until:
            raise InputError(
                f"The approval of how {source} ({origin}) is published holds from {found.since} "
                f"to {found.until}, and today is {today}.",
                remedy,
            )

    def of_same_people(self) -> list[list[TableRule]]:
        """The tables, those of the same people together, in the order of the file."""
        found: dict[tuple[Any, ...], list[TableRule]] = {}
        for table in self.tables:
            found.setdefault(table.people, []).append(table)
        return list(found.values())


def read_configuration(path: Path | None = None) -> Configuration:
    """Read and check the file.

    Raises:
        InputError: It cannot be read, or a rule cannot hold; names the key. Missing thresholds
            stop their source only: `Configuration.faults`.
    """
    path = path or DEFAULT
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise InputError(
            f"{path} cannot be read: {str(error).partition(chr(10))[0]}.",
            "Put right what is named, or unset JAMLIK_DISCLOSURE.",
        ) from None
    try:
        if content["version"] != 1:
            raise InputError(f"{path} has version {content['version']}.", "This is version 1.")
        sources, faults = _sources(content["sources"])
        found = Configuration(
            sources,
            {name: _mart(name, one) for name, one in content["marts"].items()},
            tuple(_table(one) for one in content["tables"]),
            faults,
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InputError(
            f"{path}: {type(error).__name__} {error}.",
            "Write every key as docs/disclosure.md says.",
        ) from None
    _check_tables(found)
    return found


def _sources(
    given: Mapping[str, Mapping[str, Any]],
) -> tuple[dict[str, SourceRules], dict[str, InputError]]:
    """Rules of each source, and what is wrong where they are not whole."""
    sources, faults = {}, {}
    for name, one in given.items():
        try:
            sources[name] = _source(name, one)
        except InputError as error:
            faults[name] = error
    return sources, faults


def _source(name: str, given: Mapping[str, Any]) -> SourceRules:
    for key in ("threshold", "base"):
        if not isinstance(given.get(key), int) or given[key] < 2:
            raise InputError(
                f"sources.{name}.{key} is missing, or below 2.", "Give a whole number, 2 or more."
            )
    approved = {
        origin: Approval(str(one["role"]), _date(one["date"]), _date(one["until"]))
        for origin, one in (given.get("approved") or {}).items()
    }
    questions = tuple(
        Together(
            {item: tuple(answers) for item, answers in one["items"].items()},
            bool(one.get("everybody", False)),
        )
        for one in given.get("questions") or ()
    )
    items = [item for question in questions for item in question.items]
    for question in questions:
        question.split(items)
    twice = sorted({item for item in items if items.count(item) > 1})
    if twice:
        raise InputError(
            f"sources.{name}.questions: {twice[0]} is in two questions.", "Name it in one."
        )
    return SourceRules(given["threshold"], given["base"], approved, questions)


def _date(value: object) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))


def _mart(name: str, given: Mapping[str, Any]) -> Mart:
    if given.get("as") not in KINDS:
        raise InputError(f"marts.{name}.as is none of {', '.join(KINDS)}.", "Choose one of them.")
    lists = {key: tuple(given.get(key) or ()) for key in ("universe", "keep", "never", "columns")}
    texts = {key: given[key] for key in ("of", "item", "area", "n") if key in given}
    parts = {part: tuple(told or ()) for part, told in (given.get("parts") or {}).items()}
    told: dict[str, Any] = {**lists, **texts}
    return Mart(
        name, given["as"], breakdowns=dict(given.get("breakdowns") or {}), parts=parts, **told
    )


def _table(given: Mapping[str, Any]) -> TableRule:
    return TableRule(
        given["name"],
        given["mart"],
        dict(given["where"]),
        tuple(given["areas"]),
        tuple(given["by"] or ()),
    )


def _check_tables(found: Configuration) -> None:
    """Tables of the same people meet in margins that hold them together one by one."""
    names = [table.name for table in found.tables]
    for table in found.tables:
        mart = found.marts.get(table.mart)
        if mart is None or mart.kind != "tables":
            raise InputError(
                f"Table {table.name} is of {table.mart}, which is not published as tables.",
                "Add the mart under `marts`.",
            )
        known = {*found.sources, *found.faults}
        if "source" not in table.where or table.source not in known:
            raise InputError(f"Table {table.name} names no source.", "Add where: {source: ...}.")
        if names.count(table.name) > 1:
            raise InputError(f"Two tables are called {table.name}.", "Rename one.")
        unknown = {*table.by} - {*(mart.breakdowns or {})} | {*table.areas} - {*AREAS}
        if unknown or not table.areas:
            raise InputError(
                f"Table {table.name} has unknown areas or breakdowns: {sorted(unknown)}.",
                f"Areas are {' and '.join(AREAS)}; breakdowns are the mart's.",
            )
    for tables in found.of_same_people():
        for at in range(1, len(tables)):
            _check_separator(tables[at], tables[:at])


def _check_separator(table: TableRule, earlier: list[TableRule]) -> None:
    shared = [shared_margin(table, one) for one in earlier]
    if not any(all(other <= one for other in shared) for one in shared):
        raise InputError(
            f"What table {table.name} has in common with those before it lies in no single one of "
            "them, so they cannot be judged one by one.",
            "Put the tables in another order, or leave one out.",
        )


def shared_margin(one: TableRule, other: TableRule) -> set[str]:
    """Breakdowns, and `municipality` for areas, of the largest table that both add up to."""
    areas = {"municipality"} & {*one.areas} & {*other.areas}
    return areas | ({*one.by} & {*other.by})
