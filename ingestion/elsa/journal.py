"""The journal of withdrawals: what a store that comes back from a backup has to be told again.

What belongs here: writing down and reading who withdrew and when, as marks and pseudonyms. What
does not: erasing (`erasure`), bringing a store back (`restore`).

A sealed file of its own, as the store and its marks may be what is lost. It is written before
anybody is erased: a withdrawal that is written down twice does no harm, one that is not written
down would be undone by a restore.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from ingestion.elsa.pseudonym import Chain
from warehouse.sealed.keys import key_folder
from warehouse.sealed.seal import seal_path
from warehouse.sealed.store import read_sealed, write_sealed
from warehouse.settings import Settings

SOURCE = "elsa"
TABLE = "mark varchar, pseudonym varchar, n_keys smallint, withdrawn_on date"


@dataclass(frozen=True)
class Withdrawal:
    """Somebody who withdrew.

    Args:
        mark: The tombstone.
        pseudonym: As it was made then.
        n_keys: With how many keys of the chain.
        on: The day of the withdrawal.
    """

    mark: str
    pseudonym: str
    n_keys: int
    on: date


def write_down(withdrawn: Mapping[str, tuple[str, date]], chain: Chain, settings: Settings) -> None:
    """Add withdrawals to the journal.

    Args:
        withdrawn: Per mark the pseudonym and the day.
        chain: That the pseudonyms were made with.
        settings: Where the journal lies, and its key.
    """
    with write_sealed(settings.withdrawals, key_folder(settings), SOURCE, settings) as con:
        con.execute(f"create table if not exists withdrawal ({TABLE})")
        for mark, (pseudonym, on) in withdrawn.items():
            con.execute(
                "insert into withdrawal values (?, ?, ?, ?)",
                [mark, pseudonym, len(chain.keys), on],
            )


def read_journal(settings: Settings) -> list[Withdrawal]:
    """Everybody who withdrew, with the latest day of each; empty where nobody ever did.

    Raises:
        JamlikError: The journal's key or seal is not right, or one of the two files is gone.
    """
    path = settings.withdrawals
    if not path.exists() and not seal_path(path).exists():
        return []
    with read_sealed(path, key_folder(settings), SOURCE, settings) as con:
        rows = con.execute(
            "select mark, pseudonym, n_keys, max(withdrawn_on) from withdrawal "
            "group by mark, pseudonym, n_keys order by all"
        ).fetchall()
    return [Withdrawal(*row) for row in rows]
