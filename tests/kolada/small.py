"""A small snapshot folder for tests, written from plain rows."""

import json
from collections.abc import Iterable
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
        "has_ou_data": False,
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
    columns = list(zip(*(default_rows() if rows is None else rows), strict=True))
    names = ["kpi", "municipality", "period", "gender", "value"]
    types = [pa.string(), pa.string(), pa.int32(), pa.string(), pa.float64()]
    arrays = [pa.array(column, kind) for column, kind in zip(columns, types, strict=True)]
    pq.write_table(pa.table(arrays, names=names), folder / "values.parquet")
    members = [{"member_id": area, "member_title": area} for area in ("2021", "2039")]
    files = {
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
        text = json.dumps({"values": values, "count": len(values)}, ensure_ascii=False)
        (folder / name).write_text(text, encoding="utf-8")
    return folder
