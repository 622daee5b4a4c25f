"""Contracts read from dbt's manifest."""

import json
from pathlib import Path
from typing import Any

import pytest

from warehouse.errors import PublishError
from warehouse.publish import ColumnContract, TableContract, contracts_from_manifest


def _model(name: str, folder: str = "marts/core", **more: Any) -> dict[str, Any]:
    return {
        "resource_type": "model",
        "name": name,
        "schema": "core",
        "original_file_path": f"models/{folder}/{name}.sql",
        "description": "One row\nper area.",
        "columns": {
            "area_id": {"name": "area_id", "data_type": "string", "description": "Code."},
            "name": {
                "name": "name",
                "data_type": "string",
                "description": "Name.",
                "constraints": [{"type": "not_null"}],
            },
            "note": {"name": "note", "data_type": "string", "description": "Note."},
        },
        "constraints": [],
        "config": {"meta": {"primary_key": ["area_id"], "sort_by": ["name"]}},
        **more,
    }


def _write(folder: Path, *models: dict[str, Any]) -> Path:
    path = folder / "manifest.json"
    path.write_text(json.dumps({"nodes": {m["name"]: m for m in models}}), encoding="utf-8")
    return path


def test_marts_become_contracts_and_other_models_do_not(tmp_path: Path) -> None:
    manifest = _write(tmp_path, _model("dim_area"), _model("stg_area", "staging/kolada"))
    (table,) = contracts_from_manifest(manifest)
    assert table.full_name == "core.dim_area"
    assert table.description == "One row per area."
    assert [c.nullable for c in table.columns] == [False, False, True]
    assert [c.is_key for c in table.columns] == [True, False, False]
    assert table.order == ("name", "area_id")


def test_ranges_are_declared_beside_the_order(tmp_path: Path) -> None:
    ranged = _model("a", config={"meta": {"sort_by": ["name"], "range_by": "area_id"}})
    wrong = _model("b", config={"meta": {"sort_by": ["name"], "range_by": "county"}})
    (table,) = contracts_from_manifest(_write(tmp_path, ranged))
    assert table.range_by == "area_id"
    with pytest.raises(PublishError, match="county"):
        contracts_from_manifest(_write(tmp_path, wrong))


def test_key_may_be_a_constraint_of_the_model_or_of_a_column(tmp_path: Path) -> None:
    of_model = _model("a", config={}, constraints=[{"type": "primary_key", "columns": ["name"]}])
    of_column = _model("b", config={})
    of_column["columns"]["note"]["constraints"] = [{"type": "primary_key"}]
    first, second = contracts_from_manifest(_write(tmp_path, of_model, of_column))
    assert (first.primary_key, second.primary_key) == (("name",), ("note",))


@pytest.mark.parametrize("content", ["", "{}", '{"nodes": {}}'])
def test_manifest_without_marts_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "manifest.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(PublishError, match=r"manifest\.json"):
        contracts_from_manifest(path)


def test_column_without_type_is_named(tmp_path: Path) -> None:
    model = _model("dim_area")
    del model["columns"]["note"]["data_type"]
    with pytest.raises(PublishError, match=r"Column note of core\.dim_area"):
        contracts_from_manifest(_write(tmp_path, model))


def test_key_that_is_no_column_is_named() -> None:
    with pytest.raises(PublishError, match="area"):
        TableContract("core", "t", "", (ColumnContract("a", "int", ""),), primary_key=("area",))
