"""ELSA's inboxes: exports and lists of withdrawals that are taken and deleted, or put aside.

What belongs here: where rejected files go, the demonstration's files, a report's words.
What does not: loading (`load`), erasing (`withdrawal`).
"""

import shutil
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from ingestion.delivered.demo import make_demo
from ingestion.delivered.inbox import SETTLE_SECONDS, waiting
from ingestion.delivered.reading import FileRejected
from ingestion.delivered.rewriting import finish_rewriting
from ingestion.elsa.load import DEFAULT_SENDER, SUFFIXES, take_file
from ingestion.elsa.talks import SOURCE, WITHDRAWALS, TalksResult
from ingestion.elsa.withdrawal import withdraw
from warehouse.sealed.delivery import delivery_hash, short_id
from warehouse.sealed.keys import key_folder
from warehouse.settings import Settings


def take_inbox(settings: Settings, settle: float = SETTLE_SECONDS) -> list[TalksResult]:
    """Take every whole file of the inboxes; a rejected one goes to rejected/ under its id.

    Lists of withdrawals come first: whoever is on one is kept out of the exports beside it.

    Args:
        settings: Whose data folder has the inboxes.
        settle: Seconds in which a file must not change; a half-copied one stays.

    Returns:
        What became of each; its report lies in done/ or rejected/.
    """
    finish_rewriting(SOURCE, settings)
    lists, exports = (waiting(settings.paths.inbox(name)) for name in (WITHDRAWALS, SOURCE))
    before = {path: _state(path) for path in (*lists, *exports)}
    if before and settle:
        time.sleep(settle)
    whole = {path for path, state in before.items() if path.exists() and _state(path) == state}
    return [
        *(_take_one(_take_list, path, settings) for path in lists if path in whole),
        *(_take_one(take_file, path, settings) for path in exports if path in whole),
    ]


def _take_one(
    take: Callable[[Path, Settings], TalksResult], path: Path, settings: Settings
) -> TalksResult:
    try:
        result = take(path, settings)
    except FileRejected as error:
        result = TalksResult(_id_of(path, settings), "rejected", message=str(error))
    folder = path.parent / ("rejected" if result.status == "rejected" else "done")
    folder.mkdir(exist_ok=True, mode=0o700)
    if result.status == "rejected":
        ending = path.suffix if path.suffix.lower() in SUFFIXES else ""
        shutil.move(path, folder / f"{result.file_id}{ending}")
    (folder / f"{result.file_id}.report.txt").write_text(report(result), encoding="utf-8")
    return result


def _take_list(path: Path, settings: Settings) -> TalksResult:
    file_id = _id_of(path, settings)
    persons = withdraw(path, settings, datetime.now(UTC).date(), sender=DEFAULT_SENDER)
    return TalksResult(file_id, kind=WITHDRAWALS, withdrawn=persons)


def _id_of(path: Path, settings: Settings) -> str:
    return short_id(delivery_hash(path, SOURCE, key_folder(settings)))


def put_aside(settings: Settings) -> list[tuple[str, str]]:
    """Inbox and name (their id) of the files that were rejected and still lie there."""
    return [
        (name, path.name)
        for name in (WITHDRAWALS, SOURCE)
        for path in sorted((settings.paths.inbox(name) / "rejected").glob("*"))
        if not path.name.endswith(".report.txt")
    ]


def take_demo(settings: Settings) -> list[TalksResult]:
    """Generate the demonstration's exports and take them like any others."""
    return make_demo(SOURCE, settings, lambda files: [take_file(one, settings) for one in files])


def report(result: TalksResult) -> str:
    """What a sender reads: counts and reasons."""
    if result.status == "rejected":
        return f"File {result.file_id}: REJECTED, nothing was taken. {result.message}\n"
    if result.status == "unchanged":
        return f"File {result.file_id} was loaded before: nothing has changed.\n"
    if result.kind == WITHDRAWALS:
        return (
            f"No talk of the {result.withdrawn} persons is in the store now; the list is deleted.\n"
        )
    taken = "talks" if result.kind == "microdata" else "numbers of pupils"
    lines = [
        f"File {result.file_id}: {result.rows_kept} of {result.rows_read} {taken} taken.",
        *(f"Not taken: {n} x {reason}." for reason, n in result.consents.items()),
        *(f"Left out: {n} x {reason}." for reason, n in result.reasons.items()),
        f"{result.replaced} talks came again and replaced the earlier ones."
        * (result.replaced > 0),
        f"{result.not_read} columns were not read: no codebook names them." * (result.not_read > 0),
    ]
    return "\n".join(line for line in lines if line) + "\n"


def _state(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_size, found.st_mtime_ns
