"""Disclosure control as a step of publishing: what is hidden, and the tables that result.

What belongs here: its order (registration, approval, ledger, decisions, masks). What does not:
the methods (`warehouse.disclosure`), the rest of publishing.
"""

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from warehouse.disclosure.configuration import Configuration, read_configuration
from warehouse.disclosure.ledger import Before, Ledger
from warehouse.disclosure.public_rules import FILE, public_rules, rules_text
from warehouse.disclosure.reading import Survey, read_surveys
from warehouse.disclosure.registration import require_registered
from warehouse.disclosure.releasing import Asked, Decided, decide_release, tasks_of
from warehouse.disclosure.revisions import require_same_questions
from warehouse.disclosure.waiting import revised
from warehouse.errors import InputError
from warehouse.publish import store
from warehouse.publish.approval import held_back
from warehouse.publish.contract import TableContract
from warehouse.publish.cost import COST
from warehouse.publish.database import attached
from warehouse.publish.masked import as_published, write_masked
from warehouse.publish.results import PublicationError
from warehouse.settings import Settings

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Protection:
    """What disclosure control made of a build.

    Args:
        masked: A file with the marts as they are published.
        tables: Contracts of all tables of the release.
        rules: Text of `disclosure.json`.
        ledger: Where decisions are kept; None when nobody is in the marts.
        decided: The decisions.
        before: What was published before.
        waiting: Questions whose revision waits, since an attack found something.
        held: Sources of which nothing is published, and why.
    """

    masked: Path
    tables: list[TableContract]
    rules: str
    ledger: Ledger | None
    decided: list[Decided]
    before: Before
    waiting: frozenset[Asked] = frozenset()
    held: Mapping[str, InputError] = field(default_factory=dict)

    @property
    def fewer(self) -> list[str]:
        """Tables that lack rows of a source that is held back."""
        return [table.full_name for table in self.tables if {*table.people} & {*self.held}]

    def revisions_behind(self, unsafe: Sequence[Mapping[str, str]]) -> frozenset[Asked]:
        """Revisions to leave out of the release, since an attack found something.

        The first time those of the tables named, or all if there are none; the second time all
        that are left. So there are at most three attacks on a release.

        Args:
            unsafe: Tables with a cell that was not shown safe.
        """
        behind = frozenset[Asked]()
        if not self.waiting:
            behind = revised(self.decided, self.before, unsafe)
        return behind or revised(self.decided, self.before)

    def write_rules(self, folder: Path) -> None:
        """Write `disclosure.json` into a release's folder."""
        (folder / FILE).write_text(self.rules, encoding="utf-8")

    def remember(self, release_id: str, created: datetime) -> None:
        """Write to the ledger what the release is about to publish.

        Raises:
            PublicationError: The ledger holds a later release.
        """
        if self.ledger is None:
            return
        last = self.ledger.last_release()
        if last is not None and last >= release_id:
            raise PublicationError(
                f"Release {release_id} is older than {last}, the last one in the ledger. Nothing "
                "was published.",
                "Correct the machine's clock, or put the releases back that the ledger knows.",
            )
        marts = {table.full_name: table.column_names for table in self.tables if table.people}
        self.ledger.write_pending(
            release_id, created, self.decided, self.before, self.masked, marts
        )

    def stands(self, created: datetime) -> None:
        """Nothing has changed for readers: write to the ledger what waits."""
        if self.ledger is not None:
            self.ledger.note_waiting(created, self.decided)

    def confirm(self, release_id: str) -> None:
        """The link was swapped."""
        if self.ledger is not None:
            self.ledger.confirm(release_id)


def protect_build(
    settings: Settings,
    tables: Sequence[TableContract],
    created: datetime,
    waiting: frozenset[Asked] = frozenset(),
) -> Protection | None:
    """Decide what is hidden and write the marts as they may be published.

    Args:
        settings: Paths, limits and the data owner's file.
        tables: Contracts of the build's tables.
        created: Time of the release; approvals must hold then.
        waiting: Questions whose revision waits, whatever their counts say.

    Returns:
        None when no table descends from a restricted source.

    Raises:
        PublicationError: A mart is not registered, the ledger cannot be used, or tables contradict
            themselves.
    """
    if not any(table.people for table in tables):
        return None
    try:
        return _protect(settings, tables, created, waiting)
    except InputError as error:
        raise PublicationError(
            f"{error.what} Nothing was published, the last release stands.", error.remedy
        ) from None


def _protect(
    settings: Settings,
    tables: Sequence[TableContract],
    created: datetime,
    waiting: frozenset[Asked],
) -> Protection:
    configuration = read_configuration(settings.disclosure)
    require_registered(
        configuration,
        {table.full_name: table.people for table in tables},
        {table.full_name: table.primary_key for table in tables},
        {table.full_name: table.column_names for table in tables},
    )
    with attached(settings, build=settings.paths.build) as con:
        held = held_back(con, configuration, tables, settings.survey_origin, created.date())
    configuration = configuration.without({*held, *configuration.faults})
    for source, error in held.items():
        logger.warning(f"{source} is held back, no row of it is published: {error}")
    surveys = surveys_of_build(settings, configuration, [table.full_name for table in tables])
    ledger, before = _ledger(settings) if surveys else (None, {})
    require_same_questions(surveys, before)
    tasks = tasks_of(surveys, configuration.sources, before, waiting)
    decided = decide_release(tasks, settings.threads)
    given = [as_published(table, configuration) for table in tables]
    kept = [table for table in given if table is not None]
    masked = settings.paths.tmp / "masked.duckdb"
    write_masked(settings, configuration, tables, decided, ledger, masked)
    people = {table.full_name: table.people for table in kept}
    rules = rules_text(public_rules(configuration, people))
    published = sorted([*kept, COST], key=_name)
    return Protection(masked, published, rules, ledger, decided, before, waiting, held)


def _name(table: TableContract) -> str:
    return table.full_name


def surveys_of_build(
    settings: Settings, configuration: Configuration, marts: Collection[str] | None = None
) -> list[Survey]:
    """All tables of the build file, survey by survey, in the order of `disclosure.yml`.

    Args:
        settings: Paths and region.
        configuration: `disclosure.yml`.
        marts: Marts to read; by default all that the build has.
    """
    county = f"00{settings.region}"
    with attached(settings, build=settings.paths.build) as con:
        if marts is None:
            names = "select schema_name || '.' || table_name from duckdb_tables()"
            marts = {name for (name,) in con.execute(names).fetchall()}
        return [
            survey
            for rule in configuration.tables
            if rule.mart in marts
            for survey in read_surveys(
                con,
                f"build.{rule.mart}",
                rule,
                configuration.marts[rule.mart],
                configuration.sources[rule.source],
                county,
            )
        ]


def _ledger(settings: Settings) -> tuple[Ledger, Before]:
    ledger = Ledger(settings)
    in_place = {release.release_id: release for release in store.releases(settings.paths)}
    if not ledger.is_there:
        known = [
            one.release_id
            for one in in_place.values()
            if one.manifest.get("protected_origin") == settings.survey_origin
        ]
        if known:
            raise InputError(
                f"The ledger {ledger.path.name} is gone, and release {known[-1]} was made with it.",
                "Put it back from its backup with its seal. Without it, what was published and "
                "what was hidden cannot be kept; begin in a new data folder.",
            )
    ledger.settle(in_place.keys())
    return ledger, ledger.before()
