"""`jamlik explain-hidden` and `jamlik compare-disclosure`, as they are typed."""

import shutil
from pathlib import Path

import pytest

from orchestration.cli import main
from tests.publish.support import make_build, query, settings_for
from warehouse.disclosure.configuration import DEFAULT
from warehouse.disclosure.explain import IN_WORDS
from warehouse.settings import Settings

ROW = ["--round", "2024", "--item", "lupp_sleep"]


@pytest.fixture
def house(people: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("JAMLIK_DATA_DIR", str(people.paths.root))
    return people


def hidden_rows(house: Settings) -> list[tuple]:
    return query(
        house.paths.published / "jamlik.duckdb",
        "select area_id, gender, grade from survey.estimate where is_suppressed "
        "and item_id = 'lupp_sleep' and birth_country = 'all' order by all",
    )


def test_every_hidden_row_has_a_reason(house: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    rows = hidden_rows(house)
    reasons = set()
    for area, gender, grade in [*rows[:3], *rows[-3:]]:
        where = ["--where", f"gender={gender}", "--where", f"grade={grade}"]
        assert main(["explain-hidden", "survey.estimate", "--area", area, *ROW, *where]) == 0
        lines = capsys.readouterr().out.splitlines()
        columns = [line.partition(", ")[2].partition(": ")[0] for line in lines]
        assert columns[:2] == ["n", "n_yes"] and lines[0].startswith("lupp_grade 2024 hs, ")
        found = {line.partition(", ")[2].split(": ")[1].rstrip(".") for line in lines}
        assert found & {*IN_WORDS} - {"open"}
        reasons |= found
    assert {"primary", "secondary"} <= reasons


def test_what_waits(house: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain-hidden", "--waiting"]) == 0
    assert capsys.readouterr().out == "No revision waits.\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "Give a mart, --area and --round; or --waiting"),
        (["survey.secrets", "--area", "2021", *ROW], "survey.secrets has no cells of its own"),
        (
            ["survey.difference", "--area", "2021", *ROW],
            "survey.difference has no cells of its own",
        ),
        (["survey.estimate", "--area", "9999", *ROW], "No release has such a cell"),
        (["survey.estimate", "--area", "2021", "--round", "2024"], "No release has such a cell"),
        (["survey.estimate", "--area", "2021", *ROW, "--where", "shoe=42"], "no column shoe"),
    ],
)
def test_questions_that_have_no_answer(
    house: Settings, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    assert main(["explain-hidden", *arguments]) == 2
    said = capsys.readouterr()
    assert words in said.err and said.out == ""


def test_without_the_sealed_side(
    house: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A folder of published files tells nothing; neither does a ledger without its key."""
    command = ["explain-hidden", "survey.estimate", "--area", "2021", *ROW]
    monkeypatch.setenv("JAMLIK_DATA_DIR", str(tmp_path / "published"))
    shutil.copytree(house.paths.published, tmp_path / "published/published", symlinks=True)
    assert main(command) == 2
    assert "There is no ledger" in capsys.readouterr().err
    shutil.copytree(house.paths.root, tmp_path / "keyless", symlinks=True)
    shutil.rmtree(settings_for(tmp_path / "keyless").paths.keys_demo)
    monkeypatch.setenv("JAMLIK_DATA_DIR", str(tmp_path / "keyless"))
    assert main(command) == 1
    said = capsys.readouterr()
    assert "key" in said.err and said.out == ""


def test_alternatives_stand_side_by_side(
    house: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    releases = sorted(path.name for path in house.paths.releases.iterdir())
    assert main(["compare-disclosure", "--threshold", "12", "--without-table", "lupp_birth"]) == 0
    now, instead = capsys.readouterr().out.split("instead\n")
    assert now.startswith("as disclosure.yml says\n")
    rows = [
        {line.split()[0]: line.split()[1:] for line in one.splitlines()} for one in (now, instead)
    ]
    assert "lupp_birth" in rows[0] and "lupp_birth" not in rows[1]
    assert float(rows[0]["lupp_grade"][2]) > float(rows[1]["lupp_grade"][2])
    assert rows[0]["lupp_grade"][1] == rows[1]["lupp_grade"][1]
    once, twice = ["--merge", "grade=8,9"], ["--merge", "grade=9,8"]
    merged = []
    for merges in (once, [*once, *twice]):
        assert main(["compare-disclosure", *merges]) == 0
        merged.append(capsys.readouterr().out.split("instead\n")[1].splitlines())
    assert merged[0] == merged[1]
    assert int(merged[0][1].split()[2]) < int(rows[0]["lupp_grade"][1])
    assert releases == sorted(path.name for path in house.paths.releases.iterdir())


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--without-table", "lupp_age"], "There is no table lupp_age"),
        (["--threshold", "1"], "A threshold below 2"),
        (["--merge", "shoe=8,9"], "No table is split by shoe"),
        (["--merge", "grade"], "are not two or more categories of grade"),
        (["--merge", "grade=8,10"], "8,10 are not two or more categories of grade"),
        (["--source", "elsa"], "The build has no answers in a table"),
    ],
)
def test_alternatives_that_cannot_be(
    house: Settings, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    assert main(["compare-disclosure", *arguments]) == 2
    assert words in capsys.readouterr().err


def test_nothing_to_compare(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = settings_for(tmp_path)
    monkeypatch.setenv("JAMLIK_DATA_DIR", str(tmp_path))
    assert main(["compare-disclosure"]) == 2
    assert "There is no build file" in capsys.readouterr().err
    make_build(settings)
    assert main(["compare-disclosure"]) == 2
    assert "The build has no answers" in capsys.readouterr().err
    own = tmp_path / "own.yml"
    own.write_text(DEFAULT.read_text(encoding="utf-8").replace("threshold: 5", "threshold: 1", 1))
    monkeypatch.setenv("JAMLIK_DISCLOSURE", str(own))
    assert main(["compare-disclosure"]) == 2
    assert "sources.hlv.threshold is missing, or below 2" in capsys.readouterr().err
