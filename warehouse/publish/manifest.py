"""`manifest.json`: what a release is made of, and proof that its files are whole.

What belongs here: the manifest's content, reading results back from it, and writing JSON.
What does not: the description for readers of data (`datapackage.py`).
"""

import json
import platform
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from warehouse.publish.contract import TableContract
from warehouse.publish.database import parquet_path
from warehouse.publish.results import PublicationCheck, ReleaseInfo, TableDiff
from warehouse.publish.store import MANIFEST, MANIFEST_FORMAT, sha256

_TOOLS = ("duckdb", "dbt-core", "dbt-duckdb", "dlt", "pyarrow", "great-expectations", "dagster")


def build_manifest(
    folder: Path,
    tables: Sequence[TableContract],
    info: ReleaseInfo,
    *,
    created: datetime,
    content_hash: str,
    prints: dict[str, tuple[int, str]],
    views: Sequence[str],
    checks: Sequence[PublicationCheck],
    diff: dict[str, TableDiff],
) -> dict[str, Any]:
    """Everything to know of a release whose other files are written.

    Args:
        folder: The release folder.
        tables: Contracts of its tables.
        info: The run's origin, region, inputs and earlier checks.
        created: When it was made, UTC.
        content_hash: Hash of all that makes a release differ from another.
        prints: Rows and fingerprint per table.
        views: Names of the indicator views.
        checks: Results of the publication's checks.
        diff: Against the last release of the same origin.
    """
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {
        "format": MANIFEST_FORMAT,
        "created": created_text(created),
        "origin": info.origin,
        "region": info.region,
        "run_id": info.run_id,
        "content_hash": content_hash,
        "versions": {"python": platform.python_version(), **_versions()},
        "tables": {table.full_name: _table(folder, table, prints) for table in tables},
        "views": list(views),
        "files": {
            path.relative_to(folder).as_posix(): {
                "bytes": path.stat().st_size,
                "sha256": sha256(path),
            }
            for path in files
        },
        "inputs": info.inputs,
        "checks": info.checks,
        "publication_checks": [_check(check) for check in checks],
        "diff": diff_content(diff),
    }


def _check(check: PublicationCheck) -> dict[str, Any]:
    return {name: value for name, value in asdict(check).items() if name != "details"}


def created_text(created: datetime) -> str:
    """The time of a release as the manifest writes it."""
    return created.strftime("%Y-%m-%dT%H:%M:%SZ")


def diff_content(diff: dict[str, TableDiff]) -> dict[str, dict[str, Any]]:
    """The diff as the manifest holds it."""
    return {name: asdict(table) for name, table in diff.items()}


def _table(
    folder: Path, table: TableContract, prints: dict[str, tuple[int, str]]
) -> dict[str, Any]:
    rows, fingerprint = prints[table.full_name]
    path = parquet_path(folder, table)
    return {
        "rows": rows,
        "fingerprint": fingerprint,
        "parquet": path.relative_to(folder).as_posix(),
        "sha256": sha256(path),
        "columns": list(table.column_names),
        "primary_key": list(table.primary_key),
    }


def _versions() -> dict[str, str]:
    found = {}
    for tool in _TOOLS:
        try:
            found[tool] = version(tool)
        except PackageNotFoundError:
            continue
    return found


def stored_checks(manifest: dict[str, Any]) -> list[PublicationCheck]:
    """The publication's checks as a manifest holds them."""
    return [PublicationCheck(**check) for check in manifest["publication_checks"]]


def write_manifest(folder: Path, manifest: dict[str, Any]) -> None:
    """Write the manifest, last of all files; the folder's name is its release id."""
    write_json(folder / MANIFEST, manifest)


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Write JSON for people and machines; å, ä and ö stay as they are."""
    text = json.dumps(content, ensure_ascii=False, indent=2, default=str)
    path.write_text(text + "\n", encoding="utf-8")
