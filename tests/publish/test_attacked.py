"""The attack as a check of the publication."""

from pathlib import Path

import pytest

from orchestration.assets.publish import _check_result
from orchestration.resources import Warehouse
from tests.disclosure.release import Release
from tests.disclosure.test_release_canaries import COUNTS, SQUARE, tiny
from warehouse.publish.attacked import disclosure_attack
from warehouse.publish.results import PublicationCheck, PublicationError, raise_failures


def check(folder: Path, release: Release, *earlier: Path) -> PublicationCheck:
    return disclosure_attack(release.write(folder / "making"), earlier).check


def test_a_safe_release_passes_with_what_was_tried(tmp_path: Path) -> None:
    made = check(tmp_path, tiny(COUNTS, hidden=SQUARE))
    assert made.passed and made.found.startswith("8 of 36 cells are hidden, all shown safe")
    by_mode = {line["mode"]: line for line in made.details}
    assert by_mode["integers"]["safe"] == by_mode["integers"]["attacked"] >= 8
    shown = _check_result(Warehouse(), made)
    assert shown.passed and len(shown.metadata["details"].records) == len(made.details)


def test_a_hidden_cell_that_is_found_stops_the_publication(tmp_path: Path) -> None:
    made = check(tmp_path, tiny([(4711, 30), *COUNTS[1:]], hidden={("2021", "K")}))
    with pytest.raises(PublicationError, match="disclosure_attack") as stopped:
        raise_failures([made])
    text = str(stopped.value)
    assert "survey.estimate, source hlv" in text and "area_id 2021, gender K" in text
    assert "4711" not in text and "4711" not in str(made)


def test_a_number_left_beside_a_hidden_cell_stops_the_publication(tmp_path: Path) -> None:
    release = tiny(COUNTS, hidden=SQUARE)
    release.more.append("update survey.estimate set ci_lower_pct = 1 where is_suppressed")
    made = check(tmp_path, release)
    assert not made.passed and "ci_lower_pct is left" in made.found


def test_earlier_releases_count(tmp_path: Path) -> None:
    late = tiny([*COUNTS[:2], (18, 33)], hidden=SQUARE)
    assert check(tmp_path, late).passed
    made = check(tmp_path, late, tiny(COUNTS, hidden=SQUARE).write(tmp_path / "before"))
    assert not made.passed and "releases, people added: disclosed: change: " in made.found
