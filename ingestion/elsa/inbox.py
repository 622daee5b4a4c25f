"""ELSA's inbox: exports that are taken and deleted, or put aside.

What belongs here: which files are whole, where rejected ones go, a report's words. What does
not: loading (`load`).
"""

import shutil
import time
from pathlib import Path

from ingestion.delivered.reading import FileRejected
from ingestion.elsa.load import SUFFIXES, take_file
from ingestion.elsa.pseudonym import chains
from ingestion.elsa.talks import SOURCE, TalksResult
from warehouse.sealed.keys import key_folder
from warehouse.settings import Settings

SETTLE_SECONDS = 2.0


def take_inbox(settings: Settings, settle: float = SETTLE_SECONDS) -> list[TalksResult]:
    """Take every whole export of the inbox; a rejected one goes to rejected/ under its id.

    Args:
        settings: Whose data folder has the inbox.
        settle: Seconds in which a file must not change; a half-copied one stays.
    """
    folder = settings.paths.inbox(SOURCE)
    before = {path: _state(path) for path in waiting(settings)}
    if before and settle:
        time.sleep(settle)
    results = []
    for path, state in before.items():
        if not path.exists() or _state(path) != state:
            continue
        try:
            results.append(take_file(path, settings))
        except FileRejected as error:
            file_id = chains(key_folder(settings))[0].file_id(path)
            rejected = folder / "rejected"
            rejected.mkdir(exist_ok=True, mode=0o700)
            shutil.move(path, rejected / f"{file_id}.csv")
            results.append(TalksResult(file_id, "rejected", message=str(error)))
    return results


def waiting(settings: Settings) -> list[Path]:
    """Exports in the inbox, by name."""
    folder = settings.paths.inbox(SOURCE)
    files = folder.iterdir() if folder.exists() else ()
    return sorted(
        path
        for path in files
        if path.is_file()
        and path.suffix.lower() in SUFFIXES
        and not path.name.startswith((".", "~"))
    )


def report(result: TalksResult) -> str:
    """What a sender reads: counts and reasons."""
    if result.status == "rejected":
        return f"File {result.file_id}: REJECTED, nothing was taken. {result.message}\n"
    if result.status == "unchanged":
        return f"File {result.file_id} was loaded before: nothing has changed.\n"
    lines = [
        f"File {result.file_id}: {result.rows_kept} of {result.rows_read} talks taken.",
        *(f"Not taken: {n} x {reason}." for reason, n in result.consents.items()),
        *(f"Left out: {n} x {reason}." for reason, n in result.reasons.items()),
        f"{result.replaced} talks came again and replaced the earlier ones."
        * (result.replaced > 0),
        f"{result.erased} talks were erased: consent was withdrawn." * (result.erased > 0),
        f"{result.not_read} columns were not read: no codebook names them." * (result.not_read > 0),
    ]
    return "\n".join(line for line in lines if line) + "\n"


def _state(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_size, found.st_mtime_ns
