"""docs/data-protection.md names what the store holds, so that nothing comes in unnoticed."""

import re
from pathlib import Path

from ingestion.delivered.store import read_store
from tests.support import PROJECT_ROOT
from warehouse.settings import load_settings

TEXT = (PROJECT_ROOT / "docs" / "data-protection.md").read_text(encoding="utf-8")


def test_every_table_and_column_of_the_store_is_named(tmp_path: Path) -> None:
    named = set(re.findall(r"`(\w+)`", TEXT))
    with read_store("elsa", load_settings(data_dir=tmp_path, surveys="delivered")) as con:
        columns = con.execute(
            "select table_name, column_name from duckdb_columns() where database_name = 'elsa'"
        ).fetchall()
    assert len(columns) > 100
    assert sorted({one for pair in columns for one in pair} - named) == []


def test_the_tests_and_commands_it_leads_to_are_there() -> None:
    tests = re.findall(r"`(tests/[\w/]+)(\.py)?(?:::(\w+))?/?`", TEXT)
    assert len(tests) == 2
    for path, ending, name in tests:
        file = PROJECT_ROOT / f"{path}{ending}"
        assert file.exists() and (not name or f"def {name}(" in file.read_text("utf-8"))
    for link in re.findall(r"\]\(([\w-]+\.md)\)", TEXT):
        assert (PROJECT_ROOT / "docs" / link).exists()
