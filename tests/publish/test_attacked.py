"""The attack as a check of the publication."""

import json
from pathlib import Path

import pytest

from orchestration.assets.publish import _check_result
from tests.disclosure.release import Release
from tests.disclosure.test_release_canaries import COUNTS, SQUARE, tiny
from tests.publish.support import NOW, contracts, info, settings_for
from warehouse.publish import ColumnContract, PublicationError, TableContract
from warehouse.publish.attacked import disclosure_attack
from warehouse.publish.attempt import Attempt
from warehouse.publish.results import PublicationCheck


def attempt(folder: Path, *more: TableContract) -> Attempt:
    return Attempt(settings_for(folder), [*contracts(), *more], info(), NOW, ())


def stored(folder: Path, release: Release, name: str, **manifest: object) -> Path:
    """A release among those of the data folder, with as much manifest as counts here."""
    path = release.write(folder / "published" / "releases" / name)
    content = {"format": 1, "origin": "demo", "region": "20"} | manifest
    (path / "manifest.json").write_text(json.dumps(content))
    return path


def check(folder: Path, release: Release) -> PublicationCheck:
    return disclosure_attack(attempt(folder), release.write(folder / "making"))


def test_a_safe_release_passes_with_what_was_tried(tmp_path: Path) -> None:
    made = check(tmp_path, tiny(COUNTS, hidden=SQUARE))
    assert made.passed and made.found.startswith("8 of 36 cells are hidden, all shown safe")
    by_mode = {line["mode"]: line for line in made.details}
    assert by_mode["integers"]["safe"] == by_mode["integers"]["attacked"] >= 8
    shown = _check_result(made)
    assert shown.passed and len(shown.metadata["details"].records) == len(made.details)


def test_a_hidden_cell_that_is_found_stops_the_publication(tmp_path: Path) -> None:
    release = tiny([(4711, 30), *COUNTS[1:]], hidden={("2021", "K")})
    tried = attempt(tmp_path)
    with pytest.raises(PublicationError, match="disclosure_attack") as stopped:
        tried.add(disclosure_attack(tried, release.write(tmp_path / "making")))
    text = str(stopped.value)
    assert "survey.estimate, source hlv" in text and "area_id 2021, gender K" in text
    assert "4711" not in text and "4711" not in str(stopped.value.checks)


def test_a_number_left_beside_a_hidden_cell_stops_the_publication(tmp_path: Path) -> None:
    release = tiny(COUNTS, hidden=SQUARE)
    release.more.append("update survey.estimate set ci_lower_pct = 1 where is_suppressed")
    made = check(tmp_path, release)
    assert not made.passed and "ci_lower_pct is left" in made.found


def test_stored_releases_of_region_and_origin_count(tmp_path: Path) -> None:
    late = tiny([*COUNTS[:2], (18, 33)], hidden=SQUARE)
    before = tiny(COUNTS, hidden=SQUARE)
    stored(tmp_path, before, "20260101T000000Z-00000000", region="01")
    stored(tmp_path, before, "20260102T000000Z-00000000", origin="live")
    assert check(tmp_path, late).passed
    stored(tmp_path, before, "20260103T000000Z-00000000")
    made = check(tmp_path, late)
    assert not made.passed and "releases, people added: disclosed: change: " in made.found


def test_people_without_rules(tmp_path: Path) -> None:
    columns = (ColumnContract("n", "bigint", "People.", False, True),)
    mart = TableContract("survey", "estimate", "People.", columns, (), ("n",))
    folder = tmp_path / "making"
    folder.mkdir()
    assert disclosure_attack(attempt(tmp_path), folder).passed
    made = disclosure_attack(attempt(tmp_path, mart), folder)
    assert not made.passed and "survey.estimate counts people" in made.found
