"""Whether a store's hashes of delivered files are keyed, and with which key.

What belongs here: the mark that a store carries. What does not: making hashes
(`warehouse/sealed/delivery`).

Stores made before hashes were keyed carry no mark. They are refused wherever they are opened,
as their books hold plain hashes, which are published.
"""

import duckdb

from warehouse.sealed.errors import OldStore
from warehouse.sealed.keys import DELIVERY, KeyFolder


def refuse_plain_hashes(con: duckdb.DuckDBPyConnection, source: str) -> None:
    """Go on only with a store whose hashes of files are keyed, or that has no book yet.

    Args:
        con: A connection with the store attached under its source's name.
        source: hlv, lupp or elsa.

    Raises:
        OldStore: It has a book of deliveries and no mark.
    """
    found = con.execute(
        "select table_name from duckdb_tables() where database_name = ? "
        "and table_name in ('load', 'delivery_key')",
        [source],
    ).fetchall()
    if ("load",) in found and ("delivery_key",) not in found:
        raise OldStore(
            f"The store of {source} was made before the hashes of delivered files were keyed.",
            "Remove the file and its seal in restricted/, and load the delivered files again "
            "(hlv and lupp keep them in inbox/<source>/done/; of elsa ask for new exports).",
        )


def note_delivery_key(con: duckdb.DuckDBPyConnection, keys: KeyFolder) -> None:
    """Write down which key this store's hashes are made with from now on.

    After another key files that come again are not recognised: they are loaded anew and replace
    what they held.
    """
    check = keys.read(DELIVERY).check
    if con.execute("select check_value from delivery_key").fetchall() != [(check,)]:
        con.execute("delete from delivery_key")
        con.execute("insert into delivery_key values (?)", [check])
