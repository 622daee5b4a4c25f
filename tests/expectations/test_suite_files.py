"""Suite files: the shipped ones parse, a broken one is named with its key."""

from pathlib import Path

import pytest

from expectations.suite import SuiteError, load_suite, load_suites
from ingestion.kolada.tables import READING

GOOD = """
table: a.b
key: [x]
chunk_by: x
description: A table.
expectations:
  - id: x_present
    type: expect_column_values_to_not_be_null
    kwargs: {column: x}
    severity: error
    meaning: x is there.
    why: It is the key.
"""


def write(folder: Path, text: str, name: str = "a__b.yml") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def test_shipped_suites_parse() -> None:
    suites = load_suites()
    assert {"raw_kolada__reading", "core__fct_value"} <= suites.keys()
    assert suites["core__fct_value"] == load_suite("core__fct_value")
    for name, suite in suites.items():
        assert suite.name == name
        assert {"error", "warn"} == {rule.severity for rule in suite.expectations}


def test_suite_on_readings_follows_the_raw_table() -> None:
    suite = load_suite("raw_kolada__reading")
    rules = {rule.id: rule for rule in suite.expectations}
    declared = {item.split()[0] for item in rules["columns_as_declared"].kwargs["column_set"]}
    assert declared == {column.name for column in READING.columns} | {"read_at"}
    assert suite.key == [*READING.key, "read_at"]
    required = {column.name for column in READING.columns if not column.nullable} | {"read_at"}
    assert {f"{name}_present" for name in required} <= rules.keys()


def test_good_file(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    assert load_suite("a__b", tmp_path).expectations[0].columns == ["x"]


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("severity: error", "severity: grave", "expectations.x_present.severity"),
        ("    why: It is the key.\n", "", "expectations.x_present.why"),
        ("type: expect_column", "type: Column", "expectations.x_present.type"),
        ("id: x_present", "id: 'x; drop'", "expectations.x; drop.id"),
        ("key: [x]", "key: []", "key"),
        ("chunk_by: x", "chunk: x", "chunk_by"),
        ("table: a.b", "table: b", "table"),
        ("table: a.b", "table: a.c", "table"),
        ("{column: x}", "{column: x, row_condition: y}", "expectations.x_present"),
        ("description: A table.", "restricted: perhaps", "restricted"),
    ],
)
def test_broken_file_names_file_and_key(tmp_path: Path, old: str, new: str, key: str) -> None:
    assert old in GOOD
    file = write(tmp_path, GOOD.replace(old, new))
    with pytest.raises(SuiteError) as raised:
        load_suites(tmp_path)
    assert f"{file}: " in raised.value.what
    assert f"{key}: " in raised.value.what
    assert raised.value.remedy


def test_no_yaml(tmp_path: Path) -> None:
    file = write(tmp_path, "table: [a")
    with pytest.raises(SuiteError, match="is no YAML") as raised:
        load_suites(tmp_path)
    assert str(file) in raised.value.what


def test_empty_file(tmp_path: Path) -> None:
    write(tmp_path, "")
    with pytest.raises(SuiteError, match="whole file"):
        load_suites(tmp_path)


def test_id_used_twice(tmp_path: Path) -> None:
    rule = GOOD[GOOD.index("  - id") :]
    write(tmp_path, GOOD + rule)
    with pytest.raises(SuiteError, match="x_present is used more than once"):
        load_suites(tmp_path)


def test_uniqueness_that_chunks_would_hide(tmp_path: Path) -> None:
    write(
        tmp_path,
        GOOD.replace("column_values_to_not_be_null", "column_values_to_be_unique").replace(
            "{column: x}", "{column: y}"
        ),
    )
    with pytest.raises(SuiteError, match="chunk_by"):
        load_suites(tmp_path)


def test_unknown_suite_lists_the_known() -> None:
    with pytest.raises(SuiteError, match="no suite nothing") as raised:
        load_suite("nothing")
    assert "core__fct_value" in raised.value.remedy
