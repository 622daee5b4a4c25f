"""The restricted file of a source: its tables, and writing a delivered file to them.

What belongs here: tables, and one transaction per file. What does not: rules (`rules`) and
which files there are (`inbox`).

Folder 0700, files 0600. Nothing spills: a temporary file would hold people's answers in the
clear, so a file that does not fit in memory fails.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa

from ingestion.delivered.codebook import CANONICAL, Codebook, source_codebooks
from ingestion.delivered.rows import Rejection
from warehouse.connection import connect
from warehouse.errors import JamlikError
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
    "reason varchar, is_row boolean",
    "unknown_column": f"{FILE}, column_name varchar",
}
OWN_TABLES: dict[str, dict[str, str]] = {
    "hlv": {},
    "lupp": {
        "round_size": f"{FILE}, round smallint, survey varchar, area_id varchar, "
        "invited bigint, answered bigint",
    },
}
# Tables whose rows go when their file is replaced; `load` and `rejection` keep the history.
OF_FILES = ("respondent", "file_item", "unknown_column", "round_size")


class StoreBusy(JamlikError):
    """The restricted file is held by another process."""


@contextmanager
def open_store(source: str, settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """The restricted file of a source, made with its tables where it is missing.

    Args:
        source: hlv or lupp.
        settings: Whose origin (demo, delivered) decides which file.

    Raises:
        StoreBusy: Another process has it open.
    """
    path = settings.paths.restricted(source, settings.survey_origin)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.parent.chmod(0o700)
    before = os.umask(0o077)
    con = None
    try:
        con = _connect(path, settings)
        con.execute("set temp_directory = ''")
        con.execute("set preserve_insertion_order = false")
        _make_tables(con, source)
        path.chmod(0o600)
        yield con
    finally:
        if con is not None:
            con.close()
        os.umask(before)


def _connect(path: Path, settings: Settings) -> duckdb.DuckDBPyConnection:
    try:
        return connect(path, settings)
    except duckdb.IOException as error:
        if "lock" not in str(error):
            raise
        raise StoreBusy(
            f"{path.name}: another process has the store open.", "Try again when the run has ended."
        ) from None


def _make_tables(con: duckdb.DuckDBPyConnection, source: str) -> None:
    con.execute(f"create schema if not exists raw_{source}")
    con.execute(f"use raw_{source}")
    person = ", ".join(f"{name} {kind}" for name, kind in CANONICAL.items())
    con.execute(
        f"create table if not exists respondent ({FILE}, row_number bigint not null, {person})"
    )
    for name, columns in {**TABLES, **OWN_TABLES[source]}.items():
        con.execute(f"create table if not exists {name} ({columns})")
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


def ensure_stores(settings: Settings) -> list[Path]:
    """Make the restricted files of all sources where they are missing; returns them."""
    for source in OWN_TABLES:
        with open_store(source, settings):
            pass
    return [settings.paths.restricted(source, settings.survey_origin) for source in OWN_TABLES]
