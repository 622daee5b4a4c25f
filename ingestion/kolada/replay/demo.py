"""Writing the demonstration snapshot: generated values with known truth, for every area.

What belongs here: drawing values from `demo_truth.py` for the areas of `demo_areas.py`, and
the files of the folder. What does not: anything real but the ids, names and titles.

Values of several-year means are drawn like the others, year by year.
"""

import csv
import zlib
from pathlib import Path

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from ingestion.kolada.replay.demo_areas import (
    YEARS,
    Counts,
    DemoAreas,
    Floats,
    demo_areas,
    similar_groups,
)
from ingestion.kolada.replay.demo_truth import (
    MIDDLE_YEAR,
    NOISE_POPULATION,
    Truth,
    demo_truth,
)
from ingestion.kolada.replay.snapshot import METADATA, VALUES
from warehouse.errors import JamlikError

# Kolada's ids of the two programmes; other programmes get an id from their name.
PROGRAMME_IDS = {"Strategi för hälsa": "G2KPI95271", "Folkhälsa": "G2KPI207703"}
REGISTER_COLUMNS = ("indicator_id", "title", "source_kind", "status", "programmes")
DESCRIPTION = "Demonstrationsdata, genererade. Värdena är slumpade och beskriver inte verkligheten."
# In a survey, so many of a small municipality's values are null.
NULL_SHARE = 0.10
SMALL_POPULATION = 15_000
DECIMALS = 3

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
    tables = [_kpi_table(row, areas, seed) for row in register]
    pq.write_table(
        pa.concat_tables(tables).combine_chunks(),
        folder / VALUES,
        compression="zstd",
        row_group_size=122_880,
        use_dictionary=["kpi", "municipality", "period", "gender"],
    )
    contents: dict[str, list[dict[str, object]]] = {
        "kpi": [_kpi_metadata(row) for row in register if row["status"] != "withdrawn"],
        "kpi_groups": _programmes(register),
        "municipality": [
            {"id": i, "title": title, "type": areas.types[i]} for i, title in areas.names.items()
        ],
        "municipality_groups": similar_groups(areas),
    }
    for endpoint, (name, _) in METADATA.items():
        entries = contents[endpoint]
        text = msgspec.json.encode({"values": entries, "count": len(entries)})
        (folder / name).write_bytes(text)


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


def _kpi_table(row: Row, areas: DemoAreas, seed: int) -> pa.Table:
    """All rows of one KPI, by area, period and gender."""
    truth = demo_truth(row["indicator_id"])
    # Each KPI has its own stream, so a new row in the register changes no other KPI.
    random = np.random.default_rng([seed, 1, zlib.crc32(truth.indicator_id.encode())])
    if truth.kind == "count":
        values, ids = _counts(truth, areas), areas.all_ids
    elif truth.kind == "code":
        values, ids = _codes(truth, areas, random), areas.ids
    else:
        values, ids = _means(truth, areas, random), areas.all_ids
        if row["source_kind"] == "survey":
            values[_nulls(truth, areas, random)] = np.nan
    genders = sorted(truth.genders)
    values = values[:, :, ["TKM".index(gender) for gender in genders]]
    years = len(truth.years)
    rows = values.size
    return pa.table(
        {
            "kpi": pa.array([truth.indicator_id]).take(pa.array(np.zeros(rows, np.int32))),
            "municipality": pa.array(ids).take(
                pa.array(np.arange(len(ids)).repeat(years * len(genders)))
            ),
            "period": pa.array(
                np.tile(np.array(truth.years, np.int32).repeat(len(genders)), len(ids))
            ),
            "gender": pa.array(genders).take(
                pa.array(np.tile(np.arange(len(genders)), len(ids) * years))
            ),
            "value": pa.array(values.ravel(), from_pandas=True),
        }
    )


def _year_columns(truth: Truth) -> list[int]:
    return [YEARS.index(year) for year in truth.years]


def _counts(truth: Truth, areas: DemoAreas) -> Floats:
    """Population of all areas: area x year x T, K, M."""
    columns = _year_columns(truth)
    women, men = areas.women[:, columns], areas.men[:, columns]
    return areas.with_sums(np.stack([women + men, women, men], axis=2)).astype(float)


def _expected(truth: Truth, areas: DemoAreas) -> Floats:
    """Value without noise and gender gap: municipality x year."""
    trend = truth.trend_per_year * (np.array(truth.years) - MIDDLE_YEAR)
    gradient = truth.socioeconomic_gradient * (areas.position - 0.5)
    return truth.level + gradient[:, None] + trend[None, :]


def _codes(truth: Truth, areas: DemoAreas, random: np.random.Generator) -> Floats:
    expected = _expected(truth, areas)
    noise = truth.sd_at_10_000 * random.standard_normal(expected.shape)
    return np.clip(np.rint(expected + noise), 0, 2)[:, :, None]


def _means(truth: Truth, areas: DemoAreas, random: np.random.Generator) -> Floats:
    """Values of all areas: area x year x T, K, M.

    Women and men are drawn, and every other value is their mean weighted by population, so
    totals lie between the genders and regions can be decomposed into their municipalities.
    """
    columns = _year_columns(truth)
    people: Counts = np.stack([areas.women[:, columns], areas.men[:, columns]], axis=2)
    half_gap = truth.gender_gap / 2 * np.array([1.0, -1.0])
    sd = truth.sd_at_10_000 * np.sqrt(NOISE_POPULATION / people)
    values = _expected(truth, areas)[:, :, None] + half_gap
    values += sd * random.standard_normal(values.shape)
    highest = 100.0 if truth.kind == "share" else np.inf
    values = np.clip(values, 0.0, highest).round(DECIMALS)
    everybody, weighted = areas.with_sums(people), areas.with_sums(values * people)
    totals = weighted.sum(axis=2, keepdims=True) / everybody.sum(axis=2, keepdims=True)
    return np.concatenate([totals, weighted / everybody], axis=2).round(2 * DECIMALS)


def _nulls(truth: Truth, areas: DemoAreas, random: np.random.Generator) -> np.ndarray:
    """Which areas and years have no value: chosen among small municipalities."""
    small = areas.population[:, _year_columns(truth)] < SMALL_POPULATION
    chosen = small & (random.random(small.shape) < NULL_SHARE)
    above = np.zeros((len(areas.all_ids) - len(areas.ids), chosen.shape[1]), bool)
    return np.concatenate([above, chosen])


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
        "has_ou_data": False,
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
