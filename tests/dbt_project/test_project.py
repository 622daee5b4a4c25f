"""What every model must have, and which layer may read which; from dbt's manifest."""

import duckdb
import pytest

from ingestion.delivered.codebook import source_codebooks
from ingestion.delivered.store import make_empty
from tests.dbt_project.conftest import Dbt

LAYERS = ("staging", "intermediate", "marts")
# Read by: staging reads sources; intermediate staging, seeds and itself; marts intermediate.
MAY_READ = {
    "staging": {"source"},
    "intermediate": {"staging", "seed", "intermediate"},
    "marts": {"intermediate"},
}


def _layer(manifest: dict, unique_id: str) -> str:
    if unique_id.startswith(("source.", "seed.")):
        return unique_id.split(".")[0]
    return manifest["nodes"][unique_id]["fqn"][1]


def _models(manifest: dict) -> list[dict]:
    """All but those that are only part of another one's query."""
    models = [n for n in manifest["nodes"].values() if n["resource_type"] == "model"]
    return [n for n in models if n["config"]["materialized"] != "ephemeral"]


def _marts(manifest: dict) -> list[dict]:
    return [model for model in _models(manifest) if model["fqn"][1] == "marts"]


def test_layers_read_only_what_they_may(manifest: dict) -> None:
    wrong = [
        f"{model['name']} reads {parent}"
        for model in _models(manifest)
        for parent in model["depends_on"]["nodes"]
        if _layer(manifest, parent) not in MAY_READ[_layer(manifest, model["unique_id"])]
    ]
    assert wrong == []
    assert {_layer(manifest, model["unique_id"]) for model in _models(manifest)} == set(LAYERS)


def test_schemas_are_plain_and_names_follow_the_layer(manifest: dict) -> None:
    for model in _models(manifest):
        layer = model["fqn"][1]
        expected = model["fqn"][2] if layer == "marts" else layer
        assert model["schema"] == expected, model["name"]
        prefix = {"staging": "stg_", "intermediate": "int_", "marts": ""}[layer]
        assert model["name"].startswith(prefix)


def test_every_model_and_column_is_described(manifest: dict) -> None:
    described = [*_models(manifest), *manifest["sources"].values()]
    missing = [node["name"] for node in described if not node["description"].strip()]
    missing += [
        f"{node['name']}.{column['name']}"
        for node in described
        for column in node["columns"].values()
        if not column["description"].strip()
    ]
    assert missing == []
    assert all(node["columns"] for node in described)


def test_every_column_of_a_built_relation_is_described(
    built: Dbt, marts: duckdb.DuckDBPyConnection, manifest: dict
) -> None:
    marts.execute(f"attach '{built.raw}' as kolada (read_only)")
    marts.execute(f"attach '{built.folkhalsodata}' as folkhalsodata (read_only)")
    marts.execute(f"attach '{built.folder / 'raw/checks.duckdb'}' as checks (read_only)")
    answers = set()
    for source in ("hlv", "lupp", "elsa"):
        make_empty(marts, source)
        # Answers have one column an item, which codebooks describe; of paths one for each talk.
        for column in (f"item_{i.item}" for book in source_codebooks(source) for i in book.items):
            answers |= {column, f"from_{column}", f"to_{column}"}
    for model in _models(manifest):
        found = marts.execute(f"describe {model['schema']}.{model['name']}").fetchall()
        columns = {row[0] for row in found} - answers
        assert sorted(columns) == sorted(model["columns"]), model["name"]


def test_marts_have_contracts_keys_and_order(manifest: dict) -> None:
    for mart in _marts(manifest):
        assert mart["config"]["contract"]["enforced"], mart["name"]
        assert mart["config"]["materialized"] == "table"
        columns = mart["columns"]
        assert all(column["data_type"] for column in columns.values()), mart["name"]
        meta = mart["config"]["meta"]
        assert meta["sort_by"], mart["name"]
        assert set(meta["primary_key"]) | set(meta["sort_by"]) <= set(columns)
        required = {
            name
            for name, column in columns.items()
            if any(rule["type"] == "not_null" for rule in column["constraints"])
        }
        assert set(meta["primary_key"]) | {"is_demonstration"} <= required, mart["name"]


def test_every_key_is_tested(manifest: dict) -> None:
    tested = {
        (node["attached_node"], tuple(node["test_metadata"]["kwargs"]["columns"]))
        for node in manifest["nodes"].values()
        if node["resource_type"] == "test"
        and (node.get("test_metadata") or {}).get("name") == "unique_key"
        and node["attached_node"].startswith("model.")
    }
    keys = {
        (mart["unique_id"], tuple(mart["config"]["meta"]["primary_key"]))
        for mart in _marts(manifest)
        if mart["config"]["meta"]["primary_key"]
    }
    assert keys and keys == tested


def test_every_check_says_its_rule_in_words(manifest: dict) -> None:
    seeds = {f["unique_id"] for f in manifest["nodes"].values() if f["resource_type"] == "seed"}
    checks = [
        node
        for node in manifest["nodes"].values()
        if node["resource_type"] == "test" and node.get("attached_node") not in seeds
    ]
    checks += manifest["unit_tests"].values()
    assert checks
    assert [check["name"] for check in checks if not check["description"].strip()] == []


@pytest.mark.parametrize("model", ["area_gap", "gender_gap", "int_value", "int_area_rank"])
def test_arithmetic_has_unit_tests(manifest: dict, model: str) -> None:
    assert model in {test["model"] for test in manifest["unit_tests"].values()}
