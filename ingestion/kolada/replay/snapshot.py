"""Opening a snapshot folder, and refusing one that is missing or damaged.

What belongs here: reading the metadata files, checking the files of values from end to end,
errors that name the file. What does not: answering requests (`api.py`, `values.py`).
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import msgspec

from warehouse.errors import JamlikError

VALUES, OU_VALUES = "values.parquet", "ou_values.parquet"
# Endpoint -> (file, fields that every entry must have).
METADATA = {
    "kpi": ("kpi_v3.json", ("id", "title")),
    "kpi_groups": ("kpi_groups.json", ("id", "title", "members")),
    "municipality": ("municipality_v3.json", ("id", "title", "type")),
    "municipality_groups": ("municipality_groups_v3.json", ("id", "title", "members")),
}
FILES = (VALUES, *(name for name, _ in METADATA.values()))
# Units: a folder has both files or, where no units were stored, none of them.
OU_METADATA = ("ou_v3.json", ("id", "title", "municipality"))
OU_FILES = (OU_VALUES, OU_METADATA[0])
INTEGERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER")
TEXT = ("VARCHAR",)
VALUE_COLUMN = {"value": ("DOUBLE", "FLOAT", *INTEGERS)}
OPTIONAL_COLUMNS = {
    "status": TEXT,
    "count": INTEGERS,
    "isdeleted": ("BOOLEAN",),
    "changed_at": ("DATE", "TIMESTAMP", "TIMESTAMP WITH TIME ZONE"),
}
REMEDY = "Restore the file, or record or generate the snapshot again."

Entry = dict[str, Any]


class SnapshotError(JamlikError):
    """The snapshot folder cannot be served."""


@dataclass(frozen=True)
class ValueFile:
    """A checked file of values, of areas or of units.

    Args:
        path: Where it lies.
        place: The column, and the part of answers and addresses, that names the place.
        columns: All its columns.
        rows: Number of rows of each KPI.
    """

    path: Path
    place: str
    columns: frozenset[str]
    rows: dict[str, int]


@dataclass(frozen=True)
class Snapshot:
    """A checked snapshot folder.

    Args:
        folder: Where it lies.
        metadata: The entries of each metadata endpoint, as they are answered.
        values: The file behind each endpoint of values.
    """

    folder: Path
    metadata: dict[str, list[Entry]]
    values: dict[str, ValueFile]


def open_snapshot(folder: Path, con: duckdb.DuckDBPyConnection) -> Snapshot:
    """Read and check a snapshot folder.

    Args:
        folder: The folder.
        con: Connection that reads the Parquet file (its limits hold).

    Raises:
        SnapshotError: The folder or a file is missing or damaged; names the file and what
            is wrong with it.
    """
    if not folder.is_dir():
        raise SnapshotError(
            f"Snapshot folder {folder} does not exist.", "Set SNAPSHOT to an existing folder."
        )
    with_units = any((folder / name).is_file() for name in OU_FILES)
    needed = FILES + (OU_FILES if with_units else ())
    missing = [name for name in needed if not (folder / name).is_file()]
    if missing:
        raise SnapshotError(
            f"Snapshot folder {folder} lacks {', '.join(missing)}.",
            f"It must hold {', '.join(needed)}.",
        )
    metadata = {
        endpoint: _read_metadata(folder / name, fields)
        for endpoint, (name, fields) in METADATA.items()
    }
    values = {"data": _check_values(folder / VALUES, "municipality", con)}
    metadata["ou"] = []
    if with_units:
        metadata["ou"] = _read_metadata(folder / OU_METADATA[0], OU_METADATA[1])
        values["oudata"] = _check_values(folder / OU_VALUES, "ou", con)
    return Snapshot(folder, metadata, values)


def _read_metadata(path: Path, fields: tuple[str, ...]) -> list[Entry]:
    try:
        content = msgspec.json.decode(path.read_bytes())
    except (msgspec.DecodeError, UnicodeDecodeError, OSError) as error:
        raise SnapshotError(f"Cannot read {path} as UTF-8 JSON: {error}.", REMEDY) from None
    entries = content.get("values") if isinstance(content, dict) else None
    if not isinstance(entries, list):
        raise SnapshotError(f'{path} is not of the form {{"values": [...]}}.', REMEDY)
    for position, entry in enumerate(entries):
        lacking = [f for f in fields if not isinstance(entry, dict) or f not in entry]
        if lacking:
            raise SnapshotError(
                f"Entry {position} of {path} lacks {', '.join(map(repr, lacking))}.", REMEDY
            )
    if "members" in fields:
        # The published file of KPI groups has a `parent` that the API does not answer.
        entries = [{field: entry[field] for field in fields} for entry in entries]
        _check_members(path, entries)
    return entries


def _check_members(path: Path, groups: list[Entry]) -> None:
    for group in groups:
        members = group["members"]
        if not isinstance(members, list) or not all(
            isinstance(m, dict) and "member_id" in m for m in members
        ):
            raise SnapshotError(
                f"Group {group['id']!r} of {path} has a member without 'member_id'.", REMEDY
            )


def _check_values(path: Path, place: str, con: duckdb.DuckDBPyConnection) -> ValueFile:
    """Decode every column once, so that damage shows before serving, not half-way."""
    keys = {"kpi": TEXT, place: TEXT, "period": INTEGERS, "gender": TEXT}
    try:
        source = con.read_parquet(str(path))
        types = dict(zip(source.columns, map(str, source.types), strict=True))
        _check_types(path, types, keys | VALUE_COLUMN)
        served = [c for c in (*VALUE_COLUMN, *OPTIONAL_COLUMNS) if c in types]
        decoded = ", ".join(f'max("{column}")' for column in served)
        nulls = " or ".join(f"{column} is null" for column in keys)
        result = source.aggregate(
            f"kpi, count(*), count(*) filter ({nulls}), {decoded}", "kpi"
        ).fetchall()
    except duckdb.Error as error:
        reason = str(error).splitlines()[0]
        raise SnapshotError(f"Cannot read {path} as Parquet: {reason}", REMEDY) from None
    incomplete = sum(row[2] for row in result)
    if incomplete:
        raise SnapshotError(
            f"{path} has {incomplete} rows with an empty {', '.join(keys)}.", REMEDY
        )
    return ValueFile(path, place, frozenset(types), {row[0]: row[1] for row in result})


def _check_types(path: Path, types: dict[str, str], required: dict[str, tuple[str, ...]]) -> None:
    missing = [column for column in required if column not in types]
    if missing:
        raise SnapshotError(f"{path} lacks the column {', '.join(missing)}.", REMEDY)
    for column, allowed in (required | OPTIONAL_COLUMNS).items():
        if column in types and types[column] not in allowed:
            raise SnapshotError(
                f"Column {column} of {path} is {types[column]}, not {allowed[0]}.", REMEDY
            )
