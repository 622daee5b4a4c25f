"""An export of school-health talks into the sealed store: whole, or not at all.

What belongs here: the order of things for one file. What does not: what a row must be (`door`),
what answers mean (the codebook), statements on the store (`talks`).

A file's name may name a school or a pupil: from here on it is called by its id, a keyed hash,
in every message, log and table. A file that was taken is deleted, since it holds the numbers.
"""

import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from ingestion.delivered import store
from ingestion.delivered.codebook import Codebook, source_codebooks
from ingestion.delivered.reading import Delivered, FileRejected, Format, open_delivered
from ingestion.delivered.rewriting import rewrite_store
from ingestion.delivered.rows import Rejection
from ingestion.delivered.rules import Rules
from ingestion.elsa.door import Door, Keys
from ingestion.elsa.erasure import erase, withdrawn_marks
from ingestion.elsa.journal import write_down
from ingestion.elsa.pseudonym import Chain, chains, tombstone_key
from ingestion.elsa.pupils import PUPILS_SUFFIXES, take_pupils
from ingestion.elsa.talks import (
    SOURCE,
    TalksResult,
    chain_of_store,
    check_tombstone_key,
    insert_counts,
    is_loaded,
    note,
    replace_talks,
)
from warehouse.sealed.boundary import Place, guarded
from warehouse.sealed.delivery import delivery_hash, short_id
from warehouse.sealed.keys import KeyFolder, key_folder
from warehouse.settings import Settings

SUFFIXES = (".csv", ".txt")
DEFAULT_SENDER = "region"
ANY_FORMAT = Format()


@dataclass(frozen=True)
class _Export:
    """A file on its way in: what is known of it, where the code is in it, what becomes of it."""

    path: Path
    settings: Settings
    sender: str
    format: Format
    place: Place
    result: TalksResult


def take_file(
    path: Path, settings: Settings, *, sender: str = DEFAULT_SENDER, format: Format = ANY_FORMAT
) -> TalksResult:
    """Load an export, and delete it once its talks are in the store.

    Args:
        path: The file; csv. Numbers of pupils (`kinds`) are taken as well.
        settings: Region, data folder and keys.
        sender: Who made the pseudonyms, where it has no personal numbers.
        format: What is known of it.

    Returns:
        What was done; the same file twice is `unchanged`, and deleted as well.

    Raises:
        FileRejected: Nothing of it was stored; the file is left where it is.
        JamlikError: A key is not right (nothing was read), or code failed (nothing was stored).
    """
    if path.suffix.lower() in PUPILS_SUFFIXES:
        return take_pupils(path, settings, sender)
    keys = key_folder(settings)
    known = chains(keys)
    place = Place("without id")

    def call() -> TalksResult:
        place.file_id = short_id(delivery_hash(path, SOURCE, keys))
        if path.suffix.lower() not in SUFFIXES:
            raise FileRejected(f"File {place.file_id}: only csv is read.", "Export it as csv.")
        export = _Export(path, settings, sender, format, place, TalksResult(place.file_id))
        _load(export, keys, known)
        path.unlink()
        return export.result

    return guarded(place, call)


@contextmanager
def _under_its_id(path: Path, file_id: str, settings: Settings) -> Iterator[Path]:
    """The file under a name that tells nothing, for readers that name it in their errors.

    Called while the store is held: what an earlier load left when it was killed is nobody's.
    """
    settings.paths.tmp.mkdir(parents=True, exist_ok=True)
    for left in settings.paths.tmp.glob("elsa-*"):
        shutil.rmtree(left)
    with tempfile.TemporaryDirectory(prefix="elsa-", dir=settings.paths.tmp) as folder:
        named = Path(folder) / f"{file_id}.csv"
        os.symlink(path.resolve(), named)
        yield named


def _load(export: _Export, keys: KeyFolder, known: list[Chain]) -> None:
    result = export.result
    with store.open_store(SOURCE, export.settings) as con:
        chain, mark_key = chain_of_store(con, known), tombstone_key(keys)
        check_tombstone_key(con, mark_key)
        if is_loaded(con, result.file_id):
            result.status = "unchanged"
        else:
            _load_anew(con, export, Keys(chain, mark_key, withdrawn_marks(con), export.sender))
    # Whether anybody was found of those who withdrew can be seen on no file.
    if result.withdrawn or result.replaced:
        rewrite_store(SOURCE, export.settings)


def _load_anew(con: duckdb.DuckDBPyConnection, export: _Export, keys: Keys) -> None:
    settings, result = export.settings, export.result
    con.execute("begin")
    try:
        with _under_its_id(export.path, result.file_id, settings) as named:
            _fill(con, named, export, keys)
        note(con, settings, result, keys.sender)
        con.execute("commit")
    except BaseException as error:
        con.execute("rollback")
        stopped_by = export.place.stopped_by or error
        if isinstance(stopped_by, FileRejected):
            rejected = TalksResult(result.file_id, "rejected", message=stopped_by.what)
            note(con, settings, rejected, keys.sender)
        raise


def _fill(con: duckdb.DuckDBPyConnection, named: Path, export: _Export, keys: Keys) -> None:
    settings, place, result, known = export.settings, export.place, export.result, export.format
    con.execute("delete from rejection where file_id = ?", [result.file_id])
    book = source_codebooks(SOURCE)[0]
    format = Format(known.encoding, known.delimiter, None, known.header_row, readable(book))
    with open_delivered(named, format=format, work=settings.paths.tmp) as delivered:
        result.encoding, result.delimiter = delivered.encoding, delivered.delimiter
        result.not_read = delivered.not_read
        door = Door(book, delivered, keys, place)
        rules = Rules(book, delivered, settings.region)
        store.add_items(con, list(rules.items))
        result.rows_kept = store.insert_respondents(
            con, result.file_id, rules.schema, place.watch(rules.coded(delivered))
        )
        _count(result, delivered, door, rules.rejections)
    result.rounds, result.areas = sorted(rules.rounds), sorted(rules.areas)
    rejections = door.rejections + rules.rejections + _faults(delivered)
    store.insert_rejections(con, result.file_id, rejections)
    store.write_codebook(con, book)
    places = {item: ", ".join(sorted(set(at.values()))) for item, at in rules.items.items()}
    store.insert_asked(con, result.file_id, places)
    result.replaced = replace_talks(con, result.file_id)
    result.withdrawn = len(door.withdrawn)
    if door.withdrawn:
        write_down(door.withdrawn, keys.chain, settings)
        erase(con, door.withdrawn)
    insert_counts(con, result, door.consents, door.protected)


def readable(book: Codebook) -> frozenset[str]:
    """The columns that are read at all, in small letters."""
    names = [name for names in book.door.values() for name in names]
    names += [name for column in book.columns.values() for name in column.names]
    names += [name for item in book.items for one in item.names.values() for name in one]
    return frozenset(name.casefold() for name in names)


def _faults(delivered: Delivered) -> list[Rejection]:
    return [
        Rejection(one.row_number, one.column, None, one.reason, one.column is None)
        for one in delivered.faults
    ]


def _count(
    result: TalksResult, delivered: Delivered, door: Door, rejections: list[Rejection]
) -> None:
    """Add up; more than half of the rows with consent rejected is a file read wrongly.

    Raises:
        FileRejected: That is so.
    """
    everything = door.rejections + rejections + _faults(delivered)
    result.consents = dict(door.consents.most_common())
    result.reasons = dict(Counter(one.reason for one in everything).most_common())
    result.rows_read = door.rows_seen + sum(one.column is None for one in delivered.faults)
    left_out = sum(one.is_row for one in everything)
    if left_out > result.rows_kept:
        reasons = "; ".join(f"{reason}: {n}" for reason, n in list(result.reasons.items())[:3])
        raise FileRejected(
            f"File {result.file_id}: {left_out} of {left_out + result.rows_kept} talks with "
            f"consent could not be taken ({reasons}).",
            "Check that columns hold what their names say, and the codebook.",
        )
