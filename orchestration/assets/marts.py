"""Everything that dbt builds, as assets.

What belongs here: the dbt assets, how dbt's names become asset keys, groups and owners,
and running `dbt build`. What does not: models (`dbt_project/`) and dbt's unit tests
(`asset_checks/dbt_unit_tests.py`).
"""

import json
import os
from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DbtCliResource, DbtProject, dbt_assets

from orchestration.asset_checks.dbt_tests import spec_of_test, with_findings
from orchestration.assets.kolada import OWNERS
from orchestration.column_lineage import stream_with_lineage
from orchestration.contents import with_contents
from orchestration.links import code_of_node
from orchestration.manifest import (
    dbt_environment,
    ensure_manifest,
    files_digest,
    forget_old_invocations,
)
from orchestration.resources import DUCKDB_WRITE, Warehouse
from warehouse import build_state
from warehouse.settings import load_settings

GROUP_OF_FOLDER = {"staging": "staging", "intermediate": "intermediate", "seeds": "register"}
MART_GROUPS = {
    "core": "marts_core",
    "equity": "marts_equity",
    "survey": "marts_survey",
    "quality": "marts_quality",
}


class Translator(DagsterDbtTranslator):
    """dbt's names in the house's grammar: an asset key is [schema, name]."""

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        """[schema, name], for sources and models alike."""
        return dg.AssetKey([dbt_resource_props["schema"], dbt_resource_props["name"]])

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        """The layer, and for marts the schema too."""
        schema = dbt_resource_props["schema"]
        return MART_GROUPS.get(schema) or GROUP_OF_FOLDER.get(schema)

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> list[str]:
        """Who answers for it."""
        return OWNERS

    def get_metadata(self, dbt_resource_props: Mapping[str, Any]) -> Mapping[str, Any]:
        """dbt's columns, and the file."""
        return {**super().get_metadata(dbt_resource_props), **code_of_node(dbt_resource_props)}

    def get_description(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """dbt's description alone; the compiled SQL is one click away in the UI's lineage."""
        return dbt_resource_props.get("description", "")

    def get_asset_check_spec(
        self,
        asset_spec: dg.AssetSpec,
        manifest: Mapping[str, Any],
        unique_id: str,
        project: DbtProject | None,
    ) -> dg.AssetCheckSpec | None:
        """With the rule in words, which dagster-dbt looks for in another place."""
        spec = super().get_asset_check_spec(asset_spec, manifest, unique_id, project)
        if spec is None:
            return None
        return spec_of_test(spec, manifest["nodes"][unique_id])


def load_manifest() -> dict[str, Any]:
    """dbt's manifest, made when needed."""
    return json.loads(ensure_manifest(load_settings()).read_text(encoding="utf-8"))


def mart_keys(manifest: Mapping[str, Any]) -> list[dg.AssetKey]:
    """Asset keys of all marts, which publishing waits for."""
    translator = Translator()
    return [
        translator.get_asset_key(node)
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["schema"] in MART_GROUPS
    ]


def marts_asset(manifest: Mapping[str, Any]) -> dg.AssetsDefinition:
    """The dbt project as one multi-asset with dbt's data tests as its checks."""

    @dbt_assets(
        name="build_marts",
        manifest=manifest,
        exclude="resource_type:unit_test",
        dagster_dbt_translator=Translator(),
        pool=DUCKDB_WRITE,
    )
    def build_marts(
        context: dg.AssetExecutionContext, dbt: DbtCliResource, warehouse: Warehouse
    ) -> Iterator[Any]:
        settings = warehouse.settings
        os.environ.update(dbt_environment(settings))
        forget_old_invocations(settings)
        build_state.forget(settings.paths)
        _drop_damaged_build(warehouse)
        command = ["build", "--exclude-resource-type", "unit_test"]
        invocation = dbt.cli(command, context=context)
        kept = settings.paths.column_lineage
        events = stream_with_lineage(invocation, kept, files_digest(), warehouse.build_with_raw)
        checked = with_findings(events, manifest, invocation.target_path, warehouse)
        yield from with_contents(checked, manifest, MART_GROUPS, warehouse)

    return build_marts


def _drop_damaged_build(warehouse: Warehouse) -> None:
    """A build file that a kill has left unreadable is made anew; all in it is derived."""
    import duckdb

    path = warehouse.settings.paths.build
    try:
        if path.exists():
            with warehouse.build() as con:
                con.execute("select 1")
    except (duckdb.IOException, duckdb.SerializationException, duckdb.InternalException):
        for file in (path, path.with_name(path.name + ".wal")):
            file.unlink(missing_ok=True)
