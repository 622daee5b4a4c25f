"""Erasure without encryption and without compression: rewriting itself leaves nothing behind."""

from datetime import date
from pathlib import Path

import duckdb
import pytest

from ingestion.delivered.store import read_store
from ingestion.elsa import withdrawal
from ingestion.elsa.erasure import purge
from ingestion.elsa.load import take_file
from tests.elsa.exports import number, row, write
from warehouse.sealed import store
from warehouse.sealed.keys import Key, key_folder
from warehouse.settings import Settings, load_settings

PUPILS = [number(f"201305{1 + at // 100:02}", 100 + at % 100) for at in range(600)]
LEAVES = [PUPILS[0], PUPILS[300], PUPILS[599]]
SCHOOL = "73519264"


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    def attach_plain(
        con: duckdb.DuckDBPyConnection, path: Path, _: Key, alias: str, *, read_only: bool = False
    ) -> None:
        con.execute("set force_compression = 'uncompressed'")
        con.execute(f"attach '{path}' as {alias} {'(read_only)' if read_only else ''}")

    monkeypatch.setattr(store, "_attach", attach_plain)
    return load_settings(data_dir=tmp_path / "data", surveys="delivered")


def test_what_was_erased_is_in_no_byte_of_the_file(
    house: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [
        row(personnummer=one, skolenhetskod=SCHOOL if one in LEAVES else "12345678")
        for one in PUPILS
    ]
    take_file(write(house.data_dir.parent / "f.csv", rows), house)
    path = house.paths.restricted("elsa", "delivered")

    def in_clear(texts: list[str]) -> int:
        content = path.read_bytes()
        return sum(one.encode() in content for one in texts)

    with read_store("elsa", house) as con:
        con.execute("use elsa.raw_elsa")
        by_person = con.execute(
            "select pseudonym, talk_id, school_unit = ? from respondent", [SCHOOL]
        ).fetchall()
    gone = [one for *ids, leaves in by_person if leaves for one in ids]
    stay = [one for *ids, leaves in by_person if not leaves for one in ids]
    assert (len(gone), len(stay)) == (6, 1194)
    assert in_clear(gone) == 6 and in_clear(stay) == 1194 and in_clear([SCHOOL])
    leaving = house.data_dir.parent / "list.txt"
    leaving.write_text("\n".join(["personnummer", *LEAVES]))
    with monkeypatch.context() as patch:
        patch.setattr(withdrawal, "purge", lambda *_: None)
        withdrawal.withdraw(leaving, house, date(2024, 5, 1), sender="region")
    with read_store("elsa", house) as con:
        assert con.execute("select count(*) from elsa.raw_elsa.respondent").fetchone() == (597,)
    # Deleted, committed and checkpointed, the bytes are still there.
    assert in_clear(gone) == 6
    purge(house, key_folder(house))
    assert in_clear(gone) == 0 and not in_clear([SCHOOL])
    assert in_clear(stay) == 1194
    assert {one.name for one in path.parent.iterdir()} == {
        *("elsa_delivered.duckdb", "elsa_delivered.duckdb.seal", "elsa_delivered.lock"),
        *("withdrawals_delivered.duckdb", "withdrawals_delivered.duckdb.seal"),
        "withdrawals_delivered.lock",
    }
