"""Writing the demonstration snapshot: generated values with known truth, for every area.

What belongs here: the files of the folder. What does not: drawing values
(`demo_values.py`), areas (`demo_areas.py`) and units (`demo_units.py`). Nothing is real but
the ids, names and titles.
"""

import csv
import zlib
from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from ingestion.kolada.replay.demo_areas import YEARS, demo_areas, similar_groups
from ingestion.kolada.replay.demo_truth import demo_truth
from ingestion.kolada.replay.demo_units import UNIT_KPIS, demo_units, unit_values
from ingestion.kolada.replay.demo_values import area_values
from ingestion.kolada.replay.snapshot import METADATA, OU_METADATA, OU_VALUES, VALUES
from warehouse.errors import JamlikError

# Kolada's ids of the two programmes; other programmes get an id from their name.
PROGRAMME_IDS = {"Strategi för hälsa": "G2KPI95271", "Folkhälsa": "G2KPI207703"}
REGISTER_COLUMNS = (
    "indicator_id",
    "title",
    "source_kind",
    "status",
    "programmes",
    "denominator_kpis",
)
DESCRIPTION = "Demonstrationsdata, genererade. Värdena är slumpade och beskriver inte verkligheten."
Row = dict[str, str]


def write_demo_snapshot(folder: Path, register_csv: Path, seed: int = 2026) -> None:
    """Write a snapshot folder with generated values for the register's KPIs.

    The same register and seed give the same bytes.

    Args:
        folder: Where to write; made when missing, files of the same names are replaced.
        register_csv: The indicator register (`dbt_project/seeds/indicators.csv`).
        seed: Decides all values.

    Raises:
        JamlikError: The register is missing, or lacks a column that is needed.
    """
    register = _read_register(register_csv)
    areas = demo_areas(seed)
    folder.mkdir(parents=True, exist_ok=True)
    tables = [
        area_values(
            demo_truth(row["indicator_id"]),
            areas,
            seed,
            is_survey=row["source_kind"] == "survey",
            denominators=[demo_truth(kpi) for kpi in _parts(row)],
        )
        for row in register
    ]
    populations = _populations(register)
    tables += [area_values(demo_truth(row["indicator_id"]), areas, seed) for row in populations]
    _write_values(tables, folder / VALUES)
    listed = [row for row in register if row["status"] != "withdrawn"] + populations
    contents: dict[str, list[dict[str, object]]] = {
        "kpi": [_kpi_metadata(row) for row in listed],
        "kpi_groups": _programmes(register),
        "municipality": [
            {"id": i, "title": title, "type": areas.types[i]} for i, title in areas.names.items()
        ],
        "municipality_groups": similar_groups(areas),
    }
    for endpoint, (name, _) in METADATA.items():
        _write_entries(contents[endpoint], folder / name)
    of_units = [row["indicator_id"] for row in register if row["indicator_id"] in UNIT_KPIS]
    if of_units:
        units = demo_units(areas, seed)
        _write_entries(units.entries(areas), folder / OU_METADATA[0])
        tables = [unit_values(demo_truth(kpi), units, areas, seed) for kpi in of_units]
        _write_values(tables, folder / OU_VALUES)


def _parts(row: Row) -> list[str]:
    return list(filter(None, row["denominator_kpis"].split("|")))


def _populations(register: list[Row]) -> list[Row]:
    """Denominators that are no indicators themselves, as rows with what metadata need."""
    own = {row["indicator_id"] for row in register}
    parts = sorted({kpi for row in register for kpi in _parts(row)} - own)
    return [{"indicator_id": kpi, "title": f"Nämnare {kpi}, antal"} for kpi in parts]


def _write_entries(entries: list[dict[str, object]], file: Path) -> None:
    file.write_bytes(msgspec.json.encode({"values": entries, "count": len(entries)}))


def _write_values(tables: list[pa.Table], file: Path) -> None:
    table = pa.concat_tables(tables).combine_chunks()
    pq.write_table(
        table,
        file,
        compression="zstd",
        row_group_size=122_880,
        use_dictionary=[name for name in table.column_names if name != "value"],
    )


def _read_register(path: Path) -> list[Row]:
    if not path.is_file():
        raise JamlikError(f"The register {path} does not exist.", "Restore it from git.")
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        missing = [c for c in REGISTER_COLUMNS if c not in (reader.fieldnames or ())]
        if missing:
            raise JamlikError(f"{path} lacks the column {', '.join(missing)}.", "Add it.")
        rows = sorted(reader, key=lambda row: row["indicator_id"])
    if not rows:
        raise JamlikError(f"{path} has no indicator.", "Add a row.")
    return rows


def _kpi_metadata(row: Row) -> dict[str, object]:
    truth = demo_truth(row["indicator_id"])
    return {
        "id": row["indicator_id"],
        "title": row["title"],
        "description": DESCRIPTION,
        "is_divided_by_gender": "K" in truth.genders,
        "municipality_type": "K" if truth.kind == "code" else "A",
        "auspice": "X",
        "operating_area": "Demonstration",
        "perspective": "Demonstration",
        "prel_publication_date": None,
        "publication_date": f"{YEARS[-1] + 2}-03-01",
        "publ_period": str(YEARS[-1] + 1),
        "has_ou_data": row["indicator_id"] in UNIT_KPIS,
    }


def _programmes(register: list[Row]) -> list[dict[str, object]]:
    members: dict[str, list[Row]] = {}
    for row in register:
        for programme in filter(None, map(str.strip, row["programmes"].split("|"))):
            members.setdefault(programme, []).append(row)
    return [
        {
            "id": PROGRAMME_IDS.get(name) or f"G2KPI9{zlib.crc32(name.encode()) % 10**5:05d}",
            "title": name,
            "members": [
                {"member_id": row["indicator_id"], "member_title": row["title"]} for row in rows
            ],
        }
        for name, rows in sorted(members.items())
    ]
