"""What the attack must catch, as the command that a data owner runs."""

import itertools
import json
from pathlib import Path

import numpy as np
import pytest

from tests.disclosure.reference import Case, case, write_table
from warehouse.attack.__main__ import main
from warehouse.attack.knowledge import open_cells
from warehouse.attack.modes import Scene, run_modes
from warehouse.attack.systems import computable
from warehouse.attack.witnesses import Verdict
from warehouse.disclosure.protect import protect
from warehouse.disclosure.rules import Rules
from warehouse.tables.counts import CountTable, Flags


def attack_files(folder: Path, given: Case, hidden: Flags, *options: str) -> tuple[int, dict]:
    cells, sums = write_table(folder, given.table, hidden)
    report = folder / "report.json"
    arguments = ["--table", cells, "--sums", sums, "--report", report, *options]
    status = main([str(argument) for argument in arguments])
    return status, {mode["mode"]: mode for mode in json.loads(report.read_text())["modes"]}


def test_hiding_only_primary_cells(tmp_path: Path) -> None:
    given = case("h2y2023", "h2y2023_z1_plain_published")
    assert given.table.is_primary is not None
    status, modes = attack_files(tmp_path, given, given.table.is_primary)
    assert status == 1
    for mode in ("subtraction", "linear", "integers"):
        assert modes[mode]["disclosed"] > 100
    assert modes["subtraction"]["disclosed"] <= modes["linear"]["disclosed"]
    assert modes["linear"]["disclosed"] <= modes["integers"]["disclosed"]


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("name", ["ssb_d2s_maxN5", "ssb_d2_maxN3", "h2y2023"])
def test_one_secondary_cell_opened_again(name: str, seed: int) -> None:
    """In these published patterns no secondary cell can be spared, as elimination made them."""
    given = case(name, "h2y2023_z1_plain_published" if name == "h2y2023" else "")
    assert given.table.is_primary is not None
    secondary = np.flatnonzero(given.table.is_hidden & ~given.table.is_primary)
    opened = given.table.is_hidden.copy()
    opened[np.random.default_rng(seed).choice(secondary)] = False
    outcomes = run_modes(Scene(given.table.hiding(opened).from_outside()))
    assert any(outcome.of(Verdict.DISCLOSED) for outcome in itertools.islice(outcomes, 2))


def test_published_pattern_against_at_least_one(tmp_path: Path) -> None:
    """GaussSuppression's plain pattern holds, but not against who knows that zeros are open."""
    given = case("ssb_munacc_maxN3_z0")
    status, modes = attack_files(tmp_path, given, given.table.is_hidden, "--zeros-published")
    assert status == 1
    assert modes["integers"]["disclosed"] == 0
    assert modes["hidden at least 1"]["disclosed"] > 0


def test_linked_tables_protected_one_by_one() -> None:
    """With primary cells hidden, each of two linked tables is safe; both together are not."""
    given = case("linked_issue136")
    table = given.table
    assert table.is_primary is not None
    for others in ({"county-1", "county-2"}, {"small", "BIG"}):
        kept = [at for at, label in enumerate(table.labels) if label[0] not in others]
        one = CountTable(
            table.dimensions,
            tuple(table.labels[at] for at in kept),
            table.margins[kept],
            table.n[kept],
            table.is_primary[kept],
        )
        assert not any(computable(open_cells(one.from_outside())))
    outcomes = list(run_modes(Scene(table.hiding(table.is_primary).from_outside())))
    assert outcomes[1].of(Verdict.DISCLOSED) == ["region K"]
    hidden = protect(table, Rules(4), given.inner, primary=table.is_primary)
    assert all(
        len(outcome.of(Verdict.SAFE)) == hidden.sum()
        for outcome in run_modes(Scene(table.hiding(hidden).from_outside()))
    )


def test_reasons_tell(tmp_path: Path) -> None:
    """Telling which cells are primary gives 14 of 24 hidden cells of a published case exactly."""
    given = case("ssb_munacc_maxN3")
    scene = Scene(given.table.hiding(given.table.is_hidden), threshold=4, tell_reasons=True)
    told = list(run_modes(scene))[-1]
    assert told.mode == "reasons known" and not told.counts
    exact = [
        finding
        for finding in told.findings
        if finding.low is not None and finding.low == finding.high
    ]
    assert len(exact) == 14


LABELS = ("a", "b", "c", "d")


def plain(counts: list[tuple[int, int]], hidden: set[tuple[int, int]]) -> str:
    """A table of area by answer with totals; -1 stands for Total."""
    lines = ["area,answer,n,suppressed"]
    for area in (*range(len(counts)), -1):
        for answer in (0, 1, -1):
            rows = counts if area < 0 else [counts[area]]
            n = sum(row[answer] if answer >= 0 else sum(row) for row in rows)
            labels = [
                LABELS[area] if area >= 0 else "Total",
                ("yes", "no")[answer] if answer >= 0 else "Total",
            ]
            is_hidden = (area, answer) in hidden
            lines.append(",".join([*labels, "" if is_hidden else str(n), str(is_hidden).lower()]))
    return "\n".join(lines) + "\n"


SQUARE = {(0, 0), (0, 1), (1, 0), (1, 1)}
COUNTS = [(4, 30), (9, 21), (17, 33)]


def test_differences_between_releases(tmp_path: Path) -> None:
    """Safe by itself; with an earlier release in which other cells were open, it is not."""
    now, before = tmp_path / "now.csv", tmp_path / "before.csv"
    now.write_text(plain(COUNTS, SQUARE))
    assert main(["--table", str(now)]) == 0
    before.write_text(plain(COUNTS, SQUARE))
    assert main(["--table", str(now), "--earlier", str(before)]) == 0
    before.write_text(plain(COUNTS, {(1, 0), (1, 1), (2, 0), (2, 1)}))
    assert main(["--table", str(now), "--earlier", str(before)]) == 1


def test_a_late_answer_shows(tmp_path: Path) -> None:
    now, before, report = tmp_path / "now.csv", tmp_path / "before.csv", tmp_path / "r.json"
    before.write_text(plain(COUNTS, SQUARE))
    now.write_text(plain([*COUNTS[:2], (18, 33)], SQUARE))
    assert main(["--table", str(now), "--earlier", str(before), "--report", str(report)]) == 1
    modes = {mode["mode"]: mode for mode in json.loads(report.read_text())["modes"]}
    assert modes["integers"]["disclosed"] == 0
    assert any(
        "area c, answer yes" in cell for cell in modes["releases, people added"]["disclosed_cells"]
    )
    assert "excluded" in modes["releases, people removed"]["note"]
    now.write_text(plain([*COUNTS[:2], (17 + 5, 33)], SQUARE))
    assert main(["--table", str(now), "--earlier", str(before)]) == 0


@pytest.mark.parametrize(("share", "status"), [("11.8", 1), ("", 0)])
def test_a_share_with_one_decimal(tmp_path: Path, share: str, status: int) -> None:
    cells, shares = tmp_path / "cells.csv", tmp_path / "shares.csv"
    cells.write_text(plain(COUNTS, SQUARE))
    shares.write_text(f"pub,base,share\n1,3,{share}\n")
    assert main(["--table", str(cells), "--shares", str(shares)]) == status


def test_a_share_whose_base_is_hidden(tmp_path: Path) -> None:
    """11.8 % of a base that is hidden too, but known to be at most 64."""
    cells, shares = tmp_path / "cells.csv", tmp_path / "shares.csv"
    hidden = SQUARE | {(0, -1), (1, -1)}
    cells.write_text(plain(COUNTS, hidden))
    assert main(["--table", str(cells)]) == 0
    shares.write_text("pub,base,share\n1,3,11.8\n4,6,30.0\n")
    assert main(["--table", str(cells), "--shares", str(shares)]) == 1
