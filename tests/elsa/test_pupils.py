"""Numbers of pupils: read whole or not at all; and what tells that the marts must be made anew."""

from datetime import date
from pathlib import Path

import pytest

from ingestion.delivered.reading import FileRejected
from ingestion.delivered.state import survey_state
from ingestion.delivered.store import read_store
from ingestion.elsa.inbox import report, take_inbox
from ingestion.elsa.load import take_file as take
from ingestion.elsa.withdrawal import withdraw
from tests.elsa.exports import number, row, write
from warehouse.settings import Settings, load_settings

ENTRY = "  - {{round: 2023, grade: {grade}, municipality: {area}, pupils: {pupils}}}\n"


@pytest.fixture
def house(tmp_path: Path) -> Settings:
    return load_settings(data_dir=tmp_path / "data", surveys="delivered")


def entry(grade: str = "4", area: str = "Falun", pupils: object = 100) -> str:
    return ENTRY.format(grade=grade, area=area, pupils=pupils)


def written(folder: Path, *entries: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "pupils.yml"
    path.write_text("pupils:\n" + "".join(entries), encoding="utf-8")
    return path


def stored(house: Settings) -> list[tuple]:
    with read_store("elsa", house) as con:
        return con.execute(
            "select round, area_id, grade, pupils from raw_elsa.grade_size order by all"
        ).fetchall()


def test_a_later_number_of_the_same_grade_replaces_the_earlier(
    tmp_path: Path, house: Settings
) -> None:
    result = take(written(tmp_path, entry(), entry("F"), entry("GY1", "2062", 7)), house)
    assert (result.status, result.rows_kept) == ("loaded", 3)
    assert report(result).startswith(f"File {result.file_id}: 3 of 3 numbers of pupils taken.")
    take(written(tmp_path, entry(pupils=101)), house)
    assert stored(house) == [
        (2023, "2062", "GY1", 7),
        (2023, "2080", "4", 101),
        (2023, "2080", "F", 100),
    ]
    assert not (tmp_path / "pupils.yml").exists()


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ([entry("5")], "line 2: Input should be 'F', '2', '4', '7', '8' or 'GY1'"),
        ([entry(), entry(area="Atlantis")], "line 3: no municipality has this code or name"),
        ([entry(), entry(area="2080")], "line 3: it stands there a second time"),
        ([entry(area="0180")], "line 2: outside the region 20"),
        ([entry(pupils=-1)], "line 2: Input should be greater than or equal to 0"),
        (["  pupils: 1\n"], "no list called pupils"),
        (["\t- x\n"], "no YAML"),
    ],
)
def test_a_wrong_line_is_named_and_nothing_is_taken(
    tmp_path: Path, house: Settings, entries: list[str], said: str
) -> None:
    with pytest.raises(FileRejected, match=said):
        take(written(tmp_path, *entries), house)
    assert stored(house) == []


def test_the_inbox_takes_them_beside_exports(house: Settings) -> None:
    inbox = house.paths.inbox("elsa")
    written(inbox, entry())
    write(inbox / "export.csv", [row()])
    talks, sizes = take_inbox(house, settle=0)
    assert (talks.kind, sizes.kind) == ("microdata", "rounds")
    assert stored(house) == [(2023, "2080", "4", 100)]
    left = {path.name for path in inbox.rglob("*") if path.is_file()}
    assert left == {f"{one.file_id}.report.txt" for one in (talks, sizes)}
    written(inbox, entry("5"))
    [wrong] = take_inbox(house, settle=0)
    assert wrong.status == "rejected" and "line 2" in str(wrong.message)


def test_marts_are_made_anew_after_talks_come_or_go(tmp_path: Path, house: Settings) -> None:
    states = [survey_state(house)]
    numbers = [number("20130505", serial) for serial in (100, 102)]
    take(write(tmp_path / "a.csv", [row(personnummer=one) for one in numbers]), house)
    states.append(survey_state(house))
    (tmp_path / "list").write_text(f"personnummer\n{numbers[0]}\n")
    assert withdraw(tmp_path / "list", house, date(2024, 1, 1), sender="region") == 1
    states.append(survey_state(house))
    take(written(tmp_path, entry()), house)
    states.append(survey_state(house))
    assert states[0] == "" and len(set(states)) == 4
    (tmp_path / "list").write_text(f"personnummer\n{number('20120101', 100)}\n")
    withdraw(tmp_path / "list", house, date(2024, 1, 1), sender="region")
    assert survey_state(house) == states[-1], "nobody of the store withdrew"
