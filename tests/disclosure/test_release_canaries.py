"""What the attack must catch in a published folder, as the command that a publisher runs."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import optimize

from tests.disclosure.release import (
    BY_AGE,
    BY_EDUCATION,
    COUNTY,
    THRESHOLD,
    Cell,
    Release,
    hide,
    open_release,
    people,
    primary,
    protected_release,
    rows_of,
    rules_of,
    systems,
)
from warehouse.attack import published
from warehouse.attack.__main__ import main
from warehouse.attack.people import People
from warehouse.attack.published import attack_release
from warehouse.tables.counts import Flags


def attack(folder: Path, *options: object) -> tuple[int, dict[str, dict[str, Any]]]:
    """Exit status, and the report's modes by name."""
    path = folder.parent / f"{folder.name}.json"
    status = main([str(part) for part in (folder, "--report", path, *options)])
    report = json.loads(path.read_text())
    assert report["is_safe"] == (status == 0)
    return status, {mode["mode"]: mode for mode in report["modes"]}


def test_a_protected_release_is_safe(tmp_path: Path) -> None:
    release, done = protected_release(people(0), tmp_path)
    status, modes = attack(release.write(tmp_path / "r"))
    assert status == 0
    published = sum(int((hidden & ~one.is_derived).sum()) for one, _, _, hidden in done)
    assert modes["subtraction"]["safe"] == modes["linear"]["safe"] == published > 40
    assert modes["integers"]["safe"] > published
    assert modes["thresholds"]["safe"] > 80
    # A second release that says the same tells nothing.
    status, modes = attack(release.write(tmp_path / "again"), "--earlier", tmp_path / "r")
    assert status == 0 and modes["releases, people added"]["attacked"] == 0


def test_hiding_only_primary_cells(tmp_path: Path) -> None:
    release = open_release(people(0, 5.0))
    for one, table, _ in systems(release, tmp_path):
        hide(release, one, primary(one, table.n) & ~one.is_derived)
    status, modes = attack(release.write(tmp_path / "r"))
    assert status == 1
    assert 0 < modes["subtraction"]["disclosed"] <= modes["linear"]["disclosed"]
    assert 20 < modes["integers"]["disclosed"] > modes["linear"]["disclosed"]
    place = modes["subtraction"]["disclosed_cells"][0]
    assert place.startswith("survey.estimate, source hlv, basis home, round 2024")
    assert ", area_id 2026, gender K, age_group " in place


def is_unsafe(one: People, table: Any, hidden: Flags) -> bool:
    """By scipy's own whole-number programmes: fewer than three values for some secret."""
    rows = table.margins.toarray().astype(float)
    low = np.where(hidden, 0, table.n)
    high = np.where(hidden, 10_000, table.n)

    def extreme(cell: int, sign: int) -> int:
        found = optimize.milp(
            sign * rows[cell],
            constraints=optimize.LinearConstraint(rows, low, high),
            integrality=np.ones(rows.shape[1]),
        )
        assert found.success
        return sign * round(found.fun)

    for cell in np.flatnonzero(hidden):
        least = extreme(int(cell), 1)
        if one.is_derived[cell] and (least == 0 or least >= THRESHOLD):
            continue
        if extreme(int(cell), -1) - least < 2:
            return True
    return False


def test_hidden_cells_opened_again(tmp_path: Path) -> None:
    """The command's verdict is that of an independent solver, needed or not as the cell was."""
    verdicts = []
    for seed in range(5):
        counts = people(seed, 9.0)
        counts[:, :, 1:] = 0
        counts[:, 2] *= seed % 2
        release, done = protected_release(counts, tmp_path, by=("gender",))
        one, table, _, hidden = done[0]
        for cell in sorted(release.hidden):
            if min(_parts(release, cell)) >= THRESHOLD:
                opened = replace(
                    release,
                    hidden=release.hidden - {cell},
                    without_base=release.without_base - {cell},
                )
                verdicts.append(attack(opened.write(tmp_path / "r"))[0])
                flags = hidden.copy()
                flags[_cells_of(table, cell)] = False
                # What follows for nobody's cells is not hidden by anybody.
                flags |= one.is_derived
                assert verdicts[-1] == int(is_unsafe(one, table, flags)), cell
    assert verdicts.count(1) >= 5


def _parts(release: Release, cell: Cell) -> tuple[int, int]:
    n, n_yes = release.rows[cell]
    return n_yes, n - n_yes


def _cells_of(table: Any, cell: Cell) -> list[int]:
    return [at for at, label in enumerate(table.labels) if label[:-1] == cell[1:3]]


def tiny(counts: list[tuple[int, int]], *, hidden: set[tuple[str, str]] = frozenset()) -> Release:
    """Three towns and the county by gender: women's yes and no per town; men 20 and 30."""
    inner = np.zeros((3, 3, 3, 3, 2), dtype=np.int64)
    inner[:, 0, 0, 0] = counts
    inner[:, 1, 0, 0] = (20, 30)
    rows = rows_of(inner, ("gender",), "sleep", towns=True)
    rules = rules_of(BY_AGE | {"by": ["gender"]})
    cells = {("sleep", area, gender, "all", "all") for area, gender in hidden}
    return Release(rows, rules, cells)


COUNTS = [(4, 30), (9, 21), (17, 33)]
SQUARE = {("2021", "K"), ("2021", "T"), ("2023", "K"), ("2023", "T")}


def test_differences_between_releases(tmp_path: Path) -> None:
    now = tiny(COUNTS, hidden=SQUARE).write(tmp_path / "now")
    assert attack(now)[0] == 0
    same = tiny(COUNTS, hidden=SQUARE).write(tmp_path / "same")
    assert attack(now, "--earlier", same)[0] == 0
    other = {(area, gender) for area in ("2023", "2026") for gender in ("K", "T")}
    before = tiny([(5, 30), *COUNTS[1:]], hidden=other).write(tmp_path / "before")
    assert attack(before)[0] == 0
    status, modes = attack(now, "--earlier", before)
    assert status == 1
    assert modes["integers"]["disclosed"] == 0
    assert modes["releases, people removed"]["disclosed"] > 0


def test_one_late_answer(tmp_path: Path) -> None:
    before = tiny(COUNTS, hidden=SQUARE).write(tmp_path / "before")
    now = tiny([*COUNTS[:2], (18, 33)], hidden=SQUARE).write(tmp_path / "now")
    status, modes = attack(now, "--earlier", before)
    assert status == 1 and modes["integers"]["disclosed"] == 0
    places = modes["releases, people added"]["disclosed_cells"]
    assert any(place.startswith("change: ") and "area_id 2026" in place for place in places)
    assert "excluded" in modes["releases, people removed"]["note"]
    now = tiny([*COUNTS[:2], (17 + THRESHOLD, 33)], hidden=SQUARE).write(tmp_path / "now")
    assert attack(now, "--earlier", before)[0] == 0


def test_people_in_no_published_category(tmp_path: Path) -> None:
    """What is in the total and in no part is computed by everybody."""
    for others, status in ((0, 0), (2, 1), (THRESHOLD, 0)):
        release = tiny([(9, 30), (9, 21), (17, 33)])
        for area in ("2021", COUNTY):
            n, n_yes = release.rows[("sleep", area, "T", "all", "all")]
            release.rows[("sleep", area, "T", "all", "all")] = (n + 40, n_yes + others)
        found, modes = attack(release.write(tmp_path / str(others)))
        assert found == status
        assert modes["linear"]["attacked"] == 0
        assert any(
            "gender in no category" in place for place in modes["integers"]["disclosed_cells"]
        ) == (status == 1)


def test_items_of_one_question(tmp_path: Path) -> None:
    """Overweight without obesity is a difference of two open counts."""
    for inside, status in ((9, 0), (13, 1)):
        release = tiny([(15, 30), (15, 21), (17, 33)])
        women = {cell: n for cell, n in release.rows.items() if cell[2] != "M"}
        for (_, *place), (n, n_yes) in women.items():
            fewer = 3 * (15 - inside) if place[0] == COUNTY else 15 - inside
            release.rows[("apnoea", *place)] = (n, n_yes - fewer)
        for cell in [cell for cell in release.rows if cell[2] == "M"]:
            release.rows[("apnoea", *cell[1:])] = release.rows[cell]
        question = {"items": {"sleep": ["snoring", "gasping"], "apnoea": ["gasping"]}}
        told = replace(release, rules=release.rules | {"questions": [question]})
        found, modes = attack(told.write(tmp_path / f"told{inside}"))
        assert found == status
        if status:
            assert any("sleep alone" in place for place in modes["integers"]["disclosed_cells"])
        # As two questions they tell nothing of each other.
        assert attack(release.write(tmp_path / f"apart{inside}"))[0] == 0


def test_an_open_cell_below_its_threshold(tmp_path: Path) -> None:
    status, modes = attack(tiny([(3, 30), *COUNTS[1:]]).write(tmp_path / "r"))
    assert status == 1
    assert any("2021" in place for place in modes["thresholds"]["disclosed_cells"])


def test_shares_of_hidden_counts(tmp_path: Path) -> None:
    """A percentage whose count is hidden is a bound; the shares of open counts tell nothing."""
    rules = rules_of(BY_AGE | {"by": ["gender"], "share": "share_pct"})
    release = replace(tiny(COUNTS, hidden=SQUARE), rules=rules)
    status, modes = attack(release.write(tmp_path / "none"))
    assert status == 0 and modes["shares"]["attacked"] == 0
    one = "update survey.estimate set share_pct = {} where area_id = '2021' and gender = 'K'"
    status, modes = attack(release.write(tmp_path / "one", one.format(11.8)))
    assert status == 1
    assert modes["integers"]["disclosed"] == 0 and modes["shares"]["disclosed"] > 0


def test_a_share_beside_a_hidden_base(tmp_path: Path) -> None:
    """Of up to 64 people, 14.7 % are 5 of 34 or none of nobody: base and part are told."""
    hidden = {("sleep", area, gender, "all", "all") for area, gender in SQUARE}
    release = replace(tiny([(5, 29), *COUNTS[1:]]), without_base=hidden)
    left = "update survey.estimate set share_pct = 14.7 where area_id = '2021' and gender = 'K'"
    # The rules do not speak of shares without counts: then none may be there.
    assert main([str(release.write(tmp_path / "left", left))]) == 2
    rules = rules_of(BY_AGE | {"by": ["gender"], "share": "share_pct"})
    status, modes = attack(replace(release, rules=rules).write(tmp_path / "named", left))
    assert status == 1
    assert modes["integers"]["disclosed"] == 0 and modes["shares"]["disclosed"] > 0


def test_shares_of_two_releases(tmp_path: Path) -> None:
    """Whole percents leave 29 to 31 of 300, then 27 to 29 of 310; nobody was taken out."""
    rules = rules_of(BY_AGE | {"by": ["gender"], "share": "share_pct"})
    folders = []
    for no, percent in ((271, 10), (281, 9)):
        release = replace(tiny([(29, no), (60, 240), (70, 230)], hidden=SQUARE), rules=rules)
        told = (
            "alter table survey.estimate alter share_pct type decimal(3, 0)",
            f"update survey.estimate set share_pct = {percent} "
            "where area_id = '2021' and gender = 'K'",
        )
        folders.append(release.write(tmp_path / str(no), *told))
        assert attack(folders[-1])[0] == 0
    status, modes = attack(folders[1], "--earlier", folders[0])
    assert status == 1 and modes["releases, people added"]["disclosed"] > 0


def two_tables(release: Release, cells: set[Cell]) -> Release:
    """The same with a hidden common margin."""
    return replace(release, hidden=release.hidden | cells)


def test_a_common_margin_that_is_hidden(tmp_path: Path) -> None:
    """Each table alone is safe; open cells of the second give the first one's margin away."""
    counts = people(3)
    counts[:, :, :, 2] = 0
    release = open_release(counts)
    release.rules = rules_of(BY_AGE, BY_EDUCATION | {"others": ["gender"]})
    margin = {("sleep", COUNTY, gender, "all", "all") for gender in ("T", "K")}
    towns = {
        ("sleep", area, gender, "all", "all") for area in ("2021", "2023") for gender in ("T", "K")
    }
    ages = {
        ("sleep", area, gender, age, "all")
        for area in (COUNTY, "2021", "2023")
        for gender in ("T", "K")
        for age in ("16-44", "45-84")
    }
    release = two_tables(release, margin | towns | ages)
    by_education = {cell for cell in release.rows if cell[4] != "all"}
    alone = replace(
        release,
        rows={cell: n for cell, n in release.rows.items() if cell not in by_education},
        rules=rules_of(BY_AGE),
    )
    before = attack(alone.write(tmp_path / "alone"))[1]
    status, modes = attack(release.write(tmp_path / "both"))
    assert status == 1
    assert modes["union of tables"]["disclosed"] > modes["integers"]["disclosed"]
    assert modes["integers"]["disclosed"] >= before["integers"]["disclosed"]
    withheld = two_tables(release, by_education)
    _, modes = attack(withheld.write(tmp_path / "withheld"))
    assert modes["union of tables"]["disclosed"] == before["integers"]["disclosed"]


def test_no_time_is_not_safe(tmp_path: Path) -> None:
    folder = tiny(COUNTS, hidden=SQUARE).write(tmp_path / "r")
    status, modes = attack(folder, "--seconds", 0)
    assert status == 1 and modes["integers"]["undecided"] == modes["integers"]["attacked"] > 0


def test_the_report_holds_no_count(tmp_path: Path) -> None:
    """A hidden count of 4 711 would show."""
    release = tiny([(4711, 5), (9, 21), (17, 33)], hidden={("2021", "K")})
    folder = release.write(tmp_path / "r")
    assert attack(folder)[0] == 1
    report = (tmp_path / "r.json").read_text()
    assert "4711" not in report
    rows = {"source": "hlv", "basis": "home", "round": "2024", "survey": "adults"}
    assert json.loads(report)["unsafe"] == [{"mart": "survey.estimate", **rows, "item_id": "sleep"}]


def test_two_processes_find_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tiny([(4, 30), (9, 21), (17, 33)], hidden={("2021", "K")}).write(tmp_path / "r")
    alone = attack_release(folder, processes=1)
    monkeypatch.setattr(published, "MOST_ALONE", 0)
    both = attack_release(folder, processes=2)
    found = [
        [(mode.mode, mode.safe, mode.disclosed) for mode in one.modes] for one in (alone, both)
    ]
    assert found[0] == found[1] and not both.is_safe
