"""From an asset to the file that makes it, and to the page that explains it.

What belongs here: which file and which page. What does not: links from checks to the runbook
(`asset_checks/finding.py`).
"""

import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import dagster as dg

from warehouse.paths import PROJECT_ROOT

# By the first part of the asset key. dbt's manifest knows the files of what dbt makes.
CODE_OF_SCHEMA = {
    "raw_kolada": "ingestion/kolada/load.py",
    "raw_folkhalsodata": "ingestion/folkhalsodata/load.py",
    "raw_hlv": "ingestion/delivered/load.py",
    "raw_lupp": "ingestion/delivered/load.py",
    "raw_elsa": "ingestion/elsa/talks.py",
    "raw_checks": "orchestration/check_history.py",
    "published": "warehouse/publish/release.py",
    "indicator": "warehouse/publish/views.py",
}
PAGE_OF_SCHEMA = {
    "raw_kolada": "kolada.md",
    "raw_folkhalsodata": "folkhalsodata.md",
    "raw_hlv": "surveys.md",
    "raw_lupp": "surveys.md",
    "raw_elsa": "school_health.md",
    "raw_checks": "runbook.md",
    "seeds": "register.md",
    "published": "files.md",
    "indicator": "files.md",
}
# Of all else, which dbt makes.
PAGE_OF_MODELS = "marts.md"


def code_at(path: str) -> dict[str, dg.MetadataValue]:
    """Metadata that leads to a file of the project.

    Args:
        path: From the project's root.
    """
    with warnings.catch_warnings():
        # Said of each asset at every start, to whoever runs the pipeline.
        warnings.simplefilter("ignore", dg.BetaWarning)
        reference = dg.LocalFileCodeReference(file_path=str(PROJECT_ROOT / path), label=path)
        value = dg.CodeReferencesMetadataValue(code_references=[reference])
    return {"dagster/code_references": value}


def page(schema: str, docs_url: str) -> dict[str, dg.MetadataValue]:
    """Metadata that leads to the page on a schema's tables; its place where docs have no address.

    Args:
        schema: First part of an asset key.
        docs_url: JAMLIK_DOCS_URL.
    """
    name = PAGE_OF_SCHEMA.get(schema, PAGE_OF_MODELS)
    if docs_url:
        return {"docs": dg.MetadataValue.url(f"{docs_url.rstrip('/')}/{name}")}
    return {"docs": dg.MetadataValue.text(str(Path("docs") / name))}


def code_of_node(node: Mapping[str, Any]) -> dict[str, dg.MetadataValue]:
    """Metadata that leads to the file of a dbt model or seed; nothing for a source."""
    if node["resource_type"] not in ("model", "seed"):
        return {}
    return code_at(f"dbt_project/{node['original_file_path']}")


def with_links(
    assets: Sequence[dg.AssetsDefinition], docs_url: str
) -> Sequence[dg.AssetsDefinition]:
    """Stamp links on all assets.

    Args:
        assets: Those of dbt know their code already.
        docs_url: JAMLIK_DOCS_URL.
    """

    def linked(spec: dg.AssetSpec) -> dg.AssetSpec:
        schema = spec.key.path[0]
        code = CODE_OF_SCHEMA.get(schema)
        return spec.merge_attributes(
            metadata={**page(schema, docs_url), **(code_at(code) if code else {})}
        )

    return list(dg.map_asset_specs(linked, assets))
