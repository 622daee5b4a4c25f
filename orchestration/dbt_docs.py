"""dbt's documentation of all models as one page, without a server.

What belongs here: what of dbt's manifest may stand in it. What does not: making the manifest
(`manifest.py`) and the readers' dictionary (`warehouse/publish/dictionary.py`).

`dbt docs generate --static` would write paths of this machine, the time, and what it asks the
database; this fills the same page from the manifest alone, so equal models give equal bytes.
"""

import json
from pathlib import Path
from typing import Any

from warehouse.errors import JamlikError

PAGE = "dbt.html"
# Paths and times of one machine and run; and rows that unit tests make up, which nobody may
# take for data.
_NOT_SHOWN = {"root_path", "compiled_path", "compiled_code", "build_path", "created_at"}
_NOT_SHOWN_PARTS: dict[str, Any] = {"unit_tests": {}, "disabled": {}}
_METADATA = ("dbt_schema_version", "dbt_version", "project_name", "adapter_type")


def write_dbt_docs(manifest_path: Path, folder: Path) -> Path:
    """Write the page.

    Args:
        manifest_path: dbt's manifest, as `ensure_manifest` gives it.
        folder: Where to.

    Returns:
        The page.

    Raises:
        JamlikError: The page that dbt brings has another form than this knows.
    """
    # Imported late: dbt takes a second.
    from dbt.task.docs import DOCS_INDEX_FILE_PATH

    manifest = json.loads(manifest_path.read_text(encoding="utf-8"))
    page = Path(DOCS_INDEX_FILE_PATH).read_text(encoding="utf-8")
    for name, content in (("MANIFEST", shown(manifest)), ("CATALOG", catalogue(manifest))):
        place = f'"{name}.JSON INLINE DATA"'
        if page.count(place) != 1:
            raise JamlikError(
                f"dbt's page of documentation has no single place for {name}.",
                "This version of dbt is another than orchestration/dbt_docs.py was written for.",
            )
        # `</` would end the script that the text stands in.
        page = page.replace(place, json.dumps(content, sort_keys=True).replace("</", "<\\/"))
    path = folder / PAGE
    path.write_text(page, encoding="utf-8")
    return path


def shown(manifest: dict[str, Any]) -> dict[str, Any]:
    """The manifest without what tells of a machine, a run or made-up rows."""
    metadata = {name: manifest["metadata"][name] for name in _METADATA}
    return {**_without(manifest), **_NOT_SHOWN_PARTS, "metadata": metadata}


def _without(part: Any) -> Any:
    if isinstance(part, dict):
        return {key: _without(one) for key, one in part.items() if key not in _NOT_SHOWN}
    return [_without(one) for one in part] if isinstance(part, list) else part


def catalogue(manifest: dict[str, Any]) -> dict[str, Any]:
    """Columns and types as the contracts declare them, in the form of dbt's catalog."""
    return {
        "metadata": {},
        "errors": None,
        "sources": {},
        "nodes": {
            name: {
                "unique_id": name,
                "metadata": {
                    "type": node["config"]["materialized"],
                    "database": node["database"],
                    "schema": node["schema"],
                    "name": node["name"],
                },
                "columns": {
                    column["name"]: {
                        "name": column["name"],
                        "type": column["data_type"],
                        "index": index,
                    }
                    for index, column in enumerate(node["columns"].values(), start=1)
                    if column.get("data_type")
                },
                "stats": {},
            }
            for name, node in manifest["nodes"].items()
            if node["resource_type"] == "model"
        },
    }
