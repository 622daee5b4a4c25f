"""The house's own rules: who may import whom, and what every module says of itself."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import PROJECT_ROOT

MAY_IMPORT = {
    "warehouse": {"warehouse"},
    "ingestion": {"ingestion", "warehouse"},
    "expectations": {"expectations", "warehouse"},
    "pages": {"pages", "warehouse"},
    "orchestration": {"orchestration", "ingestion", "expectations", "pages", "warehouse"},
}
MODULES = sorted(
    path
    for room in MAY_IMPORT
    for path in (PROJECT_ROOT / room).rglob("*.py")
    if "data" not in path.relative_to(PROJECT_ROOT / room).parts
)


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return names


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PROJECT_ROOT)))
def test_imports_go_down_only(path: Path) -> None:
    room = path.relative_to(PROJECT_ROOT).parts[0]
    names = imported(path)
    assert names & MAY_IMPORT.keys() <= MAY_IMPORT[room]
    if room != "orchestration":
        assert not [name for name in names if name.startswith("dagster")]


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PROJECT_ROOT)))
def test_every_module_says_what_belongs_in_it(path: Path) -> None:
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    assert "What belongs here" in text.replace("\n", " ")
    assert "What does not" in text.replace("\n", " ").replace("What does  not", "What does not")


def modules_after(statement: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", f"{statement}\nimport sys; print(*sys.modules)"],
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.split())


def test_the_lower_rooms_run_without_dagster() -> None:
    loaded = modules_after(
        "import ingestion.kolada.load, ingestion.kolada.origin, expectations.runner, "
        "warehouse.publish, warehouse.doctor"
    )
    assert not [name for name in loaded if name.split(".")[0].startswith("dagster")]


def test_the_code_location_loads_without_great_expectations_and_dlt() -> None:
    loaded = modules_after("import orchestration.definitions")
    assert "dagster" in loaded
    assert not loaded & {"great_expectations", "dlt"}


def test_commands_that_need_no_dagster_do_not_load_it() -> None:
    loaded = modules_after(
        "import contextlib, io\n"
        "from orchestration.cli import main\n"
        "with contextlib.redirect_stdout(io.StringIO()): main(['doctor'])"
    )
    assert "warehouse.doctor" in loaded and "dagster" not in loaded


def test_importing_the_source_opens_nothing() -> None:
    """A dlt source that opens files when imported would do so in the webserver."""
    done = subprocess.run(
        [
            *(sys.executable, "-c"),
            "import os; before = set(os.listdir('/proc/self/fd'))\n"
            "import ingestion.kolada.source\n"
            "print(len(set(os.listdir('/proc/self/fd')) - before))",
        ],
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "0"
