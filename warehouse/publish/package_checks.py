"""The publication's checks of `datapackage.json`, read as a stranger would.

What belongs here: whether the description is well formed, and whether the files are as it says.
What does not: writing it (`datapackage.py`), the rows themselves (`file_checks.py`).

Keys, nulls and rows are proved on the build file (`checks.py`), and that Parquet holds the
built rows by their hashes; here it is what the description adds.
"""

import json
from pathlib import Path
from typing import Any

import duckdb

from warehouse.publish.checks import check_result
from warehouse.publish.datapackage import field_type
from warehouse.publish.results import PublicationCheck
from warehouse.publish.store import sha256
from warehouse.sql import literal

PACKAGE = "datapackage.json"


def package_valid(folder: Path) -> PublicationCheck:
    """The whole descriptor meets the standard, by the standard's own library.

    Args:
        folder: The release folder.
    """
    # Imported late: it takes 0.6 s, and those who only read contracts do not need it.
    from frictionless import Package

    descriptor = _descriptor(folder)
    report = Package.validate_descriptor(descriptor, basepath=str(folder))
    return check_result(
        "datapackage_is_valid",
        [message for (message,) in report.flatten(["message"])],
        f"{PACKAGE} meets the Data Package standard, version 1, in every part.",
        f"{len(descriptor['resources'])} resources without an error",
        "Correct warehouse/publish/datapackage.py.",
    )


def package_describes_files(con: duckdb.DuckDBPyConnection, folder: Path) -> PublicationCheck:
    """Each file has the size, hash, columns, types and other side of keys that are described.

    Args:
        con: Any connection; reads Parquet.
        folder: The release folder.
    """
    resources = _descriptor(folder)["resources"]
    described = {folder / one["path"] for one in resources}
    faults = [
        f"{path.name} is not described"
        for path in sorted((folder / "parquet").iterdir())
        if path not in described
    ]
    fields = {one["name"]: [f["name"] for f in one["schema"]["fields"]] for one in resources}
    for one in resources:
        faults += _file_faults(con, folder, one)
        faults += [
            f"{one['title']}: {key['fields'][0]} refers to {key['reference']}, which is not there"
            for key in one["schema"].get("foreignKeys", [])
            if key["reference"]["fields"][0]
            not in fields.get(key["reference"]["resource"] or one["name"], [])
        ]
    return check_result(
        "datapackage_describes_the_files",
        faults,
        f"Each Parquet file has the size, sha256, columns and types that {PACKAGE} says.",
        f"{len(resources)} files as described",
        "Publish again; if it happens twice, correct warehouse/publish/datapackage.py.",
    )


def _descriptor(folder: Path) -> dict[str, Any]:
    return json.loads((folder / PACKAGE).read_text(encoding="utf-8"))


def _file_faults(
    con: duckdb.DuckDBPyConnection, folder: Path, resource: dict[str, Any]
) -> list[str]:
    path, name = folder / resource["path"], resource["title"]
    if not path.is_file():
        return [f"{name}: {resource['path']} is not there"]
    faults = []
    if path.stat().st_size != resource["bytes"]:
        faults.append(f"{name}: {path.stat().st_size} bytes, described as {resource['bytes']}")
    if f"sha256:{sha256(path)}" != resource["hash"]:
        faults.append(f"{name}: the sha256 is another than described")
    found = con.execute(f"describe from read_parquet({literal(str(path))})").fetchall()
    columns = [(column, field_type(data_type)) for column, data_type, *_ in found]
    described = [(field["name"], field["type"]) for field in resource["schema"]["fields"]]
    if columns != described:
        odd = [str(one) for one in set(columns) ^ set(described)] or ["their order"]
        faults.append(f"{name}: columns differ from the description in {', '.join(sorted(odd))}")
    return faults
