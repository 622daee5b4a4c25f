"""Disclosure control as a step of publishing: what is hidden, and the tables that result.

What belongs here: its order (registration, approval, ledger, decisions, masks). What does not:
the methods (`warehouse.disclosure`), the rest of publishing.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import duckdb

from warehouse.disclosure.cells import cells_table, make_cells
from warehouse.disclosure.configuration import Configuration, read_configuration
from warehouse.disclosure.ledger import Before, Ledger, rows_table
from warehouse.disclosure.masking import FLAGS, HIDDEN, masked_query
from warehouse.disclosure.public_rules import FILE, SENTENCE, public_rules, rules_text
from warehouse.disclosure.reading import Survey, read_surveys
from warehouse.disclosure.registration import require_registered
from warehouse.disclosure.releasing import Decided, decide_release, tasks_of
from warehouse.errors import InputError
from warehouse.publish import store
from warehouse.publish.contract import ColumnContract, TableContract
from warehouse.publish.cost import COST, cost_query
from warehouse.publish.database import attached
from warehouse.publish.results import PublicationError
from warehouse.settings import Settings
from warehouse.sql import literal, quoted

WITH_BLOCKS = "_with_blocks"
_AS_BUILT = ("open", "withheld")


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
    """

    masked: Path
    tables: list[TableContract]
    rules: str
    ledger: Ledger | None
    decided: list[Decided]
    before: Before

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

    def confirm(self, release_id: str) -> None:
        """The link was swapped."""
        if self.ledger is not None:
            self.ledger.confirm(release_id)


def protect_build(
    settings: Settings, tables: Sequence[TableContract], created: datetime
) -> Protection | None:
    """Decide what is hidden and write the marts as they may be published.

    Args:
        settings: Paths, limits and the data owner's file.
        tables: Contracts of the build's tables.
        created: Time of the release; approvals must hold then.

    Returns:
        None when no table descends from a restricted source.

    Raises:
        PublicationError: A mart is not registered, rules are not approved, the ledger cannot be
            used, or tables contradict themselves.
    """
    if not any(table.people for table in tables):
        return None
    try:
        return _protect(settings, tables, created)
    except InputError as error:
        raise PublicationError(
            f"{error.what} Nothing was published, the last release stands.", error.remedy
        ) from None


def _protect(settings: Settings, tables: Sequence[TableContract], created: datetime) -> Protection:
    configuration = read_configuration(settings.disclosure)
    require_registered(
        configuration,
        {table.full_name: table.people for table in tables},
        {table.full_name: table.primary_key for table in tables},
        {table.full_name: table.column_names for table in tables},
    )
    surveys = surveys_of_build(settings, configuration, [table.full_name for table in tables])
    for source in dict.fromkeys(survey.rule.source for survey in surveys):
        configuration.require_approval(source, settings.survey_origin, created.date())
    ledger, before = _ledger(settings) if surveys else (None, {})
    decided = decide_release(tasks_of(surveys, configuration.sources, before), settings.threads)
    published = [_published(table, configuration) for table in tables]
    kept = [table for table in published if table is not None]
    masked = settings.paths.tmp / "masked.duckdb"
    _write_masked(settings, configuration, tables, decided, ledger, masked)
    people = {table.full_name: table.people for table in kept}
    rules = rules_text(public_rules(configuration, people))
    return Protection(masked, sorted([*kept, COST], key=_name), rules, ledger, decided, before)


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


def _published(table: TableContract, configuration: Configuration) -> TableContract | None:
    """A table's contract as it is published; None when it is not."""
    if not table.people:
        return table
    mart = configuration.marts[table.full_name]
    if mart.kind in _AS_BUILT:
        return table if mart.kind == "open" else None
    stay = {*table.primary_key, *mart.keep}
    if mart.kind in ("totals", "files"):
        stay |= {*table.column_names} - {*mart.columns}
    columns = tuple(
        column if column.name in stay else replace(column, nullable=True)
        for column in table.columns
    )
    flags = (
        ColumnContract(
            FLAGS[0], "boolean", "Whether numbers of this row are hidden to protect people.", False
        ),
        ColumnContract(FLAGS[1], "string", f"{HIDDEN} where is_suppressed; else null."),
    )
    return replace(table, columns=(*columns, *flags), description=f"{table.description} {SENTENCE}")


def _write_masked(
    settings: Settings,
    configuration: Configuration,
    tables: Sequence[TableContract],
    decided: Sequence[Decided],
    ledger: Ledger | None,
    path: Path,
) -> None:
    path.unlink(missing_ok=True)
    with attached(settings, writable=path, build=settings.paths.build) as con:
        con.execute("set preserve_insertion_order = true")
        cell_marts = {name for name, one in configuration.marts.items() if one.kind == "tables"}
        waiting: set[str] = set()
        for name in sorted(cell_marts & {table.full_name for table in tables}):
            make_cells(con, configuration.marts[name], decided)
            found = con.execute(
                f"select distinct block from {cells_table(name)} where is_waiting"
            ).fetchall()
            waiting |= {block for (block,) in found}
        if waiting:
            assert ledger is not None
            ledger.attach(con)
        for table in tables:
            mart = configuration.marts.get(table.full_name)
            if table.people and mart is not None and mart.kind not in _AS_BUILT:
                query = masked_query(
                    mart,
                    _types(con, table),
                    table.primary_key,
                    configuration,
                    f"00{settings.region}",
                )
                of = configuration.marts[mart.of] if mart.of else mart
                _write_mart(con, table, query, sorted(waiting), of.breakdowns or {})
        con.execute(f"create schema if not exists release.{COST.schema}")
        cost = cost_query(configuration, sorted(cell_marts & {t.full_name for t in tables}))
        con.execute(f"create table release.{COST.full_name}{WITH_BLOCKS} as {cost}")
        _view(con, COST)


def _types(con: duckdb.DuckDBPyConnection, table: TableContract) -> dict[str, str]:
    found = dict(
        con.execute(
            "select column_name, data_type from duckdb_columns() where database_name = 'build' "
            "and schema_name = ? and table_name = ?",
            [table.schema, table.name],
        ).fetchall()
    )
    return {name: found[name] for name in table.column_names}


def _write_mart(
    con: duckdb.DuckDBPyConnection,
    table: TableContract,
    query: str,
    waiting: list[str],
    breakdowns: Mapping[str, str],
) -> None:
    target = f"release.{table.schema}.{table.name}{WITH_BLOCKS}"
    con.execute(f"create schema if not exists release.{quoted(table.schema)}")
    con.execute(f"create table {target} as {query}")
    if waiting:
        # What waits is what readers have already, row by row.
        con.execute(f"delete from {target} where list_has_any(rests_on, ?)", [waiting])
        old = f"ledger.{rows_table(table.full_name)}"
        con.execute(
            f"insert into {target} by name select {_as_now(con, table, breakdowns)} from {old} "
            "where list_has_any(rests_on, ?) and (block, number) in (select block, max(number) "
            f"from ledger.block where mart = {literal(table.full_name)} group by block)",
            [waiting],
        )
    _view(con, table)


def _as_now(
    con: duckdb.DuckDBPyConnection, table: TableContract, breakdowns: Mapping[str, str]
) -> str:
    """What is selected of earlier rows: those of before a breakdown was added are of its total."""
    found = con.execute(
        "select column_name from duckdb_columns() where database_name = 'ledger' "
        "and table_name = ?",
        [rows_table(table.full_name)],
    ).fetchall()
    there = {name for (name,) in found}
    columns = [quoted(name) for name in sorted(there - {"number", *breakdowns})]
    for name in (one for one in table.column_names if one in breakdowns):
        total = literal(breakdowns[name])
        known = f"coalesce({quoted(name)}, {total})" if name in there else total
        columns.append(f"{known} as {quoted(name)}")
    return ", ".join(columns)


def _view(con: duckdb.DuckDBPyConnection, table: TableContract) -> None:
    """The table under its own name, without blocks; schema only, so that it goes with its file."""
    flags = () if table is COST else FLAGS
    columns = ", ".join(quoted(name) for name in (*table.column_names, *flags))
    con.execute("use release")
    con.execute(
        f"create view {table.schema}.{table.name} as "
        f"select {columns} from {table.schema}.{table.name}{WITH_BLOCKS}"
    )
    con.execute("use memory")
