"""Old rows: removed, the file written anew, written down; and again nothing."""

from datetime import date
from pathlib import Path

import pytest

from ingestion.delivered.retention import remove_old
from ingestion.delivered.store import open_store, read_store
from ingestion.elsa.load import take_file
from orchestration.cli import main
from orchestration.definitions import defs
from tests.elsa.exports import number, row, write
from warehouse.errors import SettingsError
from warehouse.sealed.seal import read_seal
from warehouse.settings import Settings, load_settings


@pytest.fixture
def house(tmp_path: Path) -> Settings:
    settings = load_settings(
        data_dir=tmp_path / "data", surveys="delivered", retention="elsa=2, hlv=10"
    )
    visits = {"2020-11-05": ("2020/2021", "2020-08-20"), "2021-10-31": ("2021/2022", "2021-08-20")}
    rows = [row()]
    for at, (visit, (year, consent)) in enumerate(visits.items()):
        cells = {"besoksdatum": visit, "lasar": year, "samtyckesdatum": consent, "sp01": "1"}
        rows.append(row(personnummer=number("20100505", 200 + at), **cells))
    assert take_file(write(tmp_path / "f.csv", rows), settings).rows_kept == 3
    with open_store("hlv", settings) as con:
        for year in (2012, 2013):
            con.execute(
                "insert into respondent (file_id, row_number, round) values ('f', ?, ?)",
                [year, year],
            )
    return settings


def select(house: Settings, sql: str, source: str = "elsa") -> list[tuple]:
    with read_store(source, house) as con:
        con.execute(f"use {source}.raw_{source}")
        return con.execute(sql).fetchall()


def state(house: Settings) -> list:
    return [read_seal(house.paths.restricted(one, "delivered")) for one in ("elsa", "hlv")]


def test_what_is_too_old_goes_once(house: Settings) -> None:
    build = house.paths.build.with_suffix(".made-from.json")
    build.parent.mkdir(parents=True)
    build.write_text("{}")
    on = date(2023, 10, 15)
    before = house.paths.restricted("elsa", "delivered").read_bytes()
    assert remove_old(house, on) == {"elsa": 1, "hlv": 1}
    # October 2021 is not yet two years back as a whole.
    months = select(house, "select visit_month from respondent order by 1")
    assert months == [("2021-10",), ("2023-11",)]
    assert select(house, "select round from respondent", "hlv") == [(2013,)]
    assert select(house, "select distinct n_answers from file_item where n_answers > 0") == [(2,)]
    book = "select reason, persons, n_rows, rule from removal"
    assert select(house, book) == [("retention", None, 1, "2 years: before 2021-10")]
    assert not build.exists() and house.paths.restricted("elsa", "delivered").read_bytes() != before
    once = state(house)
    assert remove_old(house, on) == {"elsa": 0, "hlv": 0} and state(house) == once
    assert remove_old(house, date(2023, 11, 1)) == {"elsa": 1, "hlv": 0}


def test_the_command_and_the_job(
    house: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("JAMLIK_DATA_DIR", str(house.data_dir))
    monkeypatch.setenv("SURVEYS", "delivered")
    assert main(["retention"]) == 0 and "is not set" in capsys.readouterr().out
    monkeypatch.setenv("JAMLIK_RETENTION", "elsa=4")
    assert defs.resolve_job_def("retention").execute_in_process().success
    assert len(select(house, "from respondent")) < 3
    assert main(["retention"]) == 0
    assert "elsa: 0 rows older than 4 years removed" in capsys.readouterr().out
    schedule = defs.resolve_schedule_def("retention_monthly")
    assert (schedule.job_name, schedule.execution_timezone) == ("retention", "Europe/Stockholm")


@pytest.mark.parametrize("wrong", ["elsa", "elsa=0", "kolada=3", "elsa=3,elsa=4", "elsa=-1"])
def test_years_that_mean_nothing_are_refused(wrong: str) -> None:
    with pytest.raises(SettingsError, match="Setting retention"):
        load_settings(retention=wrong)
