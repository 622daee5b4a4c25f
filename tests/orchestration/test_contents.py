"""What the UI shows of a table: rows, the first of them, a chart; of people only a number."""

import base64
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import dagster as dg
import duckdb
import pytest
from dagster_dbt.errors import DagsterDbtCliRuntimeError
from hypothesis import given
from hypothesis import strategies as st

from orchestration.assets.marts import MART_GROUPS
from orchestration.contents import PLOTS, contents_of, with_contents
from orchestration.definitions import defs
from orchestration.links import CODE_OF_SCHEMA, PAGE_OF_MODELS, PAGE_OF_SCHEMA, page
from orchestration.plots import Bars, as_metadata, draw
from tests.orchestration.house import published
from tests.support import PROJECT_ROOT

SVG = "{http://www.w3.org/2000/svg}"
COUNTS = st.lists(st.tuples(*[st.integers(0, 10**8)] * 2), min_size=1, max_size=60)


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as con:
        con.execute("create schema core; create table core.fct_value (year_end int, value double)")
        con.execute(
            "insert into core.fct_value values (2023, 1), (2023, null), (2024, 2), (2024, 3)"
        )
        yield con


def bars_of(svg: str) -> list[tuple[str, float, float]]:
    """Colour, height and foot of each bar."""
    found = ElementTree.fromstring(svg).iter(f"{SVG}rect")
    return [
        (one.attrib["fill"], float(one.attrib["height"]), float(one.attrib["y"]))
        for one in found
        if "x" in one.attrib and one.attrib["height"] != "10"
    ]


@given(COUNTS)
def test_bars_are_as_high_as_their_counts(counts: list[tuple[int, int]]) -> None:
    rows = [(str(n), pair) for n, pair in enumerate(counts)]
    drawn = [height for _, height, _ in bars_of(draw(Bars("A & B", ("a", "b"), rows)))]
    shown = [count for pair in counts for count in pair if count]
    assert len(drawn) == len(shown)
    highest = max((sum(pair) for pair in counts), default=0)
    for height, count in zip(drawn, shown, strict=True):
        # Drawn to a tenth of a pixel in 154.
        assert height == pytest.approx(count / max(highest, 1) * 154 / 1.04, abs=4)


def test_a_chart_is_an_image_that_is_fetched_from_nowhere() -> None:
    text = as_metadata(Bars("Värden <per> år", ("a",), [("2024", (3,))])).value or ""
    found = re.fullmatch(r"!\[(.*)\]\(data:image/svg\+xml;base64,(.*)\)", text)
    assert found and found[1] == "Värden <per> år"
    svg = base64.b64decode(found[2]).decode()
    assert "http" not in svg.replace('xmlns="http://www.w3.org/2000/svg"', "")
    titles = [one.text for one in ElementTree.fromstring(svg).iter(f"{SVG}text")]
    assert "Värden <per> år" in titles and "2024" in titles


def test_a_table_shows_its_rows_its_first_and_a_chart(con: duckdb.DuckDBPyConnection) -> None:
    shown = contents_of(con, "core.fct_value", restricted=False)
    assert shown["dagster/row_count"] == 4
    first = [dict(record.data) for record in shown["first_rows"].records]
    assert first[0] == {"year_end": "2023", "value": "1.0"} and len(first) == 4
    assert "plot" in shown


def test_of_a_table_about_people_only_the_number_of_rows_is_shown(
    con: duckdb.DuckDBPyConnection,
) -> None:
    assert contents_of(con, "core.fct_value", restricted=True) == {"dagster/row_count": 4}


class _Stores:
    """As much of the warehouse as is asked of it."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self._con = con

    def build_with_raw(self) -> Any:
        return self._con.cursor()


def _node(name: str, schema: str, *above: str) -> dict[str, Any]:
    return {
        "unique_id": name,
        "resource_type": "model",
        "schema": schema,
        "name": "fct_value",
        "depends_on": {"nodes": list(above)},
    }


@pytest.mark.parametrize("source", ["raw_kolada", "raw_elsa"])
def test_checks_follow_the_table_that_they_are_about(
    con: duckdb.DuckDBPyConnection, source: str
) -> None:
    manifest = {
        "nodes": {"mart": _node("mart", "core", "view"), "view": _node("view", "staging", "in")},
        "sources": {"in": {"schema": source}},
    }
    events = [
        dg.Output(None, "mart", metadata={"unique_id": "mart"}),
        dg.AssetCheckResult(passed=True, asset_key="mart", check_name="x"),
        dg.Output(None, "view", metadata={"unique_id": "view"}),
    ]
    told = list(with_contents(events, manifest, ["core"], _Stores(con)))
    named = [getattr(one, "check_name", "") or one.output_name for one in told]
    assert named == ["view", "mart", "x"]
    assert told[1].metadata["dagster/row_count"].value == 4
    assert ("first_rows" in told[1].metadata) is (source == "raw_kolada")


def test_what_was_built_before_dbt_failed_is_told(con: duckdb.DuckDBPyConnection) -> None:
    manifest = {"nodes": {"mart": _node("mart", "core")}, "sources": {}}

    def events() -> Iterator[Any]:
        yield dg.Output(None, "mart", metadata={"unique_id": "mart"})
        raise DagsterDbtCliRuntimeError("a model failed")

    told = []
    with pytest.raises(DagsterDbtCliRuntimeError, match="a model failed"):
        for event in with_contents(events(), manifest, ["core"], _Stores(con)):
            told.append(event)
    assert [one.metadata["dagster/row_count"].value for one in told] == [4]


def test_every_plot_is_of_an_asset_and_none_of_people() -> None:
    keys = {".".join(key.path) for key in defs.resolve_asset_graph().get_all_asset_keys()}
    assert PLOTS.keys() <= keys
    assert not [table for table in PLOTS if table.startswith(("survey.", "raw_hlv.", "raw_elsa."))]


def test_every_asset_leads_to_its_code_and_its_page() -> None:
    graph = defs.resolve_asset_graph()
    for key in graph.get_all_asset_keys():
        metadata = graph.get(key).metadata
        (reference,) = metadata["dagster/code_references"].code_references
        assert Path(reference.file_path).is_file(), key
        assert (PROJECT_ROOT / metadata["docs"].value).is_file(), key
    schemas = {key.path[0] for key in graph.get_all_asset_keys()}
    assert CODE_OF_SCHEMA.keys() | PAGE_OF_SCHEMA.keys() <= schemas
    assert page("core", "https://docs.region.example/")["docs"].value == (
        f"https://docs.region.example/{PAGE_OF_MODELS}"
    )


def _metadata(house: Path) -> dict[str, dict[str, Any]]:
    """What the UI shows of each asset's last materialization."""
    with dg.DagsterInstance.from_config(str(house / "dagster")) as instance:
        events = {
            key.to_user_string(): instance.get_latest_materialization_event(key)
            for key in defs.resolve_asset_graph().get_all_asset_keys()
        }
    return {
        name: dict(event.asset_materialization.metadata)
        for name, event in events.items()
        if event is not None and event.asset_materialization is not None
    }


def test_a_run_shows_what_is_in_its_tables(small_house: Path) -> None:
    shown = _metadata(small_house)
    marts = [name for name in shown if name.split("/")[0] in MART_GROUPS]
    assert len(marts) > 25
    assert [name for name in marts if "dagster/row_count" not in shown[name]] == []
    for table in PLOTS.keys() - {"raw_folkhalsodata.load", "core.revision"}:
        assert "plot" in shown[table.replace(".", "/")], table
    with published(small_house) as con:
        (rows,) = con.execute("select count(*) from core.fct_value").fetchone() or (0,)
    assert shown["core/fct_value"]["dagster/row_count"].value == rows
    assert len(shown["core/fct_value"]["first_rows"].records) == 5
    of_people = [name for name in shown if name.split("/")[0] == "survey"]
    assert len(of_people) > 5
    assert [name for name in of_people if {"first_rows", "plot"} & shown[name].keys()] == []


def test_a_run_traces_the_columns_of_the_marts(small_house: Path) -> None:
    shown = _metadata(small_house)
    untraced = {
        name
        for name in shown
        if name.split("/")[0] in MART_GROUPS and "dagster/column_lineage" not in shown[name]
    }
    assert untraced == set()
    lineage = shown["core/fct_value"]["dagster/column_lineage"].value.deps_by_column
    above = {dep.asset_key.to_user_string() for dep in lineage["value"]}
    assert above == {"intermediate/int_value"}
