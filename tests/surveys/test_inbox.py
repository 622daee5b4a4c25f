"""The inbox as an operator meets it: the sensor, the command line, corrected files."""

import shutil
import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest

from ingestion.delivered import store
from ingestion.delivered.inbox import take
from orchestration import cli
from orchestration.sensors import survey_inbox
from tests.support import PROJECT_ROOT
from warehouse.sealed.store import remove_sealed
from warehouse.settings import Settings, load_settings

HEADER = "lopnr;argang;kon;ukommun;kalvikt;stress"
ROWS = [f"{n};2021;{1 + n % 2};{2080 + n % 3};1,5;{n % 2}" for n in range(1, 13)]


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("JAMLIK_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("SURVEYS", "delivered")
    settings = load_settings()
    for source in ("hlv", "lupp"):
        settings.paths.inbox(source).mkdir(parents=True)
    return settings


def write(path: Path, *rows: str, header: str = HEADER) -> Path:
    path.write_text("\n".join((header, *rows)) + "\n", encoding="utf-8")
    return path


def tick(cursor: str | None) -> tuple[list[dg.RunRequest], str | None]:
    context = dg.build_sensor_context(cursor=cursor)
    found = survey_inbox(context)
    assert isinstance(found, dg.SensorResult)
    return list(found.run_requests or []), found.cursor


def test_many_files_are_one_run_once_they_have_stopped_growing(house: Settings) -> None:
    assert tick(None) == ([], "")
    for number in range(20):
        write(house.paths.inbox("hlv") / f"{number}.csv", *ROWS)
    write(house.paths.inbox("lupp") / "a.csv", *ROWS)
    requests, cursor = tick("")
    assert requests == []
    with (house.paths.inbox("lupp") / "a.csv").open("a") as file:
        file.write("more\n")
    requests, cursor = tick(cursor)
    assert requests == [], "one still grows"
    [request], after = tick(cursor)
    assert request.run_key == after == cursor
    # Dagster starts no second run for the same key while the first has not emptied the inbox.
    assert [one.run_key for one in tick(after)[0]] == [request.run_key]
    shutil.rmtree(house.paths.inbox("hlv"))
    (house.paths.inbox("lupp") / "a.csv").unlink()
    assert tick(after) == ([], "")


@pytest.mark.parametrize("inbox", ["elsa", "withdrawals"])
def test_every_inbox_is_looked_into(house: Settings, inbox: str) -> None:
    house.paths.inbox(inbox).mkdir(parents=True)
    write(house.paths.inbox(inbox) / "a.csv", *ROWS)
    _, cursor = tick("")
    assert len(tick(cursor)[0]) == 1


def test_the_sensor_tells_no_names_and_looks_at_tables_only(house: Settings) -> None:
    inbox = house.paths.inbox("hlv")
    for name in (".half.csv", "~$lock.xlsx", "readme.md", "done.report.txt.bak"):
        (inbox / name).write_text("x", encoding="utf-8")
    assert tick(None) == ([], "")
    write(inbox / "Karin Åström.csv", *ROWS)
    _, cursor = tick(None)
    assert cursor and len(cursor) == 64
    # Whoever tries names cannot tell which it was.
    (inbox / "Karin Åström.csv").rename(inbox / "a.csv")
    assert tick(None)[1] == cursor
    write(inbox / "a.csv", *ROWS, ROWS[0])
    assert tick(cursor) == ([], tick(None)[1]) != ([], cursor)


def test_with_generated_surveys_the_inbox_is_left_alone(
    house: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(house.paths.inbox("hlv") / "a.csv", *ROWS)
    monkeypatch.setenv("SURVEYS", "demo")
    assert isinstance(survey_inbox(dg.build_sensor_context()), dg.SkipReason)


def test_a_corrected_file_replaces_the_one_before_it(house: Settings) -> None:
    inbox = house.paths.inbox("hlv")
    write(inbox / "hlv.csv", *ROWS)
    assert [one.result.status for one in take("hlv", house, settle=0)] == ["loaded"]
    # Corrected: a municipality that was wrong is another one now, and a row is gone.
    write(inbox / "hlv.csv", *(row.replace(";2082;", ";2083;") for row in ROWS[:-1]))
    [taken] = take("hlv", house, settle=0)
    assert len(taken.result.replaced) == 1
    assert rows_of(house) == [("2080", 3), ("2081", 4), ("2083", 4)]
    reports = sorted(path.name for path in (inbox / "done").iterdir())
    assert reports == ["hlv.2.csv", "hlv.2.csv.report.txt", "hlv.csv", "hlv.csv.report.txt"]
    text = (inbox / "done" / "hlv.2.csv.report.txt").read_text(encoding="utf-8")
    assert "It replaces what an earlier file held" in text


def test_a_file_that_proves_wrong_halfway_holds_up_no_other(house: Settings) -> None:
    inbox = house.paths.inbox("hlv")
    write(inbox / "a.csv")
    write(inbox / "b.csv", *ROWS)
    first, second = take("hlv", house, settle=0)
    assert (first.result.status, second.result.status) == ("rejected", "loaded")
    assert "no rows below the header" in (first.result.message or "")


def test_a_file_that_shares_people_with_another_says_so(house: Settings) -> None:
    """Two files with one municipality in common may both be right; the sender must know."""
    inbox = house.paths.inbox("hlv")
    write(inbox / "a.csv", *(row for row in ROWS if ";2080;" in row or ";2081;" in row))
    write(inbox / "b.csv", *(row for row in ROWS if ";2081;" in row or ";2082;" in row))
    first, second = take("hlv", house, settle=0)
    assert not first.result.overlaps and second.result.overlaps == ["a.csv"]
    text = (inbox / "done" / "b.csv.report.txt").read_text(encoding="utf-8")
    assert "a.csv" in text and "counted twice" in text


def rows_of(house: Settings) -> list[tuple]:
    with store.open_store("hlv", house) as con:
        return con.execute(
            "select area_id, count(*) from respondent group by 1 order by 1"
        ).fetchall()


def test_ingest_from_the_terminal(
    house: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = write(tmp_path / "hlv.csv", *ROWS)
    assert cli.main(["ingest", "hlv", str(good), "--codebook", "hlv_microdata"]) == 0
    out, err = capsys.readouterr()
    assert "Loaded: 12 of 12 rows (2021)" in out and not err
    assert cli.main(["ingest", "hlv", str(good)]) == 0
    assert "nothing has changed" in capsys.readouterr().out
    bad = write(tmp_path / "bad.csv", "Karin;1", header="namn;stress")
    assert cli.main(["ingest", "hlv", str(bad)]) != 0
    out, err = capsys.readouterr()
    assert "bad.csv" in err and "column round is missing" in err and "Karin" not in out + err
    for arguments, said in (
        (["ingest", "hlv", str(good), "--codebook", "atlantis"], "there is no codebook atlantis"),
        (["ingest", "hlv", str(tmp_path / "no.csv")], "there is no such file"),
        (["ingest", "hlv", str(good), "--codebook", str(tmp_path / "no.yml")], "no.yml"),
    ):
        remove_sealed(house.paths.restricted("hlv", "delivered"))
        assert cli.main(arguments) != 0
        err = capsys.readouterr().err
        assert said in err and "Traceback" not in err, err


def test_real_files_never_enter_the_store_of_generated_ones(
    house: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("SURVEYS", "demo")
    assert cli.main(["ingest", "hlv", str(write(tmp_path / "hlv.csv", *ROWS))]) == 0
    assert "SURVEYS=delivered" in capsys.readouterr().out
    assert not house.paths.restricted("hlv", "demo").exists()
    with store.read_store("hlv", house) as con:
        told = con.execute("select distinct is_demonstration from raw_hlv.load").fetchall()
    assert told == [(False,)]


def test_ingest_while_another_process_writes_says_so(
    house: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("JAMLIK_LOCK_TIMEOUT", "1")
    good = write(tmp_path / "hlv.csv", *ROWS)
    with store.open_store("hlv", house):
        pass
    code = (
        "import sys; from ingestion.delivered.store import open_store; "
        "from warehouse.settings import load_settings\n"
        "with open_store('hlv', load_settings()): print('held', flush=True); sys.stdin.read()"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=PROJECT_ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert child.stdout and child.stdout.readline() == "held\n"
        assert cli.main(["ingest", "hlv", str(good)]) == 1
    finally:
        child.communicate()
    err = capsys.readouterr().err
    assert f"held by process {child.pid}" in err and "Traceback" not in err
