"""The inbox: files dropped there are loaded, moved away, and get a report beside them.

What belongs here: which files are whole, where they go, and the report's words. What does not:
loading (`load`) and when to look (the sensor).
"""

import shutil
import time
from dataclasses import dataclass
from pathlib import Path

import duckdb

from ingestion.delivered import rows as why
from ingestion.delivered import store
from ingestion.delivered.load import LoadResult, load_into
from ingestion.delivered.reading import SUFFIXES, FileRejected
from ingestion.delivered.rewriting import finish_rewriting
from warehouse.settings import Settings

# A file whose size or time changes within this is still being copied.
SETTLE_SECONDS = 2.0
MOST_LABELS = 20
TAKEN = {*SUFFIXES, ".yml", ".yaml"}


@dataclass(frozen=True)
class Taken:
    """A file of the inbox and what became of it.

    Args:
        result: Counts and reasons; of a rejected file its message.
        remedy: What the sender can do; empty where nothing is wrong.
    """

    result: LoadResult
    remedy: str = ""


def waiting(folder: Path) -> list[Path]:
    """Files in an inbox, by name; hidden ones and reports are none."""
    if not folder.exists():
        return []
    return sorted(
        path
        for path in folder.iterdir()
        if path.is_file() and path.suffix.lower() in TAKEN and not path.name.startswith((".", "~"))
    )


def take(source: str, settings: Settings, settle: float = SETTLE_SECONDS) -> list[Taken]:
    """Load every whole file of a source's inbox.

    Args:
        source: hlv or lupp.
        settings: Whose data folder has the inbox.
        settle: Seconds in which a file must not change; a half-copied one stays.

    Returns:
        What became of each; rejected files are among them.
    """
    finish_rewriting(source, settings)
    folder = settings.paths.inbox(source)
    before = {path: _state(path) for path in waiting(folder)}
    if before and settle:
        time.sleep(settle)
    whole = [path for path, state in before.items() if path.exists() and _state(path) == state]
    if not whole:
        return []
    with store.open_store(source, settings) as con:
        return [_take_one(con, path, source, settings) for path in whole]


def _take_one(con: duckdb.DuckDBPyConnection, path: Path, source: str, settings: Settings) -> Taken:
    try:
        taken = Taken(load_into(con, path, source, settings))
    except FileRejected as error:
        taken = Taken(LoadResult(path.name, "", "rejected", message=error.what), error.remedy)
    _put_away(path, taken)
    return taken


def _put_away(path: Path, taken: Taken) -> None:
    """Move a file to done/ or rejected/, beside earlier ones of its name, with its report."""
    folder = path.parent / ("rejected" if taken.result.status == "rejected" else "done")
    folder.mkdir(exist_ok=True, mode=0o700)
    target = folder / path.name
    number = 1
    while target.exists():
        number += 1
        target = folder / f"{path.stem}.{number}{path.suffix}"
    shutil.move(path, target)
    target.with_name(f"{target.name}.report.txt").write_text(report(taken), encoding="utf-8")


def report(taken: Taken) -> str:
    """What a sender reads: counts, reasons and remedies, no value of any row.

    Unknown labels of shares are told: they name questions and groups, not persons.
    """
    result = taken.result
    if result.status == "rejected":
        return f"REJECTED: nothing of this file was taken.\n{result.message}\n{taken.remedy}\n"
    if result.status == "unchanged":
        return "This file was loaded before: nothing has changed.\n"
    lines = [
        f"Loaded: {result.rows_kept} of {result.rows_read} rows"
        f" ({', '.join(map(str, result.rounds))}).",
        *(
            f"Left out: {n} x {reason}."
            for reason, n in result.reasons.items()
            if reason != why.UNKNOWN_LABEL
        ),
    ]
    if result.replaced:
        lines.append("It replaces what an earlier file held for the same rounds and areas.")
    if result.unknown_labels:
        more = len(result.unknown_labels) - MOST_LABELS
        lines.append(
            "Labels that are not known, kept as they stand: "
            f"{'; '.join(result.unknown_labels[:MOST_LABELS])}"
            f"{f'; and {more} more' if more > 0 else ''}."
        )
    if result.overlaps:
        lines.append(
            "People of the same round and municipality came in other files too: "
            f"{', '.join(result.overlaps)}. Were they the same people, they are counted twice: "
            "send one file with all, or this one under the other's name."
        )
    if result.unknown_columns:
        lines.append(
            f"Columns that no codebook knows, not stored: {', '.join(result.unknown_columns)}."
        )
    return "\n".join(lines) + "\n"


def _state(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_size, found.st_mtime_ns
