"""The blocks of docs/bi.md, run as a reader would run them."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from tests.support import PROJECT_ROOT

BLOCKS = re.findall(
    r"^```([\w ]+)\n(.*?)^```$", (PROJECT_ROOT / "docs" / "bi.md").read_text("utf-8"), re.S | re.M
)
# Of clients that nobody has tried here; the page says so.
NOT_RUN = {"r", "powerquery"}


def blocks(language: str) -> list[str]:
    return [text for name, text in BLOCKS if name == language]


@pytest.fixture
def folder(small_house: Path, tmp_path: Path) -> Path:
    """A folder in which the paths of the page lead to a release."""
    (tmp_path / "warehouse").mkdir()
    (tmp_path / "warehouse" / "data").symlink_to(small_house)
    return tmp_path


def output(folder: Path, *command: str) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


def rows(con: duckdb.DuckDBPyConnection, block: str) -> list[list[tuple]]:
    """What each statement gives; `attach` and `use` give nothing."""
    statements = con.extract_statements(block)
    return [con.execute(one).fetchall() for one in statements]


def test_every_block_is_run_or_said_to_be_untried() -> None:
    assert {name for name, _ in BLOCKS} == {"python", "sql", "sql attached", "js"} | NOT_RUN


def test_python_blocks_run(folder: Path) -> None:
    outputs = [output(folder, sys.executable, "-c", block) for block in blocks("python")]
    assert len(outputs) == 3
    of_file, of_parquet, of_sqlalchemy = outputs
    assert "2024" in of_file and "not testable" in of_file
    assert "not testable" in of_parquet and "count_star()" in of_parquet
    assert of_sqlalchemy.startswith("66 [(")


def test_sql_blocks_give_rows(folder: Path) -> None:
    file = folder / "warehouse" / "data" / "published" / "jamlik.duckdb"
    with duckdb.connect(str(file), read_only=True) as con:
        found = [one for block in blocks("sql") for one in rows(con, block)]
    assert len(found) == 6 and all(found)
    comments, by_gap, worst, profile, compared, as_of = found
    assert all(comment for *_, comment in comments)
    assert len(by_gap) == 15 * 15 + 15 and {name for name, *_ in compared} == {"Falun", "Borlänge"}
    assert worst and profile and as_of[0][0] > 20_000


def test_macros_need_use_in_an_attached_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    (block,) = blocks("sql attached")
    with duckdb.connect() as con:
        _, n_values, _, areas, _ = rows(con, block)
    assert n_values[0][0] > 1000 and len(areas) == 17
    without = re.sub(r"(?m)^use health;\n", "", block)
    assert without != block
    with duckdb.connect() as con, pytest.raises(duckdb.CatalogException, match="does not exist"):
        rows(con, without)


def test_node_block_runs(folder: Path) -> None:
    modules = os.environ.get("JAMLIK_NODE_MODULES", "")
    if shutil.which("node") is None or not (Path(modules) / "@duckdb" / "node-api").is_dir():
        pytest.skip("JAMLIK_NODE_MODULES names no folder with @duckdb/node-api; `.ci/run` does")
    (block,) = blocks("js")
    (folder / "node_modules").symlink_to(modules)
    (folder / "block.mjs").write_text(block, encoding="utf-8")
    said = output(folder, "node", "block.mjs")
    assert "area_name: 'Falun'" in said and "year_end: 2024" in said
