"""A store that came back from a backup is told again what happened since.

What belongs here: keys of pseudonyms and withdrawals that are younger than the backup. What does
not: copying files (`warehouse/sealed/backup`).
"""

from datetime import date

from ingestion.delivered import store
from ingestion.delivered.removal import note_removal
from ingestion.delivered.rewriting import rewrite_store
from ingestion.elsa.erasure import erase, withdrawn_marks
from ingestion.elsa.journal import Withdrawal, read_journal
from ingestion.elsa.pseudonym import Chain, chains, tombstone_key, wrap
from ingestion.elsa.rotation import catch_up
from ingestion.elsa.talks import SOURCE, check_tombstone_key
from warehouse.sealed.keys import key_folder
from warehouse.settings import Settings


def apply_again(settings: Settings) -> int:
    """Bring the store's pseudonyms to the keys in force, and erase who withdrew since the backup.

    Args:
        settings: Data folder, journal and keys.

    Returns:
        Withdrawals that the store did not know of.

    Raises:
        WrongKey: The store's pseudonyms were made with other keys.
    """
    if not store.is_there(settings.paths.restricted(SOURCE, settings.survey_origin)):
        return 0
    keys = key_folder(settings)
    chain = chains(keys)[0]
    with store.open_store(SOURCE, settings) as con:
        check_tombstone_key(con, tombstone_key(keys))
        catch_up(con, chain)
        known = withdrawn_marks(con)
        due = {
            one.mark: (_today(one, chain), one.on)
            for one in read_journal(settings)
            if known.get(one.mark, date.min) < one.on
        }
        con.execute("begin")
        if due:
            erase(con, due)
        note_removal(con, "restore", len(due), 0, "withdrawals that the backup did not know")
        con.execute("commit")
    rewrite_store(SOURCE, settings)
    return len(due)


def _today(one: Withdrawal, chain: Chain) -> str:
    """The pseudonym that the chain in force makes of the same person."""
    pseudonym = one.pseudonym
    for key in chain.keys[one.n_keys :]:
        (pseudonym,) = wrap([pseudonym], key)
    return pseudonym
