"""Releases that the attack refuses, and with which words."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.disclosure.release import BY_AGE, COUNTY, Release, rules_of
from tests.disclosure.test_release_canaries import COUNTS, SQUARE, attack, tiny
from warehouse.attack.__main__ import main

HIDDEN = "where area_id = '2021' and gender = 'K'"
DIFFERENCE = (
    "create table survey.difference as select source, round, survey, basis, item_id, area_id, "
    "gender, age_group, education, 'county' as benchmark, round as benchmark_round, n, share_pct, "
    "1.5 as difference_pct, case when is_suppressed then 'not testable' else 'better' end as "
    f"verdict from survey.estimate where area_id <> '{COUNTY}'"
)
GRADIENT = (
    "create table survey.gradient as select distinct source, round, survey, basis, item_id, "
    "area_id, gender, 'age_group' as dimension, 'sii' as measure, 3.5 as estimate "
    "from survey.estimate"
)
COMPARISON = (
    "create table survey.source_comparison as select survey, item_id, area_id, gender, "
    "round as year_end, 'answers' as version, 'kolada' as other_version, share_pct, "
    "20.5 as other_share_pct from survey.estimate"
)


def refused(release: Release, folder: Path, capsys: pytest.CaptureFixture[str], *after: str) -> str:
    assert main([str(release.write(folder, *after))]) == 2
    return capsys.readouterr().err


@pytest.fixture
def safe() -> Release:
    return tiny(COUNTS, hidden=SQUARE)


@pytest.mark.parametrize(
    ("left", "words"),
    [
        ("n_yes = 4", "area_id 2021, gender K: a hidden cell still has its count"),
        ("share_pct = 11.8", "survey.estimate: share_pct is left in rows of hidden cells"),
        ("ci_lower_pct = 4", "survey.estimate: ci_lower_pct is left in rows of hidden cells"),
        ("ci_method = 'clopper_pearson_kish'", "survey.estimate: ci_method is left"),
        ("is_suppressed = false", "a count is missing, not hidden"),
    ],
)
def test_something_left_beside_a_hidden_cell(
    safe: Release, tmp_path: Path, capsys: pytest.CaptureFixture[str], left: str, words: str
) -> None:
    error = refused(safe, tmp_path, capsys, f"update survey.estimate set {left} {HIDDEN}")
    assert words in error and "11.8" not in error


def test_rows_of_a_source_that_is_held_back(
    safe: Release, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = replace(safe, rules=safe.rules | {"held_back": ["elsa"]})
    assert attack(told.write(tmp_path / "none"))[0] == 0
    left = "insert into survey.estimate select * replace ('elsa' as source) from survey.estimate"
    error = refused(told, tmp_path / "left", capsys, left)
    assert "survey.estimate has rows of a source that is held back" in error


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (f"delete from survey.estimate {HIDDEN}", "A cell has no row: survey.estimate, source hlv"),
        (
            f"insert into survey.estimate from (from survey.estimate {HIDDEN})",
            "Two rows are one cell",
        ),
        (
            "update survey.estimate set n_yes = n_yes + 1 where area_id = '2026' and gender = 'M'",
            "The total is not the sum of its 3 parts over area_id",
        ),
        (
            "update survey.estimate set age_group = '85+' where area_id = '2026'",
            "survey.estimate has 3 rows that lie in no table of the rules",
        ),
        ("create table survey.path (n bigint)", "survey.path is published and no rule says"),
        ("alter table survey.estimate drop n_yes", "survey.estimate has no column n_yes"),
        ("drop table survey.estimate", "survey.estimate has no column"),
    ],
)
def test_tables_that_are_not_as_the_rules_say(
    safe: Release, tmp_path: Path, capsys: pytest.CaptureFixture[str], change: str, words: str
) -> None:
    assert words in refused(safe, tmp_path, capsys, change)


def test_marts_that_follow_hidden_cells(
    safe: Release, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "r"
    assert "survey.difference: difference_pct is left" in refused(
        safe, folder, capsys, DIFFERENCE, "update survey.difference set n = null"
    )
    # The county's hidden women are the benchmark of every town's.
    emptied = (
        "update survey.difference as mart set n = null, share_pct = null, difference_pct = null, "
        "verdict = 'not testable' where {} in ('T', 'K')"
    )
    assert attack(safe.write(folder, DIFFERENCE, emptied.format("gender")))[0] == 0
    county = {(COUNTY, "K"), (COUNTY, "T")}
    wider = tiny(COUNTS, hidden=SQUARE | county | {("2026", "K"), ("2026", "T")})
    some = emptied.format("area_id <> '2026' and gender")
    assert "survey.difference: n is left" in refused(wider, folder, capsys, DIFFERENCE, some)
    # No table of the rules is by education.
    split = "update survey.difference set education = 'pre' where gender = 'M'"
    assert "hidden or unpublished cell" in refused(
        safe, folder, capsys, DIFFERENCE, emptied.format("gender"), split
    )
    assert "survey.gradient: estimate is left" in refused(safe, folder, capsys, GRADIENT)
    assert "survey.source_comparison: other_share_pct is left" in refused(
        safe, folder, capsys, COMPARISON
    )


def test_a_rate_of_hidden_answers(
    safe: Release, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The number of people asked is open, so the rate tells who answered."""
    response = {
        "mart": "survey.response",
        "where": {"source": "hlv", "basis": "home"},
        "each": ["round", "survey"],
        "areas": ["county"],
        "by": [],
        "n": "n_answers",
    }
    told = replace(safe, rules=safe.rules | {"tables": [*safe.rules["tables"], response]})
    answers = (
        "create schema quality",
        "create table survey.response as select 'hlv' as source, 2024 as round, "
        f"'adults' as survey, 'home' as basis, '{COUNTY}' as area_id, 264 as n_answers, "
        "false as is_suppressed",
        "create table quality.source_round as select source, round, survey, 'sender' as sender, "
        "500 as n_invited, n_answers, 52.8 as response_rate_pct from survey.response",
    )
    assert attack(told.write(tmp_path / "open", *answers))[0] == 0
    hidden = "update survey.response set n_answers = null, is_suppressed = true"
    empty = "update quality.source_round set n_answers = null"
    for change, column in (((), "n_answers"), ((empty,), "response_rate_pct")):
        error = refused(told, tmp_path / column, capsys, *answers, hidden, *change)
        assert f"quality.source_round: {column} is left" in error
    no_table = replace(told, rules=safe.rules)
    drop = "drop table survey.response"
    error = refused(no_table, tmp_path / "none", capsys, *answers, drop)
    assert "quality.source_round: n_answers is left" in error


def test_a_gradient_of_open_groups(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ages = {("85+", False): 0, ("85+", True): 2}
    for (age, is_hidden), status in ages.items():
        release = tiny([(40, 60)] * 3)
        rules = rules_of(BY_AGE | {"others": []})
        rows = dict(release.rows)
        for (item, area, gender, _, _), (n, n_yes) in release.rows.items():
            rows[(item, area, gender, age, "all")] = (n // 2, n_yes // 2)
            rows[(item, area, gender, "16-44", "all")] = (n - n // 2, n_yes - n_yes // 2)
        hidden = {cell for cell in rows if is_hidden and cell[3] != "all"}
        made = replace(release, rows=rows, rules=rules, hidden=hidden)
        keep = "delete from survey.gradient where area_id <> '2021' or gender <> 'K'"
        assert main([str(made.write(tmp_path / "r", GRADIENT, keep))]) == status
    assert "survey.gradient: estimate" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        ({}, "does not hold rules"),
        (rules_of(BY_AGE) | {"version": 2}, "version 2 is not 1"),
        (rules_of(BY_AGE | {"by": ["shoe_size"]}), "shoe_size has no known total"),
        (rules_of(BY_AGE | {"where": {"source": "lupp"}}), "of no source that has thresholds"),
        (rules_of(BY_AGE, questions=[{"items": {"a": ["yes"]}}] * 2), "a is in two questions"),
    ],
)
def test_rules_that_cannot_be_used(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], rules: dict[str, object], words: str
) -> None:
    assert words in refused(replace(tiny(COUNTS), rules=rules), tmp_path, capsys)


def test_no_release(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path)]) == 2
    assert "disclosure.json cannot be read" in capsys.readouterr().err
    folder = tiny(COUNTS).write(tmp_path)
    (folder / "jamlik.duckdb").write_bytes(b"")
    assert main([str(folder)]) == 2
    with pytest.raises(SystemExit):
        main([])
    with pytest.raises(SystemExit):
        main([str(folder), "--zeros-published"])


def test_releases_of_two_regions(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    now = tiny(COUNTS, hidden=SQUARE).write(tmp_path / "now")
    other = tiny(COUNTS, hidden=SQUARE).write(
        tmp_path / "other",
        "update survey.estimate set area_id = '0021' where area_id = '0020'",
        "update core.dim_area set area_id = '0021' where area_id = '0020'",
    )
    assert main([str(now), "--earlier", str(other)]) == 2
    assert "different regions" in capsys.readouterr().err
