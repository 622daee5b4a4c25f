"""A delivered file into the warehouse: whole, or not at all.

What belongs here: the order of things for one file. What does not: reading, rules, tables.
"""

import importlib
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from ingestion.delivered import store
from ingestion.delivered.codebook import Codebook
from ingestion.delivered.fitting import fitting_codebook, holds_answers
from ingestion.delivered.reading import (
    NOTHING_TOLD,
    Delivered,
    FileRejected,
    Format,
    Told,
    open_delivered,
)
from ingestion.delivered.rows import AggregateRows, Rejection
from ingestion.delivered.rules import Rules
from ingestion.delivered.shares import read_shares
from warehouse.sealed.delivery import delivery_hash, short_id
from warehouse.sealed.keys import key_folder
from warehouse.settings import Settings

SOURCES = ("hlv", "lupp")


@dataclass
class LoadResult:
    """What became of a file.

    Args:
        file_name: Its name.
        file_id: First 16 characters of its keyed hash.
        status: loaded, unchanged or rejected.
        kind: microdata, shares or rounds; empty where rejected before.
        rows_read: Rows in it.
        rows_kept: Rows taken.
        reasons: Rejected rows and answers by reason.
        unknown_columns: Headers that nothing names.
        unknown_labels: Labels of shares that nothing names, kept as they stand.
        replaced: Files that it replaced, wholly or for a part.
        overlaps: Names of other files in force with the same round and municipality.
        message: Why the file was rejected.
    """

    file_name: str
    file_id: str
    status: str
    kind: str = ""
    rows_read: int = 0
    rows_kept: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    unknown_columns: list[str] = field(default_factory=list)
    unknown_labels: list[str] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)
    overlaps: list[str] = field(default_factory=list)
    message: str | None = None
    rounds: list[int] = field(default_factory=list)
    surveys: list[str] = field(default_factory=list)
    areas: list[str] = field(default_factory=list)
    codebook: Codebook | None = None
    encoding: str | None = None
    delimiter: str | None = None


def load_file(
    path: Path,
    source: str,
    settings: Settings,
    *,
    codebook: str | None = None,
    format: Format | None = None,
    sender: str | None = None,
    year: int | None = None,
    item: str | None = None,
) -> LoadResult:
    """Load one delivered file.

    Args:
        path: The file.
        source: hlv or lupp.
        settings: Region and data folder.
        codebook: Id of a shipped codebook or path of another; None: the one that fits.
        format: What is known of the file.
        sender: Who sent it; None: as the codebook says.
        year: The round, where the file has no column for it.
        item: The question of a file of shares that has no column for it.

    Returns:
        What was done; the same file twice is `unchanged`.

    Raises:
        FileRejected: Nothing of it was loaded but the fact that it came.
    """
    told = Told(codebook, format or Format(), sender, year, item)
    with store.open_store(source, settings) as con:
        return load_into(con, path, source, settings, told)


def load_into(
    con: duckdb.DuckDBPyConnection,
    path: Path,
    source: str,
    settings: Settings,
    told: Told = NOTHING_TOLD,
) -> LoadResult:
    """The same into a store that is open, for many files in a row."""
    digest = delivery_hash(path, source, key_folder(settings))
    result = LoadResult(path.name, short_id(digest), "loaded")
    if _is_loaded(con, result.file_id):
        result.status = "unchanged"
        return result
    try:
        con.execute("begin")
        _load(con, path, source, settings, result, told)
        _note(con, settings, digest, result, told.sender)
        con.execute("commit")
    except FileRejected as error:
        con.execute("rollback")
        rejected = LoadResult(path.name, result.file_id, "rejected", message=error.what)
        _note(con, settings, digest, rejected, told.sender)
        raise
    except BaseException:
        con.execute("rollback")
        raise
    return result


def _load(
    con: duckdb.DuckDBPyConnection,
    path: Path,
    source: str,
    settings: Settings,
    result: LoadResult,
    told: Told,
) -> None:
    store.forget_file(con, source, result.file_id)
    con.execute("delete from rejection where file_id = ?", [result.file_id])
    kinds = importlib.import_module(f"ingestion.{source}.kinds")
    if reader := kinds.READERS.get(path.suffix.lower()):
        _check_no_item(path, told)
        _keep_rows(con, reader(path, settings), result)
        return
    with open_delivered(path, format=told.format, work=settings.paths.tmp) as delivered:
        result.encoding, result.delimiter = delivered.encoding, delivered.delimiter
        shares = kinds.SHARES()
        # Persons come first: a summary on another sheet must not stand for them. And who names
        # a codebook says that they are persons.
        is_answers = told.codebook is not None or holds_answers(source, delivered)
        if not is_answers and shares.knows(delivered):
            _keep_rows(con, read_shares(shares, delivered, told, settings), result)
            return
        _check_no_item(path, told)
        result.kind = "microdata"
        book = fitting_codebook(source, told.codebook, delivered)
        rules = Rules(book, delivered, settings.region, told.year)
        _keep_persons(con, source, delivered, rules, result)


def _check_no_item(path: Path, told: Told) -> None:
    if told.item:
        raise FileRejected(
            f"{path.name}: an item can be named for files of shares only.", "Leave --item out."
        )


def _keep_persons(
    con: duckdb.DuckDBPyConnection,
    source: str,
    delivered: Delivered,
    rules: Rules,
    result: LoadResult,
) -> None:
    result.codebook = rules.codebook
    store.add_items(con, list(rules.items))
    kept = store.insert_respondents(con, result.file_id, rules.schema, rules.coded(delivered))
    left_out = [
        Rejection(fault.row_number, fault.column, None, fault.reason, fault.column is None)
        for fault in delivered.faults
    ]
    rejections = left_out + rules.rejections
    result.rows_read = rules.rows_read + sum(one.is_row for one in left_out)
    result.rows_kept = kept
    _count(result, rejections)
    _check_kept(result)
    result.rounds = sorted(rules.rounds)
    result.surveys = sorted(rules.surveys)
    result.areas = sorted(rules.areas)
    result.unknown_columns = rules.unknown_columns()
    _replace(con, source, result)
    store.insert_rejections(con, result.file_id, rejections)
    store.write_codebook(con, rules.codebook)
    for column in result.unknown_columns:
        con.execute("insert into unknown_column values (?, ?)", [result.file_id, column])
    places = {item: ", ".join(sorted(set(at.values()))) for item, at in rules.items.items()}
    store.insert_asked(con, result.file_id, places)


def _keep_rows(con: duckdb.DuckDBPyConnection, rows: AggregateRows, result: LoadResult) -> None:
    result.kind = rows.kind
    result.rows_read, result.rows_kept = rows.rows_read, rows.rows.num_rows
    result.rounds, result.surveys, result.areas = rows.rounds, rows.surveys, rows.areas
    result.unknown_labels = rows.unknown_labels
    _count(result, rows.rejections)
    _check_kept(result)
    result.replaced, emptied = store.forget_same(con, rows)
    for file_id in emptied:
        _mark_replaced(con, file_id, result)
    store.insert_rows(con, rows.table, result.file_id, rows.rows)
    store.insert_rejections(con, result.file_id, rows.rejections)


def _count(result: LoadResult, rejections: list[Rejection]) -> None:
    result.reasons = dict(Counter(one.reason for one in rejections).most_common())


def _check_kept(result: LoadResult) -> None:
    """More than half rejected is a file read wrongly, not rows that are wrong."""
    if result.rows_kept * 2 < result.rows_read or not result.rows_kept:
        reasons = "; ".join(f"{reason}: {n}" for reason, n in list(result.reasons.items())[:3])
        raise FileRejected(
            f"{result.file_name}: {result.rows_read - result.rows_kept} of {result.rows_read} rows "
            f"could not be taken ({reasons}).",
            "Check that columns hold what their names say, and the codebook.",
        )


def _replace(con: duckdb.DuckDBPyConnection, source: str, result: LoadResult) -> None:
    """A file for the same rounds, surveys and municipalities is a corrected one.

    So is one of the same name that shares some of each: a correction may move people. Other
    files that share some are noted, since both may be right.
    """
    earlier = con.execute(
        "select file_id, file_name, rounds, surveys, areas from load "
        "where status = 'loaded' and kind = ? order by loaded_at",
        [result.kind],
    ).fetchall()
    for file_id, name, *key in earlier:
        shared = all(
            set(theirs.split(",")) & set(ours.split(","))
            for theirs, ours in zip(key, _key(result), strict=True)
        )
        if tuple(key) == _key(result) or (shared and name == result.file_name):
            store.forget_file(con, source, file_id)
            _mark_replaced(con, file_id, result)
            result.replaced.append(file_id)
        elif shared:
            result.overlaps.append(name)


def _mark_replaced(con: duckdb.DuckDBPyConnection, file_id: str, result: LoadResult) -> None:
    con.execute(
        "update load set status = 'replaced', replaced_by = ? where file_id = ?",
        [result.file_id, file_id],
    )


def _key(result: LoadResult) -> tuple[str, str, str]:
    return ",".join(map(str, result.rounds)), ",".join(result.surveys), ",".join(result.areas)


def _is_loaded(con: duckdb.DuckDBPyConnection, file_id: str) -> bool:
    found = con.execute(
        "select count(*) from load where file_id = ? and status = 'loaded'", [file_id]
    ).fetchone()
    return bool(found and found[0])


def _note(
    con: duckdb.DuckDBPyConnection,
    settings: Settings,
    digest: str,
    result: LoadResult,
    sender: str | None,
) -> None:
    book = result.codebook
    if book and not sender and result.rounds:
        sender = book.rounds[result.rounds[-1]].sender
    # A file that comes again after it was rejected or replaced has one row, its latest.
    con.execute("delete from load where file_id = ?", [result.file_id])
    con.execute(
        f"insert into load values ({', '.join('?' * 20)})",
        [
            *(result.file_id, digest, result.file_name, result.kind),
            *(book.codebook if book else None, sender, *_key(result)),
            *(datetime.now(UTC).replace(tzinfo=None), result.encoding, result.delimiter),
            *(book.decimal_mark if book else None, result.rows_read, result.rows_kept),
            *(result.rows_read - result.rows_kept, result.status, None, result.message),
            settings.survey_origin == "demo",
        ],
    )
