"""Erasure without encryption and without compression: rewriting itself leaves nothing behind."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import pytest

from ingestion.delivered.retention import remove_old
from ingestion.delivered.rewriting import is_due
from ingestion.delivered.store import read_store
from ingestion.elsa import withdrawal
from ingestion.elsa.inbox import take_inbox
from ingestion.elsa.load import take_file
from ingestion.elsa.status import remembered_keys
from tests.elsa.exports import number, row, write
from warehouse.sealed import store
from warehouse.sealed.keys import Key
from warehouse.sealed.seal import read_seal
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


@dataclass(frozen=True)
class Erasure:
    """A store in clear whose withdrawal was stopped after its rows were deleted.

    Args:
        gone, stay: Pseudonyms and ids of talks of those who left, and of the others.
        generation: Of the store then.
    """

    house: Settings
    gone: list[str]
    stay: list[str]
    generation: int

    @property
    def path(self) -> Path:
        return self.house.paths.restricted("elsa", "delivered")

    def in_clear(self, texts: list[str]) -> int:
        content = self.path.read_bytes()
        return sum(one.encode() in content for one in texts)

    def is_done(self) -> bool:
        """Whether the file was written anew, nothing of anybody erased is left, and none else."""
        with read_store("elsa", self.house) as con:
            due = is_due(con, "elsa")
        left = self.in_clear([*self.gone, SCHOOL]), self.in_clear(self.stay)
        assert left in ((0, 1194), (7, 1194)) and due == (left[0] > 0)
        assert due == (read_seal(self.path)[0].generation == self.generation)
        return not due


def leave(house: Settings, pupils: list[str]) -> None:
    leaving = house.data_dir.parent / "list.txt"
    leaving.write_text("\n".join(["personnummer", *pupils]))
    withdrawal.withdraw(leaving, house, date(2024, 5, 1), sender="region")


@pytest.fixture
def stopped(house: Settings, monkeypatch: pytest.MonkeyPatch) -> Erasure:
    rows = [
        row(personnummer=one, skolenhetskod=SCHOOL if one in LEAVES else "12345678")
        for one in PUPILS
    ]
    take_file(write(house.data_dir.parent / "f.csv", rows), house)
    with read_store("elsa", house) as con:
        con.execute("use elsa.raw_elsa")
        by_person = con.execute(
            "select pseudonym, talk_id, school_unit = ? from respondent", [SCHOOL]
        ).fetchall()
    gone = [one for *ids, leaves in by_person if leaves for one in ids]
    stay = [one for *ids, leaves in by_person if not leaves for one in ids]
    assert (len(gone), len(stay)) == (6, 1194)

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(withdrawal, "rewrite_store", stop)
        with pytest.raises(KeyboardInterrupt):
            leave(house, LEAVES)
    with read_store("elsa", house) as con:
        assert con.execute("select count(*) from elsa.raw_elsa.respondent").fetchone() == (597,)
    path = house.paths.restricted("elsa", "delivered")
    erasure = Erasure(house, gone, stay, read_seal(path)[0].generation)
    # Deleted, committed and checkpointed, the bytes are still there.
    assert not erasure.is_done()
    assert any("deleted rows may still be" in line for line in remembered_keys(house))
    return erasure


NEXT: dict[str, Callable[[Settings], object]] = {
    "a run without a file": lambda house: take_inbox(house, settle=0),
    "retention": remove_old,
    "the same list": lambda house: leave(house, LEAVES),
    "an export": lambda house: take_file(
        write(house.data_dir.parent / "g.csv", [row(personnummer=number("20120101", 100))]), house
    ),
}


@pytest.mark.parametrize("command", NEXT)
def test_what_was_erased_is_in_no_byte_of_the_file(stopped: Erasure, command: str) -> None:
    """Also where the command that erased was stopped: the next one, whichever, writes anew."""
    NEXT[command](stopped.house.with_changes(retention="elsa=90"))
    assert stopped.is_done()
    assert not [line for line in remembered_keys(stopped.house) if "deleted rows" in line]
    assert {one.name for one in stopped.path.parent.iterdir()} == {
        *("elsa_delivered.duckdb", "elsa_delivered.duckdb.seal", "elsa_delivered.lock"),
        *("withdrawals_delivered.duckdb", "withdrawals_delivered.duckdb.seal"),
        "withdrawals_delivered.lock",
    }
