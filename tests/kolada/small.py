"""A small snapshot folder for tests, written from plain rows."""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

AREAS = [
    {"id": "0000", "title": "Riket", "type": "L"},
    {"id": "0020", "title": "Region Dalarna", "type": "L"},
    {"id": "2021", "title": "Vansbro", "type": "K"},
    {"id": "2039", "title": "Älvdalen", "type": "K"},
    {"id": "2080", "title": "Falun", "type": "K"},
]
KPIS = ["N00001", "N00002", "N00003"]
# The KPIs that units have values of.
OU_KPIS = KPIS[:2]
UNITS = [
    {"id": "V15E208000101", "title": "Ängsskolan", "municipality": "2080"},
    {"id": "V15E208000201", "title": "Norra skolan", "municipality": "2080"},
    {"id": "V23E202100101", "title": "Solgläntan", "municipality": "2021"},
]
Row = tuple[str, str, int, str, float | None]


def default_rows() -> list[Row]:
    """Three KPIs, five areas, six years, three genders, some without a value."""
    return [
        (kpi, area["id"], year, gender, None if (k + a + year) % 7 == 0 else k + a / 10 + year)
        for k, kpi in enumerate(KPIS)
        for a, area in enumerate(AREAS)
        for year in range(2015, 2021)
        for gender in "TKM"
    ]


def unit_rows(units: list[dict[str, str]] = UNITS) -> list[Row]:
    """Two KPIs, three years, two genders, some without a value."""
    return [
        (kpi, unit["id"], year, gender, None if (k + u + year) % 7 == 0 else k + u / 10 + year)
        for k, kpi in enumerate(OU_KPIS)
        for u, unit in enumerate(units)
        for year in range(2018, 2021)
        for gender in "TK"
    ]


def kpi(id: str, **changes: object) -> dict[str, object]:
    """One KPI's metadata as v3 gives it."""
    return {
        "id": id,
        "title": f"Nyckeltal {id}, andel (%)",
        "description": "Åldersstandardiserat. Källa: SCB.",
        "is_divided_by_gender": True,
        "municipality_type": "A",
        "auspice": "X",
        "operating_area": "Befolkning",
        "perspective": "Övrigt",
        "prel_publication_date": None,
        "publication_date": "2026-12-01",
        "publ_period": "2025",
        "has_ou_data": id in OU_KPIS,
        **changes,
    }


def write_snapshot(
    folder: Path,
    rows: Iterable[Row] | None = None,
    *,
    kpis: Iterable[str] = KPIS,
    areas: list[dict[str, str]] | None = None,
) -> Path:
    """Write the five files that the replay server reads."""
    folder.mkdir(parents=True, exist_ok=True)
    write_values(folder / "values.parquet", default_rows() if rows is None else rows)
    members = [{"member_id": area, "member_title": area} for area in ("2021", "2039")]
    files: dict[str, Sequence[Mapping[str, object]]] = {
        "kpi_v3.json": [kpi(one) for one in kpis],
        "municipality_v3.json": areas or AREAS,
        "municipality_groups_v3.json": [
            {
                "id": "G100",
                "title": "Liknande kommuner socioekonomi, Falun, 2024",
                "members": members,
            }
        ],
        "kpi_groups.json": [
            {
                "id": "G2KPI1",
                "title": "Folkhälsa",
                "members": [{"member_id": "N00001", "member_title": "ett"}],
            }
        ],
    }
    for name, values in files.items():
        write_entries(folder / name, values)
    return folder


def write_units(
    folder: Path, rows: Iterable[Row] | None = None, units: list[dict[str, str]] = UNITS
) -> None:
    """Add the two files of units to a snapshot folder."""
    file = folder / "ou_values.parquet"
    write_values(file, unit_rows(units) if rows is None else rows, "ou")
    write_entries(folder / "ou_v3.json", units)


def write_values(file: Path, rows: Iterable[Row], place: str = "municipality") -> None:
    columns = list(zip(*rows, strict=True))
    names = ["kpi", place, "period", "gender", "value"]
    types = [pa.string(), pa.string(), pa.int32(), pa.string(), pa.float64()]
    arrays = [pa.array(column, kind) for column, kind in zip(columns, types, strict=True)]
    pq.write_table(pa.table(arrays, names=names), file)


def write_entries(file: Path, entries: Sequence[Mapping[str, object]]) -> None:
    text = json.dumps({"values": entries, "count": len(entries)}, ensure_ascii=False)
    file.write_text(text, encoding="utf-8")
