"""`jamlik doctor` on keys: which are there, whether they fit, and never what they are."""

from pathlib import Path

import pytest

from ingestion.elsa.load import take_file
from orchestration.cli import main
from tests.elsa.exports import row, write
from warehouse.settings import load_settings


def test_doctor_tells_the_state_of_keys_and_never_a_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    keys = tmp_path / "keys"
    variables = {"JAMLIK_DATA_DIR": str(tmp_path / "data"), "JAMLIK_KEY_DIR": str(keys)}
    for name, value in {**variables, "SURVEYS": "delivered"}.items():
        monkeypatch.setenv(name, value)
    said = []

    def doctor() -> list[str]:
        assert main(["doctor"]) == 0
        said.append(capsys.readouterr().out)
        lines = [line.strip() for line in said[-1].splitlines()]
        return lines[lines.index("Keys") + 1 : lines.index("Locks") - 1]

    assert doctor() == [f"{keys} is not there: `jamlik key create` makes it"]
    assert main(["key", "create"]) == 0
    house = load_settings()
    take_file(write(tmp_path / "f.csv", [row()]), house)
    contents = {path: path.read_text() for path in keys.iterdir()}
    good = doctor()
    assert good[0] == f"{keys}, mode 0700, keys of delivered data" and len(good) == 1 + 7 + 1 + 3
    assert sum("mode 0600, check value" in line for line in good) == 7
    assert sum(line.endswith(("fits", "store remembers")) for line in good) == 4
    (keys / "delivery.key").unlink()
    (keys / "pseudonym.1.key").write_text(contents[keys / "tombstone.key"])
    (keys / "tombstone.key").write_text(contents[keys / "pseudonym.1.key"])
    (keys / "sealed_hlv.key").chmod(0o644)
    bad = "\n".join(doctor())
    assert "delivery: MISSING" in bad and "sealed_hlv: mode 0644, CANNOT BE USED" in bad
    assert "elsa: The key delivery is not in" in bad
    (keys / "delivery.key").write_text(contents[keys / "sealed_lupp.key"])
    (keys / "delivery.key").chmod(0o600)
    worse = "\n".join(doctor())
    for name in ("delivery", "pseudonym", "tombstone"):
        assert f"elsa: key {name} DOES NOT FIT" in worse
    (keys / "sealed_elsa.key").write_text(contents[keys / "sealed_lupp.key"])
    assert "elsa_delivered.duckdb: state" in (worst := "\n".join(doctor()))
    assert "DOES NOT FIT" in worst and "another key than sealed_elsa" in worst
    for text in said:
        assert not [one for one in contents.values() if one.strip() in text]
