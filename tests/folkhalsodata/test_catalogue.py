"""The list of tables is checked when it is read."""

from pathlib import Path

import pytest

from ingestion.folkhalsodata.catalogue import catalogue
from warehouse.errors import InputError

ROW = "  - {path: A/x.px, what: W, level: county, items: {Stressad: hlv_stress}}\n"


def test_the_project_reads_county_and_municipal_tables() -> None:
    tables = catalogue()
    assert {table.level for table in tables} == {"county", "municipality"}
    assert {"hlv1socxreg", "halsgodyreg", "litaYreg"} <= {table.table_id for table in tables}


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (f"tables:\n{ROW}{ROW}", "x stands twice"),
        (f"tables:\n{ROW.replace('hlv_stress', 'hlv_nothing')}", "hlv_nothing"),
        (f"tables:\n{ROW.replace('A/x.px', '../x.px')}", r"tables\.0\.path"),
        (f"tables:\n{ROW.replace('county', 'village')}", r"tables\.0\.level"),
        ("tables: [", "cannot be read"),
        ("tables: []", "tables: List"),
    ],
)
def test_a_wrong_list_is_refused_with_the_place(tmp_path: Path, text: str, named: str) -> None:
    path = tmp_path / "tables.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=named):
        catalogue(path)
