"""What is refused, and with which words; frozen cells; who may import whom."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.disclosure.reference import SSB, case
from tests.disclosure.test_canaries import COUNTS, SQUARE, plain
from tests.support import PROJECT_ROOT
from warehouse.attack.__main__ import main
from warehouse.disclosure.protect import NotProtectable, protect
from warehouse.errors import InputError
from warehouse.tables.reading import read_tables


def refused(path: Path, capsys: pytest.CaptureFixture[str], *options: str) -> str:
    assert main(["--table", str(path), *options]) == 2
    return capsys.readouterr().err


def test_a_count_left_in_a_hidden_cell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "cells.csv"
    path.write_text(plain(COUNTS, SQUARE).replace("a,yes,,true", "a,yes,4,true"))
    error = refused(path, capsys)
    assert "cells.csv row 1: a hidden cell still has its n" in error
    assert "4" not in error


def test_a_total_that_is_not_its_sum(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "cells.csv"
    path.write_text(plain(COUNTS, SQUARE).replace("c,Total,50", "c,Total,51"))
    error = refused(path, capsys)
    assert "cells.csv row 9, area c, answer Total" in error and "51" not in error


def test_open_cells_that_no_table_has(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No open total has only open parts, and still nothing fits."""
    path = tmp_path / "cells.csv"
    text = plain(COUNTS, SQUARE)
    path.write_text(
        text.replace("Total,yes,30", "Total,yes,10").replace("Total,no,84", "Total,no,104")
    )
    assert "No table of non-negative whole numbers" in refused(path, capsys)


def test_sums_out_of_range(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, sums = tmp_path / "cells.csv", tmp_path / "sums.csv"
    path.write_text(plain(COUNTS, SQUARE))
    sums.write_text("pub,inner\n1,1\n13,2\n")
    assert "sums.csv row 2: pub 13" in refused(path, capsys, "--sums", str(sums))


def test_tables_with_other_dimensions_are_one(tmp_path: Path) -> None:
    """A second table by sex gives the answers' totals; their hidden ones are told."""
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    first.write_text(plain(COUNTS, SQUARE | {(2, 0), (2, 1), (-1, 0), (-1, 1)}))
    assert main(["--table", str(first)]) == 0
    second.write_text(
        "answer,sex,n,suppressed\nyes,K,20,false\nyes,M,10,false\nno,K,40,false\nno,M,44,false\n"
    )
    table = read_tables([first, second])
    assert table.dimensions == ("area", "answer", "sex") and table.margins.shape == (16, 12)
    assert main(["--table", str(first), "--table", str(second)]) == 1


def test_frozen_cells() -> None:
    given, rules = case("ssb_d1_maxN5"), SSB["ssb_d1_maxN5"]
    table, n = given.table, given.table.n
    free = protect(table, rules, given.inner)
    secondary = np.flatnonzero(free & ~rules.primary(n))
    opened = int(secondary[0])
    closed = int(np.flatnonzero(~free)[-1])
    kept = protect(table, rules, given.inner, frozen={opened: int(n[opened]), closed: None})
    assert kept[closed] and not kept[opened]
    with pytest.raises(InputError, match="differs from what an earlier release gave"):
        protect(table, rules, given.inner, frozen={opened: int(n[opened]) + 1})
    with pytest.raises(NotProtectable, match="must be hidden was open"):
        small = int(np.flatnonzero(rules.primary(n))[0])
        protect(table, rules, given.inner, frozen={small: int(n[small])})
    with pytest.raises(NotProtectable, match="give a hidden one away"):
        others = np.flatnonzero(~rules.primary(n))
        protect(table, rules, given.inner, frozen={int(at): int(n[at]) for at in others})


def test_the_attack_knows_nothing_of_the_protection() -> None:
    done = subprocess.run(
        [
            *(sys.executable, "-c"),
            "import warehouse.attack.__main__, sys; print(*sys.modules)",
        ],
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    names = done.stdout.split()
    assert "warehouse.attack.modes" in names
    assert not [name for name in names if name.startswith("warehouse.disclosure")]
