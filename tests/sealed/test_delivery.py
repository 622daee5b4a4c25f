"""Hashes of delivered files: keyed for every source, and a store with plain ones is refused."""

import hashlib
from pathlib import Path

import duckdb
import pytest

from ingestion.delivered.dbt_plugin import Plugin
from ingestion.delivered.load import load_file
from ingestion.delivered.store import open_store, read_store
from ingestion.elsa.load import take_file
from tests.elsa.exports import row, write
from warehouse.sealed.command import create_missing
from warehouse.sealed.delivery import delivery_hash
from warehouse.sealed.errors import OldStore
from warehouse.sealed.keys import key_folder
from warehouse.settings import Settings, load_settings

LUPP = (
    "lopnr;ar;skolform;arskurs;boendekommun;kon;f15\n1;2021;HS;8;2080;1;1\n2;2021;HS;8;2080;2;2\n"
)


@pytest.fixture
def house(tmp_path: Path) -> Settings:
    found = load_settings(
        data_dir=tmp_path / "data", surveys="delivered", key_dir=tmp_path / "keys"
    )
    create_missing(found, key_folder(found))
    return found


def books(house: Settings, source: str) -> list[tuple[str, str]]:
    with read_store(source, house) as con:
        return con.execute(f"select file_id, sha256 from {source}.raw_{source}.load").fetchall()


def test_every_source_keeps_keyed_hashes_only(house: Settings, tmp_path: Path) -> None:
    lupp = tmp_path / "lupp.csv"
    lupp.write_text(LUPP)
    talks = write(tmp_path / "elsa.csv", [row()])
    plain = {hashlib.sha256(one.read_bytes()).hexdigest() for one in (lupp, talks)}
    keyed = {
        source: delivery_hash(one, source, key_folder(house))
        for source, one in (("lupp", lupp), ("elsa", talks))
    }
    load_file(lupp, "lupp", house)
    take_file(talks, house)
    for source, digest in keyed.items():
        # Of an export of talks the id is enough; the whole hash is not kept.
        kept = None if source == "elsa" else digest
        assert books(house, source) == [(digest[:16], kept)] and digest not in plain
    # One file is not the same file to two sources.
    assert delivery_hash(lupp, "elsa", key_folder(house)) != keyed["lupp"]


def test_under_another_key_a_file_is_not_recognised_and_replaces_itself(
    house: Settings, tmp_path: Path
) -> None:
    path = tmp_path / "lupp.csv"
    path.write_text(LUPP)
    assert [load_file(path, "lupp", house).status for _ in range(2)] == ["loaded", "unchanged"]
    keys = key_folder(house)
    keys.file("delivery").unlink()
    keys.create("delivery")
    again = load_file(path, "lupp", house)
    assert again.status == "loaded" and len(again.replaced) == 1
    with read_store("lupp", house) as con:
        assert con.execute("select count(*) from lupp.raw_lupp.respondent").fetchone() == (2,)


@pytest.mark.parametrize("source", ["hlv", "lupp", "elsa"])
def test_a_store_with_plain_hashes_is_refused_everywhere(house: Settings, source: str) -> None:
    with open_store(source, house) as con:
        con.execute("drop table delivery_key")
    with pytest.raises(OldStore, match=f"store of {source} was made before"):
        open_store(source, house).__enter__()
    with pytest.raises(OldStore), read_store(source, house):
        pass
    plugin = Plugin.__new__(Plugin)
    plugin.initialize({"stores": {source: house.paths.restricted(source, "delivered")}})
    with pytest.MonkeyPatch.context() as patch, duckdb.connect() as con:
        patch.setenv("JAMLIK_KEY_DIR", str(house.key_dir))
        with pytest.raises(OldStore):
            plugin.configure_connection(con)
