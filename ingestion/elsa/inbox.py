"""ELSA's inbox: exports that are taken and deleted, or put aside.

What belongs here: where rejected exports go, the demonstration's files, a report's words.
What does not: loading (`load`).
"""

import shutil
import time
from pathlib import Path

from ingestion.delivered.demo import make_demo
from ingestion.delivered.inbox import SETTLE_SECONDS, waiting
from ingestion.delivered.reading import FileRejected
from ingestion.delivered.rewriting import finish_rewriting
from ingestion.elsa.load import SUFFIXES, take_file
from ingestion.elsa.talks import SOURCE, TalksResult
from warehouse.sealed.delivery import delivery_hash, short_id
from warehouse.sealed.keys import key_folder
from warehouse.settings import Settings


def take_inbox(settings: Settings, settle: float = SETTLE_SECONDS) -> list[TalksResult]:
    """Take every whole export of the inbox; a rejected one goes to rejected/ under its id.

    Args:
        settings: Whose data folder has the inbox.
        settle: Seconds in which a file must not change; a half-copied one stays.

    Returns:
        What became of each; its report lies in done/ or rejected/.
    """
    finish_rewriting(SOURCE, settings)
    folder = settings.paths.inbox(SOURCE)
    before = {path: _state(path) for path in waiting(folder)}
    if before and settle:
        time.sleep(settle)
    whole = [path for path, state in before.items() if path.exists() and _state(path) == state]
    return [_take_one(path, settings) for path in whole]


def _take_one(path: Path, settings: Settings) -> TalksResult:
    try:
        result = take_file(path, settings)
    except FileRejected as error:
        file_id = short_id(delivery_hash(path, SOURCE, key_folder(settings)))
        result = TalksResult(file_id, "rejected", message=str(error))
    folder = path.parent / ("rejected" if result.status == "rejected" else "done")
    folder.mkdir(exist_ok=True, mode=0o700)
    if result.status == "rejected":
        ending = path.suffix if path.suffix.lower() in SUFFIXES else ""
        shutil.move(path, folder / f"{result.file_id}{ending}")
    (folder / f"{result.file_id}.report.txt").write_text(report(result), encoding="utf-8")
    return result


def take_demo(settings: Settings) -> list[TalksResult]:
    """Generate the demonstration's exports and take them like any others."""
    return make_demo(SOURCE, settings, lambda files: [take_file(one, settings) for one in files])


def report(result: TalksResult) -> str:
    """What a sender reads: counts and reasons."""
    if result.status == "rejected":
        return f"File {result.file_id}: REJECTED, nothing was taken. {result.message}\n"
    if result.status == "unchanged":
        return f"File {result.file_id} was loaded before: nothing has changed.\n"
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
