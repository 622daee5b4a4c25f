"""ELSA's tables in the sealed store: statements on them, and what a load reports.

What belongs here: the keys that a store belongs to, corrected talks, counts, the book of
deliveries. What does not: making the tables (`ingestion/delivered/store`), the rules (`door`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

import duckdb

from ingestion.delivered.removal import delete_respondents
from ingestion.elsa.pseudonym import Chain
from warehouse.sealed.errors import WrongKey
from warehouse.sealed.keys import Key
from warehouse.settings import Settings

SOURCE = "elsa"
# The inbox of lists of persons who withdrew consent.
WITHDRAWALS = "withdrawals"


@dataclass
class TalksResult:
    """What became of an export. Protected identities are in none of its numbers.

    Args:
        file_id: The file's keyed hash.
        status: loaded, unchanged or rejected.
        rows_read: Rows in it, but for protected identities.
        rows_kept: Talks taken.
        kind: microdata, rounds for numbers of pupils, or withdrawals for a list of persons.
        consents: Rows without valid consent, by reason.
        reasons: Rows and cells left out, by reason.
        replaced: Talks of earlier files that came again.
        withdrawn: Persons who withdrew consent, whether they had talks or not.
        not_read: Columns that nothing names.
        message: Why it was rejected.
    """

    file_id: str
    status: str = "loaded"
    rows_read: int = 0
    rows_kept: int = 0
    kind: str = "microdata"
    consents: dict[str, int] = field(default_factory=dict)
    reasons: dict[str, int] = field(default_factory=dict)
    replaced: int = 0
    withdrawn: int = 0
    not_read: int = 0
    message: str | None = None
    rounds: list[int] = field(default_factory=list)
    areas: list[str] = field(default_factory=list)
    encoding: str | None = None
    delimiter: str | None = None


def chain_of_store(con: duckdb.DuckDBPyConnection, known: list[Chain]) -> Chain:
    """The chain that the store's pseudonyms were made with; a new store takes the first.

    Raises:
        WrongKey: It is none of them; nothing has been written.
    """
    found = con.execute("select check_value from pseudonym_key").fetchone()
    if found is None:
        con.execute(
            "insert into pseudonym_key values (?, ?)", [len(known[0].keys), known[0].check_value]
        )
        return known[0]
    for chain in known:
        if chain.check_value == found[0]:
            return chain
    raise other_keys()


def other_keys() -> WrongKey:
    """The error that says so."""
    return WrongKey(
        "The pseudonyms in the store were made with other keys than those at hand.",
        "Put back the keys pseudonym.1, pseudonym.2, ... that belong to it.",
    )


def check_tombstone_key(con: duckdb.DuckDBPyConnection, key: Key) -> None:
    """Go on only with the key that the store's marks were made with; a new store takes it.

    Raises:
        WrongKey: Under another key nobody who withdrew would be kept out.
    """
    found = con.execute("select check_value from tombstone_key").fetchone()
    if found is None:
        con.execute("insert into tombstone_key values (?)", [key.check])
    elif found[0] != key.check:
        raise WrongKey(
            "Withdrawals in the store were marked with another key than tombstone at hand.",
            "Put back the key tombstone that belongs to it.",
        )


def replace_talks(con: duckdb.DuckDBPyConnection, file_id: str) -> int:
    """A talk that came again is a corrected one."""
    return delete_respondents(
        con,
        "file_id <> ? and talk_id in (select talk_id from respondent where file_id = ?)",
        [file_id, file_id],
    )


def insert_counts(
    con: duckdb.DuckDBPyConnection,
    result: TalksResult,
    consents: Mapping[str, int],
    protected: Mapping[int, int],
) -> None:
    """Consent by file and reason; protected identities as one total a year, of all files."""
    con.execute("delete from consent_count where file_id = ?", [result.file_id])
    for reason, n in consents.items():
        con.execute("insert into consent_count values (?, ?, ?)", [result.file_id, reason, n])
    for year, n in protected.items():
        before = con.execute("select n from protected_total where round = ?", [year]).fetchone()
        con.execute("delete from protected_total where round = ?", [year])
        con.execute("insert into protected_total values (?, ?)", [year, n + (before or [0])[0]])


def is_loaded(con: duckdb.DuckDBPyConnection, file_id: str) -> bool:
    """Whether a file was loaded before."""
    found = con.execute(
        "select count(*) from load where file_id = ? and status = 'loaded'", [file_id]
    ).fetchone()
    return bool(found and found[0])


def note(
    con: duckdb.DuckDBPyConnection, settings: Settings, result: TalksResult, sender: str
) -> None:
    """The file's row in the book of deliveries; in place of its hash and name stands its id."""
    row = {
        "file_id": result.file_id,
        "file_name": result.file_id,
        "kind": "microdata",
        "codebook": SOURCE,
        "sender": sender,
        "rounds": ",".join(map(str, result.rounds)),
        "surveys": SOURCE,
        "areas": ",".join(result.areas),
        "loaded_at": datetime.now(UTC).replace(tzinfo=None),
        "encoding": result.encoding,
        "delimiter": result.delimiter,
        "decimal_mark": ",",
        "rows_read": result.rows_read,
        "rows_kept": result.rows_kept,
        # Rows without consent are counted apart: nothing is wrong with them.
        "rows_rejected": result.rows_read - result.rows_kept - sum(result.consents.values()),
        "status": result.status,
        "reason": result.message,
        "is_demonstration": settings.survey_origin == "demo",
    }
    con.execute("delete from load where file_id = ?", [result.file_id])
    con.execute(
        f"insert into load ({', '.join(row)}) values ({', '.join('?' * len(row))})",
        list(row.values()),
    )
