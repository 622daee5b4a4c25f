"""From which columns a model's columns are made."""

import json
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from orchestration.column_lineage import columns_in, columns_of, trace

RAW = {("raw", "reading"): '"db"."raw"."reading"', ("raw", "area"): '"db"."raw"."area"'}


@pytest.fixture
def con() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    con.execute("create schema raw; create table raw.reading (kpi text, area text, value double)")
    con.execute("create table raw.area (id text, name text, is_focus boolean)")
    return con


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        (
            "select kpi as indicator_id, round(value, 1) as value from db.raw.reading",
            {"indicator_id": ["reading.kpi"], "value": ["reading.value"]},
        ),
        (
            "with r as (select * from db.raw.reading), a as (from db.raw.area where is_focus) "
            "select r.value, a.name, r.kpi || a.id as both_ids, 1 as one "
            "from r join a on a.id = r.area",
            {
                "value": ["reading.value"],
                "name": ["area.name"],
                "both_ids": ["area.id", "reading.kpi"],
                "one": [],
            },
        ),
        (
            "select kpi as any_id from db.raw.reading union all select id from db.raw.area",
            {"any_id": ["area.id", "reading.kpi"]},
        ),
        (
            "select area, sum(value) over (partition by kpi) as total from db.raw.reading "
            "qualify row_number() over (partition by area order by value) = 1",
            {"area": ["reading.area"], "total": ["reading.kpi", "reading.value"]},
        ),
    ],
)
def test_columns_lead_through_ctes_joins_unions_and_windows(
    con: duckdb.DuckDBPyConnection, sql: str, expected: dict[str, list[str]]
) -> None:
    found = columns_of(sql, RAW, columns_in(con))
    assert {
        column: [f"{one.asset_key.path[-1]}.{one.column_name}" for one in deps]
        for column, deps in found.items()
    } == expected


def test_a_model_that_cannot_be_traced_is_said_and_the_others_are_traced(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    nodes = {}
    for name, sql in {"good": "select kpi from db.raw.reading", "bad": "select ( from"}.items():
        file = tmp_path / "jamlik" / "models" / f"{name}.sql"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(sql, encoding="utf-8")
        nodes[f"model.{name}"] = {
            "name": name,
            "resource_type": "model",
            "package_name": "jamlik",
            "original_file_path": f"models/{name}.sql",
            "depends_on": {"nodes": ["source.reading"]},
        }
    source = {"schema": "raw", "name": "reading", "relation_name": '"db"."raw"."reading"'}
    manifest = {"nodes": nodes, "sources": {"source.reading": source}}
    found = trace(manifest, tmp_path, columns_in(con))
    assert found.keys() == {"model.good"}
    assert "columns of bad cannot be traced" in caplog.text
    kept = dg.deserialize_value(json.loads(json.dumps(dg.serialize_value(found["model.good"]))))
    assert kept == found["model.good"]
