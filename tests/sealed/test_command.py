"""`jamlik key`: what it makes, changes and finds wrong."""

from pathlib import Path

import pytest

from ingestion.delivered.store import open_store, read_store
from orchestration.cli import main
from warehouse.settings import load_settings


def test_keys_are_made_checked_and_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    keys = tmp_path / "keys"
    variables = {"JAMLIK_DATA_DIR": str(tmp_path / "data"), "JAMLIK_KEY_DIR": str(keys)}
    for name, value in {**variables, "SURVEYS": "delivered"}.items():
        monkeypatch.setenv(name, value)
    assert main(["key", "check"]) == 1
    assert "is not there" in capsys.readouterr().out
    assert main(["key", "create"]) == 0
    assert "7 keys made" in capsys.readouterr().out
    house = load_settings()
    for source in ("hlv", "elsa"):
        with open_store(source, house):
            pass
    before = {path.name: path.read_bytes() for path in keys.iterdir()}
    assert main(["key", "rotate"]) == 2
    assert main(["key", "rotate", "sealed_hlv"]) == main(["key", "rotate", "pseudonym"]) == 0
    after = {path.name: path.read_bytes() for path in keys.iterdir()}
    assert set(after) - set(before) == {"pseudonym.2.key"}
    assert {name for name in before if before[name] != after[name]} == {"sealed_hlv.key"}
    assert main(["key", "check"]) == 0
    with read_store("hlv", house) as con:
        assert con.execute("select count(*) from raw_hlv.load").fetchone() == (0,)
    (keys / "sealed_hlv.key").write_bytes(before["sealed_hlv.key"])
    (keys / "tombstone.key").chmod(0o644)
    capsys.readouterr()
    assert main(["key", "check"]) == 1
    told = capsys.readouterr().out
    assert "another key than sealed_hlv" in told and "mode is 0644" in told
    assert not [one for one in after.values() if one.decode().strip() in told]
