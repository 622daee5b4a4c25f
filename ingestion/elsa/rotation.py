"""A new key for the pseudonyms: every one of them is wrapped once more.

What belongs here: the order of steps, so that a kill between any two leaves keys and a store
that fit. What does not: keys of files (`warehouse/sealed/rotation`).
"""

import duckdb
import pyarrow as pa

from ingestion.delivered import rewriting, store
from ingestion.delivered.rewriting import rewrite_store
from ingestion.elsa.pseudonym import Chain, chains, last_number, wrap
from ingestion.elsa.talks import SOURCE, chain_of_store, other_keys
from warehouse.sealed.keys import NEXT, PSEUDONYM, Key, KeyFolder
from warehouse.settings import Settings


def rotate_pseudonyms(settings: Settings, keys: KeyFolder) -> None:
    """Add a key to the chain and wrap the store's pseudonyms with it.

    Raises:
        WrongKey: The store's pseudonyms were not made with the keys at hand.
        KeyMissing, KeyUnsafe: A key of the chain is not right.
    """
    name = f"{PSEUDONYM}.{last_number(keys) + 1}"
    chains(keys)
    if not keys.has(name + NEXT):
        keys.create(name + NEXT)
    before, after = chains(keys)
    path = settings.paths.restricted(SOURCE, settings.survey_origin)
    if store.is_there(path):
        with store.open_store(SOURCE, settings) as con:
            if chain_of_store(con, [before, after]) == before:
                _wrap_store(con, after.keys[-1], len(after.keys), after.check_value)
        rewrite_store(SOURCE, settings)
    keys.promote(name)


def catch_up(con: duckdb.DuckDBPyConnection, chain: Chain) -> None:
    """Wrap the pseudonyms of a store that was made with the beginning of a chain.

    Args:
        con: The store.
        chain: The keys in force.

    Raises:
        WrongKey: The store's pseudonyms were made with other keys.
    """
    found = con.execute("select n_keys, check_value from pseudonym_key").fetchone()
    if found is None:
        return
    n_keys, check_value = found
    if Chain(chain.keys[:n_keys]).check_value != check_value:
        raise other_keys()
    for at in range(n_keys, len(chain.keys)):
        longer = Chain(chain.keys[: at + 1])
        _wrap_store(con, longer.keys[-1], len(longer.keys), longer.check_value)


def _wrap_store(con: duckdb.DuckDBPyConnection, key: Key, n_keys: int, check_value: str) -> None:
    con.execute("begin")
    rewriting.mark(con)
    for column in ("pseudonym", "talk_id"):
        old = [
            row[0] for row in con.execute(f"select distinct {column} from respondent").fetchall()
        ]
        wrapped = pa.table({"old": pa.array(old, pa.string()), "new": list(wrap(old, key))})
        con.register("wrapped", wrapped)
        con.execute(
            f"update respondent set {column} = wrapped.new from wrapped "
            f"where {column} = wrapped.old"
        )
        con.unregister("wrapped")
    con.execute("update pseudonym_key set n_keys = ?, check_value = ?", [n_keys, check_value])
    con.execute("commit")
