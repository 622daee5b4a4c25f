"""What real exports get wrong, and a withdrawal that nobody can tell was for a stranger."""

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from ingestion.delivered.reading import FileRejected
from ingestion.elsa import reasons as why
from ingestion.elsa.inbox import report
from ingestion.elsa.load import take_file
from orchestration.cli import main
from tests.elsa.exports import number, row, write
from tests.elsa.store import select, take
from tests.support import PROJECT_ROOT
from warehouse.sealed.seal import read_seal
from warehouse.settings import Settings, load_settings

PUPILS = [number("20130505", serial) for serial in range(100, 140)]
NAME = "Åsa Ömanström"


@pytest.mark.parametrize(
    "written",
    [
        pytest.param(PUPILS[0][:-1] + str((int(PUPILS[0][-1]) + 1) % 10), id="check digit"),
        pytest.param(number("20130230", 123), id="30 February"),
        pytest.param(number("20131305", 123), id="month 13"),
        pytest.param(number("20130500", 123), id="day 0"),
        pytest.param(number("20231106", 123), id="born the day after the visit"),
        pytest.param(number("20990101", 123), id="born in 2099"),
        pytest.param(NAME, id="a name in the column of numbers"),
        pytest.param("2013-05-05", id="a date"),
    ],
)
def test_what_is_no_number_is_left_out_by_its_place_alone(house: Settings, written: str) -> None:
    path = write(house.data_dir.parent / "f.csv", [row(), row(personnummer=written)], "cp1252")
    result = take_file(path, house)
    assert (result.rows_kept, result.reasons) == (1, {why.NO_NUMBER: 1})
    found = select(house, "from rejection")
    assert [one[1:5] for one in found] == [(3, "personnummer", None, why.NO_NUMBER)]
    assert written not in str(found) + report(result) + str(result)


def test_swapped_columns_are_no_talks(house: Settings) -> None:
    rows = [
        {**row(), "personnummer": f"{NAME} {at}", "namn": pupil} for at, pupil in enumerate(PUPILS)
    ]
    path = write(house.data_dir.parent / "f.csv", rows, "cp1252")
    with pytest.raises(FileRejected, match="40 of 40 talks") as found:
        take_file(path, house)
    assert NAME not in str(found.value) and PUPILS[0] not in str(found.value)
    assert select(house, "select count(*) from respondent") == [(0,)] and path.exists()


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ({"samtyckesdatum": "2023-11-06"}, {"consents": {why.LATE_CONSENT: 1}}),
        ({"personnummer": PUPILS[0], "vikt_kg": "36"}, {"reasons": {why.SAME_DAY: 1}}),
        ({"langd_cm": "1,41"}, {"reasons": {why.IN_METRES: 1}}),
        ({"vikt_kg": "35200"}, {"reasons": {why.IN_GRAMS: 1}}),
        ({"arskurs": "GY1"}, {"reasons": {why.OTHER_AGE: 1}}),
        ({"besoksdatum": "2023-11-31"}, {"reasons": {why.BAD_VISIT: 1}}),
    ],
)
def test_one_thing_wrong_is_one_reason(
    house: Settings, cells: dict[str, str], told: dict[str, dict[str, int]]
) -> None:
    good = [row(personnummer=one) for one in PUPILS[:3]]
    result = take(house, [*good, row(**{"personnummer": PUPILS[9], **cells})])
    expected = {"consents": {}, "reasons": {}, **told}
    assert {name: getattr(result, name) for name in expected} == expected


def test_nobody_can_tell_a_withdrawal_for_a_stranger(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same outputs and the same files, by a list and by an export."""
    monkeypatch.setenv("SURVEYS", "delivered")
    leaving = {"known": PUPILS[0], "stranger": number("20130505", 777)}
    told = {}
    for who, pupil in leaving.items():
        house = load_settings(data_dir=tmp_path / who, surveys="delivered")
        monkeypatch.setenv("JAMLIK_DATA_DIR", str(house.data_dir))
        take(house, [row(personnummer=one) for one in PUPILS[:30]])
        path = tmp_path / "list.txt"
        path.write_text(f"personnummer\n{pupil}\n")
        assert main(["ingest", "elsa", "--withdrawn", str(path)]) == 0
        files = {path.name for path in house.data_dir.rglob("*")}
        by_list = (capsys.readouterr(), files, _state(house))
        again = row(personnummer=pupil, samtycke="ater", samtyckesdatum="2024-02-01")
        by_export = report(take(house, [again])).replace(_only_id(house), "ID")
        told[who] = (by_list, by_export, _state(house))
    assert told["known"] == told["stranger"]
    assert "1 x consent was withdrawn" in told["known"][1]


def _state(house: Settings) -> list[int]:
    paths = (house.paths.restricted("elsa", "delivered"), house.withdrawals)
    return [entry.generation for path in paths for entry in read_seal(path)]


def _only_id(house: Settings) -> str:
    return select(house, "select file_id from load order by loaded_at desc limit 1")[0][0]


def test_a_full_disk_leaves_the_old_state(house: Settings) -> None:
    take(house, [row()])
    before = house.paths.restricted("elsa", "delivered").read_bytes()
    pupils = [number(f"2013{m:02}{d:02}", s) for m in range(1, 13) for d in range(1, 29)
              for s in range(100, 140)]  # fmt: skip
    path = write(house.data_dir.parent / "large.csv", [row(personnummer=one) for one in pupils])
    limit = len(before) + 300_000
    done = subprocess.run(
        [sys.executable, "-m", "orchestration.cli", "ingest", "elsa", str(path)],
        cwd=PROJECT_ROOT,
        env={**os.environ, "JAMLIK_DATA_DIR": str(house.data_dir), "SURVEYS": "delivered"},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1 and "Nothing of the file was stored" in done.stderr
    assert not [one for one in pupils[:50] if one in done.stderr + done.stdout]
    store = house.paths.restricted("elsa", "delivered")
    assert store.read_bytes() == before and path.exists()
    assert not list(store.parent.glob(".*"))
    assert select(house, "select count(*) from respondent") == [(1,)]
    assert take_file(path, house).rows_kept == len(pupils)
