"""The ledger: what each release opened and hid, and the rows it gave.

What belongs here: the sealed file `restricted/ledger_<origin>.duckdb`, its tables, and when an
entry counts. What does not: what follows from an entry (`revisions`).

Entries are only added. A release's entries are written before the release is put in place, as
pending, and confirmed after the link was swapped. After a kill in between, they count if the
release lies among the others, where readers can get at it, and are taken back if not.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb
import pyarrow as pa

from warehouse.disclosure.deciding import OPEN, REASONS
from warehouse.disclosure.reading import Key
from warehouse.disclosure.releasing import Decided
from warehouse.disclosure.revisions import Published, cells_of
from warehouse.disclosure.waiting import TABLE as WAITING_TABLE
from warehouse.disclosure.waiting import add_waiting, changes, read_waiting
from warehouse.errors import InputError
from warehouse.sealed.keys import LEDGER, KeyFolder, key_folder
from warehouse.sealed.seal import seal_path
from warehouse.sealed.store import attach_sealed, read_sealed, write_sealed
from warehouse.settings import Settings
from warehouse.sql import literal, quoted

PENDING, PUBLISHED = "pending", "published"
_BEGIN = (
    "create table if not exists about (region varchar not null)",
    "create table if not exists release (number int primary key, release_id varchar not null, "
    "state varchar not null, written_at timestamp not null)",
    "create table if not exists cell (number int, table_name varchar, universe varchar, "
    "items varchar, labels varchar, column_no int, reason varchar, value bigint)",
    "create table if not exists block (number int, mart varchar, block varchar, print varchar)",
    WAITING_TABLE,
)
# The last entry of a question or a block is the one that holds.
LAST_CELLS = (
    "select cell.* from {0}cell as cell inner join (select table_name, universe, items, "
    "max(number) as number from {0}cell group by all) as last using (table_name, universe, items, "
    "number)"
)
LAST_BLOCKS = "select mart, block, max(number) as number from {0}block group by all"

Before = dict[tuple[str, Key, tuple[str, ...]], Published]


def rows_table(mart: str) -> str:
    """Name of the ledger's table with a mart's published rows."""
    return "rows_" + mart.replace(".", "_")


@dataclass(frozen=True)
class Ledger:
    """The ledger of one origin of surveys.

    Args:
        settings: Paths, limits and region in force.
    """

    settings: Settings

    @property
    def path(self) -> Path:
        """The sealed file."""
        return self.settings.paths.restricted(LEDGER, self.settings.survey_origin)

    @property
    def keys(self) -> KeyFolder:
        """Where its key is."""
        return key_folder(self.settings)

    @property
    def is_there(self) -> bool:
        """Whether anything was ever written."""
        return self.path.exists() or seal_path(self.path).exists()

    @contextmanager
    def reading(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """The ledger, read-only.

        Raises:
            KeyMissing, WrongKey, SealBroken: As `read_sealed`.
            InputError: It is of another region.
        """
        with read_sealed(self.path, self.keys, LEDGER, self.settings) as con:
            self._require_region(con)
            yield con

    def attach(self, con: duckdb.DuckDBPyConnection) -> None:
        """Attach it read-only to a connection, as `ledger`."""
        attach_sealed(con, self.path, self.keys, LEDGER)

    def _require_region(self, con: duckdb.DuckDBPyConnection) -> None:
        row = con.execute("select region from about").fetchone()
        if row is None or row[0] != self.settings.region:
            raise InputError(
                f"{self.path.name} is the ledger of region {row[0] if row else 'none'}, and the "
                f"region is {self.settings.region}.",
                "Use a data folder for each region (JAMLIK_DATA_DIR).",
            )

    def settle(self, in_place: Collection[str]) -> None:
        """Confirm pending entries whose release is in place, and take back others.

        Args:
            in_place: Ids of the releases that readers can get at.
        """
        if not self.is_there:
            return
        with self.reading() as con:
            pending = con.execute(
                "select number, release_id from release where state = ?", [PENDING]
            ).fetchall()
        if not pending:
            return
        with self._writing() as con:
            for number, release_id in pending:
                if release_id in in_place:
                    con.execute(
                        "update release set state = ? where number = ?", [PUBLISHED, number]
                    )
                else:
                    self._take_back(con, number)

    def _take_back(self, con: duckdb.DuckDBPyConnection, number: int) -> None:
        tables = con.execute(
            "select table_name from duckdb_columns() where database_name = current_database() "
            "and column_name = 'number'"
        ).fetchall()
        for (table,) in tables:
            con.execute(f"delete from {quoted(table)} where number = ?", [number])

    @contextmanager
    def _writing(self) -> Iterator[duckdb.DuckDBPyConnection]:
        with write_sealed(self.path, self.keys, LEDGER, self.settings) as con:
            con.execute("begin")
            for statement in _BEGIN:
                con.execute(statement)
            if con.execute("select count(*) from about").fetchone() == (0,):
                con.execute("insert into about values (?)", [self.settings.region])
            self._require_region(con)
            yield con
            con.execute("commit")

    def last_release(self) -> str | None:
        """The id of the last release that is in the ledger."""
        if not self.is_there:
            return None
        with self.reading() as con:
            row = con.execute("select max(release_id) from release").fetchone()
        return row[0] if row else None

    def before(self) -> Before:
        """The last published state of every question."""
        if not self.is_there:
            return {}
        with self.reading() as con:
            rows = con.execute(
                "select table_name, universe, items, labels, column_no, value "
                f"from ({LAST_CELLS.format('')})"
            ).fetchall()
        found: dict[tuple[str, str, str], dict[tuple[tuple[str, ...], int], int | None]] = {}
        words: dict[str, tuple[str, ...]] = {}
        for table, universe, items, labels, column, value in rows:
            cell = words.setdefault(labels, tuple(json.loads(labels)))
            found.setdefault((table, universe, items), {})[(cell, column)] = value
        return {
            (table, tuple(json.loads(universe)), tuple(json.loads(items))): Published(cells)
            for (table, universe, items), cells in found.items()
        }

    def write_pending(
        self,
        release_id: str,
        written_at: datetime,
        decided: Sequence[Decided],
        before: Before,
        masked: Path,
        marts: Mapping[str, Sequence[str]],
    ) -> bool:
        """Add what a release is about to publish; False if all of it is there already.

        Args:
            release_id: The release.
            written_at: Its time, UTC.
            decided: All tables.
            before: The state before it.
            masked: The file with the marts as they will be published.
            marts: Columns of each mart in it.
        """
        cells = list(_new_cells(decided, before))
        with self._writing() as con:
            con.execute(f"attach {literal(str(masked))} as masked (read_only)")
            number = con.execute("select coalesce(max(number), 0) + 1 from release").fetchone()
            assert number is not None
            changed = sum(_add_rows(con, number[0], mart, names) for mart, names in marts.items())
            if cells:
                con.register("new_cells", _arrow(cells))
                con.execute("insert into cell select ?, * from new_cells", [number[0]])
            is_new = bool(cells or changed)
            waits = changes(decided, read_waiting(con))
            add_waiting(con, number[0] if is_new else number[0] - 1, written_at, waits)
            if is_new:
                con.execute(
                    "insert into release values (?, ?, ?, ?)",
                    [number[0], release_id, PENDING, written_at.replace(tzinfo=None)],
                )
            con.execute("commit")
            con.execute("detach masked")
            con.execute("begin")
        return is_new

    def note_waiting(self, written_at: datetime, decided: Sequence[Decided]) -> None:
        """Remember what waits where the last release stands.

        Args:
            written_at: When, UTC.
            decided: All tables.
        """
        if not self.is_there:
            return
        with self.reading() as con:
            found = changes(decided, read_waiting(con))
            row = con.execute("select coalesce(max(number), 0) from release").fetchone()
        if found and row:
            with self._writing() as con:
                add_waiting(con, row[0], written_at, found)

    def confirm(self, release_id: str) -> None:
        """A release's link was swapped: its entries hold."""
        with self._writing() as con:
            con.execute(
                "update release set state = ? where release_id = ?", [PUBLISHED, release_id]
            )


CellRow = tuple[str, str, str, str, int, str, int | None]


def _new_cells(decided: Sequence[Decided], before: Before) -> Iterator[CellRow]:
    """Cells of questions that are new, or differ from their last state."""
    for one in decided:
        survey = one.survey
        for found in one.decisions:
            question = found.question
            key = (survey.rule.name, survey.universe, question.items)
            reasons = [*found.n.reshape(-1).tolist(), *found.parts.reshape(-1).tolist()]
            values = [*question.counts.n.reshape(-1), *question.counts.parts.reshape(-1)]
            if "waiting" in {REASONS[reason] for reason in reasons}:
                continue
            cells = cells_of(question)
            now = {
                cell: int(value) if reason == OPEN else None
                for cell, value, reason in zip(cells, values, reasons, strict=True)
            }
            if key in before and before[key].cells == now:
                continue
            universe, items = json.dumps(survey.universe), json.dumps(question.items)
            for (labels, column), reason in zip(cells, reasons, strict=True):
                yield (
                    survey.rule.name,
                    universe,
                    items,
                    json.dumps(labels),
                    column,
                    REASONS[reason],
                    now[(labels, column)],
                )


def _arrow(cells: Sequence[CellRow]) -> pa.Table:
    names = ["table_name", "universe", "items", "labels", "column_no", "reason", "value"]
    return pa.table(
        {name: list(column) for name, column in zip(names, zip(*cells, strict=True), strict=True)}
    )


def _add_rows(
    con: duckdb.DuckDBPyConnection, number: int, mart: str, columns: Sequence[str]
) -> int:
    """Add a mart's rows of blocks that are new or differ; their number of blocks."""
    table, source = quoted(rows_table(mart)), f"masked.{mart}_with_blocks"
    con.execute(
        f"create table if not exists {table} as select 0 as number, * from {source} where false"
    )
    for name, kind in con.execute(
        f"select column_name, column_type from (describe {source})"
    ).fetchall():
        con.execute(f"alter table {table} add column if not exists {quoted(name)} {kind}")
    print_ = f"sum(hash({', '.join(map(quoted, columns))}))::varchar"
    con.execute(
        f"create or replace temp table changed as select block, {print_} as print from {source} "
        "where block is not null group by block"
    )
    con.execute(
        f"delete from changed where (block, print) in (select block, print from block inner join "
        f"({LAST_BLOCKS.format('')}) using (mart, block, number) where mart = ?)",
        [mart],
    )
    con.execute("insert into block select ?, ?, block, print from changed", [number, mart])
    con.execute(
        f"insert into {table} by name select ? as number, * from {source} "
        "where block in (select block from changed)",
        [number],
    )
    row = con.execute("select count(*) from changed").fetchone()
    return int(row[0]) if row else 0
