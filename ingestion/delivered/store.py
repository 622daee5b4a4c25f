"""The restricted file of a source: its tables, and writing a delivered file to them.

What belongs here: tables, and one transaction per file. What does not: rules (`rules`) and
which files there are (`inbox`).

Files are sealed (`warehouse/sealed/`). Nothing spills, so a file that does not fit in memory
fails.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa

from ingestion.delivered.codebook import Codebook, person_columns, source_codebooks
from ingestion.delivered.provenance import note_delivery_key, refuse_plain_hashes
from ingestion.delivered.rewriting import TABLE as REWRITE_DUE
from ingestion.delivered.rewriting import is_due, rewrite_store
from ingestion.delivered.rows import AggregateRows, Rejection
from ingestion.delivered.share_cells import COLUMNS
from warehouse.connection import connect
from warehouse.errors import JamlikError
from warehouse.sealed.keys import key_folder
from warehouse.sealed.seal import seal_path
from warehouse.sealed.store import read_sealed, write_sealed
from warehouse.settings import Settings

FILE = "file_id varchar not null"
TABLES = {
    "file_item": f"{FILE}, item_id varchar, column_name varchar, n_answers bigint",
    "codebook_item": "codebook varchar, round smallint, item_id varchar, question varchar, "
    "instrument varchar, wording varchar",
    "codebook_option": "codebook varchar, round smallint, item_id varchar, code utinyint, "
    "label varchar, is_yes boolean, is_missing boolean",
    "round": "codebook varchar, round smallint, survey varchar, sender varchar, "
    "instrument varchar, population_text varchar, sample varchar, validated_questions boolean, "
    "weights varchar, tested boolean, invited bigint, minimum_n smallint, note varchar",
    "load": f"{FILE}, sha256 varchar, file_name varchar, kind varchar, codebook varchar, "
    "sender varchar, rounds varchar, surveys varchar, areas varchar, loaded_at timestamp, "
    "encoding varchar, delimiter varchar, decimal_mark varchar, rows_read bigint, "
    "rows_kept bigint, rows_rejected bigint, status varchar, replaced_by varchar, "
    "reason varchar, is_demonstration boolean",
    "rejection": f"{FILE}, row_number bigint, column_name varchar, item_id varchar, "
    "reason varchar, is_row boolean, sheet varchar",
    "unknown_column": f"{FILE}, column_name varchar",
    "removal": "removed_at timestamp, reason varchar, persons bigint, n_rows bigint, rule varchar",
    "delivery_key": "check_value varchar",
    REWRITE_DUE: "since timestamp",
}
SHARES = f"{FILE}, {', '.join(f'{name} {kind}' for name, kind in COLUMNS.items())}"
OWN_TABLES: dict[str, dict[str, str]] = {
    "hlv": {"published_share": SHARES},
    "lupp": {
        "published_share": SHARES,
        "round_size": f"{FILE}, round smallint, survey varchar, area_id varchar, "
        "invited bigint, answered bigint",
    },
    "elsa": {
        "consent_count": f"{FILE}, reason varchar, n bigint",
        "grade_size": f"{FILE}, round smallint, area_id varchar, grade varchar, pupils bigint",
        "protected_total": "round smallint, n bigint",
        "tombstone": "mark varchar, withdrawn_on date",
        "pseudonym_key": "n_keys smallint, check_value varchar",
        "tombstone_key": "check_value varchar",
    },
}
# Tables whose rows go when their file is replaced; `load` and `rejection` keep the history.
OF_FILES = (
    "respondent",
    "file_item",
    "unknown_column",
    "round_size",
    "published_share",
    "consent_count",
    "grade_size",
)


@contextmanager
def open_store(source: str, settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """The restricted file of a source, made with its tables where it is missing.

    Where a command was killed after it had deleted rows, the file is written anew first.

    Args:
        source: hlv or lupp.
        settings: Whose origin (demo, delivered) decides which file.

    Raises:
        JamlikError: Another process writes it, or its key or seal is not right.
    """
    path, keys = settings.paths.restricted(source, settings.survey_origin), key_folder(settings)
    with write_sealed(path, keys, source, settings) as con:
        refuse_plain_hashes(con, source)
        due = is_due(con, source)
        if not due:
            con.execute("set preserve_insertion_order = false")
            make_tables(con, source)
            note_delivery_key(con, keys)
            yield con
    if due:
        rewrite_store(source, settings)
        with open_store(source, settings) as con:
            yield con


@contextmanager
def read_store(source: str, settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """The restricted file, read-only; where nothing was ever delivered, its tables without rows.

    Raises:
        JamlikError: Its key or seal is not right.
    """
    path = settings.paths.restricted(source, settings.survey_origin)
    if is_there(path):
        with read_sealed(path, key_folder(settings), source, settings) as con:
            refuse_plain_hashes(con, source)
            yield con
    else:
        with connect(None, settings) as con:
            make_empty(con, source)
            con.execute(f"use {source}")
            yield con


def is_there(path: Path) -> bool:
    """Whether there is a store; one that was removed without its seal counts, and is missed."""
    return path.exists() or seal_path(path).exists()


def make_empty(con: duckdb.DuckDBPyConnection, source: str) -> None:
    """A source's tables without rows, in memory, under the name that its file has elsewhere.

    Nothing about anybody needs no key: a warehouse without surveys needs none.
    """
    before = con.sql("select current_catalog()").fetchall()[0][0]
    # Said, since a connection that was opened read-only would refuse it otherwise.
    con.execute(f"attach ':memory:' as {source} (read_write)")
    con.execute(f"use {source}")
    make_tables(con, source)
    con.execute(f'use "{before}"')


def make_tables(con: duckdb.DuckDBPyConnection, source: str) -> None:
    """Make a source's tables where they are missing, in the default database, and go there."""
    con.execute(f"create schema if not exists raw_{source}")
    con.execute(f"use raw_{source}")
    person = ", ".join(f"{name} {kind}" for name, kind in person_columns(source).items())
    con.execute(
        f"create table if not exists respondent ({FILE}, row_number bigint not null, {person})"
    )
    for name, columns in {**TABLES, **OWN_TABLES[source]}.items():
        con.execute(f"create table if not exists {name} ({columns})")
    # A store that an earlier version made.
    con.execute("alter table rejection add column if not exists sheet varchar")
    # Models select the columns of answers by name, so there must be some before the first file.
    add_items(con, [item.item for book in source_codebooks(source) for item in book.items])


def add_items(con: duckdb.DuckDBPyConnection, items: list[str]) -> None:
    """Columns for items that the table of respondents does not have yet."""
    there = {
        row[0] for row in con.execute("select column_name from (describe respondent)").fetchall()
    }
    for item in dict.fromkeys(items):
        if f"item_{item}" not in there:
            con.execute(f"alter table respondent add column item_{item} utinyint")


def insert_respondents(
    con: duckdb.DuckDBPyConnection,
    file_id: str,
    schema: pa.Schema,
    batches: Iterator[pa.RecordBatch],
) -> int:
    """One insert from a stream: 1 million rows x 80 columns never stand in memory at once.

    Returns:
        Rows inserted.

    Raises:
        JamlikError: What the batches themselves raise.
    """
    failures: list[JamlikError] = []

    def noted() -> Iterator[pa.RecordBatch]:
        try:
            yield from batches
        except JamlikError as error:
            failures.append(error)
            raise

    con.register("coded", pa.RecordBatchReader.from_batches(schema, noted()))
    try:
        con.execute("insert into respondent by name select ? as file_id, * from coded", [file_id])
    except duckdb.Error:
        # DuckDB hands on the text of an error only, with a traceback in it.
        if failures:
            raise failures[0] from None
        raise
    finally:
        con.unregister("coded")
    found = con.execute("select count(*) from respondent where file_id = ?", [file_id]).fetchone()
    return found[0] if found else 0


def insert_rows(con: duckdb.DuckDBPyConnection, table: str, file_id: str, rows: pa.Table) -> None:
    """Insert a table's rows of a file."""
    con.register("these_rows", rows)
    con.execute(f"insert into {table} by name select ? as file_id, * from these_rows", [file_id])
    con.unregister("these_rows")


def insert_rejections(
    con: duckdb.DuckDBPyConnection, file_id: str, rejections: list[Rejection]
) -> None:
    """Insert what was left out."""
    schema = pa.schema(
        [
            ("row_number", pa.int64()),
            ("column_name", pa.string()),
            ("item_id", pa.string()),
            ("reason", pa.string()),
            ("is_row", pa.bool_()),
            ("sheet", pa.string()),
        ]
    )
    insert_rows(
        con, "rejection", file_id, pa.Table.from_pylist([vars(one) for one in rejections], schema)
    )


def write_codebook(con: duckdb.DuckDBPyConnection, book: Codebook) -> None:
    """The codebook as tables, in place of what an earlier state of it had."""
    for table in ("codebook_item", "codebook_option", "round"):
        con.execute(f"delete from {table} where codebook = ?", [book.codebook])
    items, options = [], []
    for year in book.rounds:
        for item in book.items:
            if not item.in_round(year):
                continue
            wording = item.wording.get(str(year), item.wording.get("default", "1"))
            instrument = item.instrument or book.instrument
            items.append((book.codebook, year, item.item, item.question, instrument, wording))
            for code, label in {**book.missing_of(item), **item.options}.items():
                is_missing = code not in item.options
                is_yes = None if is_missing else int(code) in item.positive
                options.append(
                    (book.codebook, year, item.item, int(code), label, is_yes, is_missing)
                )
    _insert(con, "codebook_item", items)
    _insert(con, "codebook_option", options)
    _insert(
        con,
        "round",
        [
            (
                *(
                    book.codebook,
                    year,
                    None,
                    one.sender,
                    book.instrument,
                    one.population,
                    one.sample,
                ),
                *(one.validated_questions, one.weights, one.tested, one.invited, one.minimum_n),
                one.note,
            )
            for year, one in book.rounds.items()
        ],
    )


def insert_asked(con: duckdb.DuckDBPyConnection, file_id: str, places: dict[str, str]) -> None:
    """Note which items a file asked, in which of its columns, and how many answered."""
    counts = ", ".join(f"count(item_{item})" for item in places)
    found = con.execute(f"select {counts} from respondent where file_id = ?", [file_id]).fetchone()
    rows = zip(places.items(), found or (), strict=True)
    _insert(con, "file_item", [(file_id, item, column, n) for (item, column), n in rows])


def _insert(con: duckdb.DuckDBPyConnection, table: str, rows: list[tuple]) -> None:
    """Many small rows in one statement; `executemany` took a second for 1 000."""
    names = [
        row[0] for row in con.execute(f"select column_name from (describe {table})").fetchall()
    ]
    con.register("these_rows", pa.table([list(c) for c in zip(*rows, strict=True)], names=names))
    con.execute(f"insert into {table} select * from these_rows")
    con.unregister("these_rows")


def forget_file(con: duckdb.DuckDBPyConnection, source: str, file_id: str) -> None:
    """Delete a file's rows from all tables but the history."""
    for table in OF_FILES:
        if table in {"respondent", *TABLES, *OWN_TABLES[source]}:
            con.execute(f"delete from {table} where file_id = ?", [file_id])


def forget_same(con: duckdb.DuckDBPyConnection, rows: AggregateRows) -> tuple[list[str], list[str]]:
    """Delete what earlier files said of the same: all rows that agree in the columns `same`.

    Returns:
        Files that lost rows, and those of them that have none left.
    """
    condition = " and ".join(f"old.{name} is not distinct from new.{name}" for name in rows.same)
    # At least one column, of which nothing is asked where every row goes.
    names = rows.same or rows.rows.column_names[:1]
    con.register("new_rows", rows.rows.select(names).group_by(names).aggregate([]))
    is_same = f"exists (select 1 from new_rows as new where {condition or 'true'})"
    found = con.execute(f"select distinct file_id from {rows.table} as old where {is_same}")
    lost = sorted(row[0] for row in found.fetchall())
    con.execute(f"delete from {rows.table} as old where {is_same}")
    con.unregister("new_rows")
    left = {row[0] for row in con.execute(f"select distinct file_id from {rows.table}").fetchall()}
    return lost, [file_id for file_id in lost if file_id not in left]


def ensure_stores(settings: Settings) -> list[Path]:
    """Make the restricted files of all sources where they are missing; returns them."""
    for source in OWN_TABLES:
        with open_store(source, settings):
            pass
    return [settings.paths.restricted(source, settings.survey_origin) for source in OWN_TABLES]
