"""What a release says of itself to tools: dictionary, data package, tabular model."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import duckdb
import frictionless
import pytest

from tests.support import PROJECT_ROOT

# Rows that frictionless reads of each table; what others refer to it reads whole.
SAMPLE = 150


@pytest.fixture
def package(published: Path) -> dict[str, Any]:
    return json.loads((published / "datapackage.json").read_text(encoding="utf-8"))


@pytest.fixture
def model(published: Path) -> dict[str, Any]:
    return json.loads((published / "power_bi.json").read_text(encoding="utf-8"))["model"]


class Sections(HTMLParser):
    """First cells of all rows, by the heading that they stand under."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.cells: dict[str, list[tuple[str, str]]] = {}
        self.section, self.row, self.in_cell = "", [], False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("h2", "h3"):
            self.section = dict(attrs).get("id") or ""
        if tag == "tr":
            self.row = []
        if tag in ("td", "th"):
            self.in_cell = True
            self.row.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self.in_cell = False
        if tag == "tr":
            name = self.row[0].removesuffix(" (key)")
            self.cells.setdefault(self.section, []).append((name, self.row[-1].strip()))

    def handle_data(self, data: str) -> None:
        if self.in_cell:
            self.row[-1] += data


def test_dictionary_has_every_published_column(published: Path) -> None:
    cells = Sections((published / "dictionary.html").read_text(encoding="utf-8")).cells
    with duckdb.connect(str(published / "jamlik.duckdb"), read_only=True) as con:
        columns = con.execute(
            "select if(schema_name = 'indicator', 'views', schema_name || '.' || table_name), "
            "column_name, any_value(comment) from duckdb_columns() where not internal group by all"
        ).fetchall()
        macros = con.execute(
            "select schema_name || '.' || function_name, comment from duckdb_functions() "
            "where not internal"
        ).fetchall()
    assert len(columns) > 400 and len(macros) == 4
    for section, column, comment in columns:
        (meaning,) = [text for name, text in cells[section] if name == column]
        assert meaning.startswith(comment), (section, column)
    assert set(macros) <= set(cells["macros"])


def test_rows_meet_the_data_package(published: Path, package: dict[str, Any]) -> None:
    """Types, required values, keys and foreign keys, by the standard's own library."""
    referred = {
        key["reference"]["resource"]
        for one in package["resources"]
        for key in one["schema"].get("foreignKeys", [])
    }
    resources = []
    for one in package["resources"]:
        limit = "" if one["name"] in referred else f"using sample reservoir({SAMPLE} rows) "
        found = duckdb.sql(f"from '{published / one['path']}' {limit}")
        resources.append(_resource(one, [found.columns, *map(list, found.fetchall())]))
    report = frictionless.Package(resources=resources).validate()
    assert report.valid, report.flatten(["title", "message"])[:5]
    assert len(resources) > 30 and report.stats["errors"] == 0


def _resource(described: dict[str, Any], data: list[Any]) -> frictionless.Resource:
    schema = frictionless.Schema.from_descriptor(described["schema"])
    return frictionless.Resource(name=described["name"], data=data, schema=schema)


@pytest.mark.parametrize(
    "column, value, fault",
    [
        ("year_end", "soon", "type-error"),
        ("area_id", None, "constraint-error"),
        ("area_id", "9999", "foreign-key"),
    ],
)
def test_a_wrong_row_does_not_meet_it(
    published: Path, package: dict[str, Any], column: str, value: Any, fault: str
) -> None:
    resources = []
    for one in package["resources"]:
        if one["title"] in ("core.fct_value", "core.dim_area", "core.dim_indicator"):
            found = duckdb.sql(f"from '{published / one['path']}' limit 400")
            data = [found.columns, *map(list, found.fetchall())]
            if one["title"] == "core.fct_value":
                data = data[:3]
                data[1][found.columns.index(column)] = value
            resources.append(_resource(one, data))
    report = frictionless.Package(resources=resources).validate()
    assert {fault} == {kind for (kind,) in report.flatten(["type"])}


def test_relations_lead_to_one_row_each(published: Path, model: dict[str, Any]) -> None:
    def source(table: str) -> str:
        return f"'{published / 'parquet' / table}.parquet'"

    assert len(model["relationships"]) > 30
    for one in model["relationships"]:
        key = f'{source(one["toTable"])}, "{one["toColumn"]}"'.split(", ")
        counts = f"select count(*), count({key[1]}), count(distinct {key[1]}) from {key[0]}"
        n_rows, n_keys, n_different = duckdb.sql(counts).fetchall()[0]
        assert n_rows == n_keys == n_different, one
        loose = duckdb.sql(
            f'select count(*) from {source(one["fromTable"])} where "{one["fromColumn"]}" '
            f"not in (select {key[1]} from {key[0]})"
        ).fetchall()
        assert loose == [(0,)], one
        assert (one["fromCardinality"], one["toCardinality"]) == ("many", "one")
        assert one["crossFilteringBehavior"] == "oneDirection"
    pairs = [(r["fromTable"], r["toTable"]) for r in model["relationships"] if r["isActive"]]
    assert len(pairs) == len(set(pairs)), "a model takes one active relation between two tables"
    assert not [pair for pair in pairs if pair[0] == pair[1]]


def test_the_star_is_as_documented(model: dict[str, Any]) -> None:
    active = {(r["toTable"], r["fromTable"]) for r in model["relationships"] if r["isActive"]}
    text = (PROJECT_ROOT / "docs" / "bi.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(core\.dim_\w+)` \| `\w+` \| (.*) \|$", text, re.M)
    assert len(rows) == 4
    for dimension, facts in rows:
        named = re.findall(r"`(\w+\.\w+)`", facts)
        assert named and {(dimension, fact) for fact in named} <= active
    surveys = {table["name"] for table in model["tables"] if table["name"].startswith("survey.")}
    assert surveys and {("core.dim_area", name) for name in surveys} <= active


def test_queries_read_each_file_with_its_columns(published: Path, model: dict[str, Any]) -> None:
    kinds = {"VARCHAR": "string", "DOUBLE": "double", "BOOLEAN": "boolean"}
    files = {path.stem for path in (published / "parquet").iterdir()}
    assert {table["name"] for table in model["tables"]} == files
    for table in model["tables"]:
        lines = "\n".join(table["partitions"][0]["source"]["expression"])
        (file,) = re.findall(r'File\.Contents\(ParquetFolder & "\\(.*?)"\)', lines)
        found = duckdb.sql(f"describe from '{published / 'parquet' / file}'").fetchall()
        names = [name for name, *_ in found]
        assert re.findall(r'\{"(\w+)", (?:type \w+|Int64\.Type)\}', lines) == names
        assert [column["sourceColumn"] for column in table["columns"]] == names
        for (_, data_type, *_), column in zip(found, table["columns"], strict=True):
            assert column["dataType"] == kinds.get(data_type, column["dataType"])
            assert column["description"]


def test_measures_name_columns_that_are_there(model: dict[str, Any]) -> None:
    columns = {t["name"]: {c["name"] for c in t["columns"]} for t in model["tables"]}
    measures = [(t["name"], m) for t in model["tables"] for m in t.get("measures", [])]
    assert len(measures) == len({m["name"].lower() for _, m in measures}) == 4
    for table, measure in measures:
        assert measure["name"].lower() not in {name.lower() for name in columns[table]}
        named = re.findall(r"'([\w.]+)'\[(\w+)\]", measure["expression"])
        assert named and all(column in columns[table] for table, column in named)
