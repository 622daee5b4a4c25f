"""A list of persons who withdrew consent: all their talks are erased, and kept out from then on.

What belongs here: reading such a list. What does not: erasing (`erasure`), withdrawals that
an export itself tells (`door`).

The first line says `personnummer` or `pseudonym`, each line after it is one person. Either all
lines can be read or nobody is erased, so that nobody is forgotten in silence.
"""

from datetime import date
from pathlib import Path

from ingestion.delivered import store
from ingestion.delivered.reading import FileRejected
from ingestion.delivered.rewriting import rewrite_store
from ingestion.elsa.erasure import erase
from ingestion.elsa.journal import write_down
from ingestion.elsa.personal_number import parse
from ingestion.elsa.pseudonym import (
    chains,
    delivered_identity,
    number_identity,
    tombstone,
    tombstone_key,
)
from ingestion.elsa.talks import SOURCE, chain_of_store, check_tombstone_key
from warehouse.sealed.boundary import Place, guarded
from warehouse.sealed.delivery import delivery_hash, short_id
from warehouse.sealed.keys import key_folder
from warehouse.settings import Settings

MOST_ROWS = 10


def withdraw(path: Path, settings: Settings, on: date, *, sender: str) -> int:
    """Erase everybody on a list, and delete the list.

    Args:
        path: The list; UTF-8.
        settings: Data folder and keys.
        on: The day of the withdrawal; consent given later counts again.
        sender: Who made the pseudonyms, if the list has such.

    Returns:
        Persons on the list. How many of them had talks is told to nobody.

    Raises:
        FileRejected: A line cannot be read; nobody was erased.
    """
    keys = key_folder(settings)
    known = chains(keys)
    place = Place("without id")

    def call() -> int:
        place.file_id = short_id(delivery_hash(path, SOURCE, keys))
        identities = _read(path, place, on, sender)
        with store.open_store(SOURCE, settings) as con:
            chain, mark_key = chain_of_store(con, known), tombstone_key(keys)
            check_tombstone_key(con, mark_key)
            who = {tombstone(mark_key, one): (chain.pseudonym(one), on) for one in identities}
            write_down(who, chain, settings)
            con.execute("begin")
            erase(con, who)
            con.execute("commit")
        rewrite_store(SOURCE, settings)
        path.unlink()
        return len(set(identities))

    return guarded(place, call)


def _read(path: Path, place: Place, on: date, sender: str) -> list[str]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        # Its own words quote bytes of the list.
        raise FileRejected(
            f"File {place.file_id} is no text in UTF-8.",
            "Save the list as text; nobody was erased.",
        ) from None
    lines = [line.strip() for line in text.splitlines()]
    kind = lines[0].casefold() if lines else ""
    if kind not in ("personnummer", "pseudonym"):
        raise FileRejected(
            f"File {place.file_id}: the first line is neither personnummer nor pseudonym.",
            "Write one of them there, and one person on each line below.",
        )
    found, wrong = [], []
    for row, line in enumerate(lines[1:], start=2):
        if not line:
            continue
        number = parse(line, on) if kind == "personnummer" else None
        if kind == "pseudonym":
            found.append(delivered_identity(sender, line))
        elif number:
            found.append(number_identity(number.number))
        else:
            wrong.append(row)
    if wrong or not found:
        rows = ", ".join(map(str, wrong[:MOST_ROWS])) or "all"
        raise FileRejected(
            f"File {place.file_id}: no valid number in {len(wrong)} rows ({rows}).",
            "Put them right; nobody was erased.",
        )
    return found
