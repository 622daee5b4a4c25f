"""The rehearsed restore: a backup, withdrawals after it, a loss, and everything put back."""

import os
import shutil
from datetime import date
from pathlib import Path

import pytest

from ingestion.delivered.store import open_store, read_store
from ingestion.elsa.load import take_file
from ingestion.elsa.rotation import rotate_pseudonyms
from ingestion.elsa.withdrawal import withdraw
from orchestration.cli import main
from tests.elsa.exports import number, row, write
from warehouse.errors import InputError
from warehouse.sealed.backup import back_up, back_up_keys, put_back
from warehouse.sealed.command import create_missing
from warehouse.sealed.errors import SealBroken, WrongKey
from warehouse.sealed.keys import key_folder
from warehouse.sealed.seal import seal_path
from warehouse.settings import Settings, load_settings

PUPILS = [number("20130505", serial) for serial in range(100, 110)]


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    variables = {
        "JAMLIK_DATA_DIR": str(tmp_path / "data"),
        "JAMLIK_KEY_DIR": str(tmp_path / "keys"),
        "JAMLIK_WITHDRAWALS_DIR": str(tmp_path / "other-disk"),
        "SURVEYS": "delivered",
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    found = load_settings()
    create_missing(found, key_folder(found))
    return found


def load(house: Settings, pupils: list[str], **cells: str) -> None:
    rows = [row(personnummer=one, **cells) for one in pupils]
    take_file(write(house.data_dir.parent / "f.csv", rows), house)


def leave(house: Settings, *pupils: str) -> None:
    path = house.data_dir.parent / "list.txt"
    path.write_text("\n".join(["personnummer", *pupils]))
    withdraw(path, house, date(2024, 5, 1), sender="region")


def talks(house: Settings) -> int:
    with read_store("elsa", house) as con:
        return con.execute("select count(*) from elsa.raw_elsa.respondent").fetchall()[0][0]


def test_the_rehearsed_restore(house: Settings, tmp_path: Path, capsys) -> None:
    """Withdrawals and a new pseudonym key are younger than the backup; then the disk is lost."""
    load(house, PUPILS)
    leave(house, PUPILS[0])
    with open_store("lupp", house) as con:
        con.execute("insert into unknown_column values ('f', 'kept')")
    backup, kept = tmp_path / "backup", tmp_path / "kept-keys"
    assert main(["backup", str(backup), "--keys", str(kept)]) == 0
    leave(house, PUPILS[1], number("20130505", 555))
    rotate_pseudonyms(house, key_folder(house))
    leave(house, PUPILS[2])
    assert talks(house) == 7
    # Keys are backed up whenever one is made; the data folder is lost with all in it.
    shutil.rmtree(kept)
    assert back_up_keys(house, key_folder(house), kept)
    shutil.rmtree(house.data_dir)
    shutil.rmtree(house.key_dir or tmp_path)
    shutil.copytree(kept, tmp_path / "keys")
    capsys.readouterr()
    assert main(["restore", str(backup)]) == 0
    told = capsys.readouterr().out
    assert "elsa_delivered.duckdb" in told and "lupp_delivered.duckdb" in told
    # How many were erased is told to nobody.
    assert not [sign for sign in "0123456789" if sign in told]
    assert talks(house) == 7
    assert main(["key", "check"]) == 0
    # Whoever withdrew stays out, and everybody else is the same pupil as before.
    load(house, PUPILS, langd_cm="150")
    assert talks(house) == 7
    with read_store("elsa", house) as con:
        heights = con.execute("select distinct height_cm from elsa.raw_elsa.respondent").fetchall()
        events = con.execute("select reason, persons from elsa.raw_elsa.removal").fetchall()
    assert heights == [(150.0,)]
    # Two of them had talks, one never had.
    assert ("restore", 3) in events
    with read_store("lupp", house) as con:
        assert con.execute("select count(*) from lupp.raw_lupp.unknown_column").fetchone() == (1,)
    assert main(["restore", str(backup)]) == 0 and talks(house) == 7


def test_consent_given_anew_before_the_backup_stands_after_it(
    house: Settings, tmp_path: Path
) -> None:
    load(house, PUPILS[:2])
    leave(house, PUPILS[0])
    load(
        house,
        PUPILS[:1],
        samtyckesdatum="2024-08-20",
        lasar="2024/2025",
        besoksdatum="2024-09-01",
        arskurs="4",
    )
    assert talks(house) == 2
    assert main(["backup", str(tmp_path / "b")]) == 0
    assert main(["restore", str(tmp_path / "b")]) == 0
    assert talks(house) == 2


def test_a_backup_that_is_not_whole_replaces_nothing(house: Settings, tmp_path: Path) -> None:
    load(house, PUPILS)
    keys, backup = key_folder(house), tmp_path / "backup"
    back_up(house, keys, backup)
    load(house, PUPILS, langd_cm="150")
    store = house.paths.restricted("elsa", "delivered")
    before = store.read_bytes()
    copy = backup / store.name
    os.truncate(copy, copy.stat().st_size - 1)
    with pytest.raises(SealBroken):
        put_back(house, keys, backup)
    assert store.read_bytes() == before and talks(house) == 10
    with pytest.raises(InputError, match="there already"):
        back_up(house, keys, backup)
    with pytest.raises(InputError, match="no sealed file"):
        put_back(house, keys, tmp_path / "nowhere")
    with pytest.raises(InputError, match="lies in the data folder"):
        back_up_keys(house, keys, house.data_dir / "keys")


def test_the_wrong_tombstone_key_is_refused(house: Settings) -> None:
    load(house, PUPILS[:3])
    keys = key_folder(house)
    keys.file("tombstone").unlink()
    keys.create("tombstone")
    with pytest.raises(WrongKey, match="marked with another key"):
        load(house, PUPILS[:3])
    with pytest.raises(WrongKey):
        leave(house, PUPILS[0])
    assert talks(house) == 3


def test_a_lost_journal_is_noticed_and_its_key_changes_with_the_stores(house: Settings) -> None:
    from warehouse.sealed.rotation import rotate_sealed

    load(house, PUPILS[:3])
    leave(house, PUPILS[0])
    rotate_sealed("elsa", house, key_folder(house))
    leave(house, PUPILS[1])
    assert talks(house) == 1 and seal_path(house.withdrawals).exists()
    house.withdrawals.unlink()
    path = house.data_dir.parent / "list.txt"
    path.write_text(f"personnummer\n{PUPILS[2]}\n")
    with pytest.raises(SealBroken, match="is gone"):
        withdraw(path, house, date(2024, 5, 1), sender="region")
    assert talks(house) == 1 and path.exists()
