"""A small table in the agency's form, with values that are easy to recognise."""

import json
from itertools import product
from pathlib import Path
from typing import Any

from ingestion.folkhalsodata.catalogue import CatalogueTable

PATH = "A/B/small.px"
OTHER = "A/C/other.px"
TABLE = CatalogueTable(PATH, "Small", "municipality", {"Stressad": "hlv_stress"})
REGION = {
    "00": "00 Riket",
    "20": "20 Dalarnas län",
    "2080": "2080 Falun",
    "2021": "Vansbro",
    "25": "25 Norrbottens län",
}
CONTENT = {"7": "Stressad", "9": "Sömnbesvär"}
MEASURE = {"01": "Andel", "02": "Nedre gräns", "03": "Övre gräns", "04": "Antal svar"}
# Other codes than the agency's, on purpose.
SEX = {"0": "Totalt", "1": "Män", "2": "Kvinnor"}
YEARS = {"a": "2018-2021", "b": "2022"}


def value(region: str, content: str, measure: str, sex: str, year: str) -> float:
    """A share of its own for each estimate, 1 on either side of it, and 500 answers."""
    share = (
        list(REGION).index(region) * 10
        + list(CONTENT).index(content) * 5
        + list(SEX).index(sex)
        + list(YEARS).index(year) * 0.5
        + 10
    )
    return {"01": share, "02": share - 1, "03": share + 1, "04": 500.0}[measure]


def dataset(**changes: Any) -> dict[str, Any]:
    """A json-stat2 answer of the whole table; `changes` replace its members."""
    dimensions = {
        "Region": REGION,
        "Hälsa": CONTENT,
        "Andel och konfidensintervall": MEASURE,
        "Kön": SEX,
        "År": YEARS,
    }
    return {
        "class": "dataset",
        "version": "2.0",
        "label": "Liten tabell",
        "id": list(dimensions),
        "size": [len(texts) for texts in dimensions.values()],
        "role": {"time": ["År"]},
        "dimension": {
            name: {
                "label": name,
                "category": {"index": {c: i for i, c in enumerate(texts)}, "label": texts},
            }
            for name, texts in dimensions.items()
        },
        "value": [value(*codes) for codes in product(REGION, CONTENT, MEASURE, SEX, YEARS)],
        **changes,
    }


def position(region: str, content: str, measure: str, sex: str, year: str) -> int:
    """Where a cell stands in the answer."""
    cells = list(product(REGION, CONTENT, MEASURE, SEX, YEARS))
    return cells.index((region, content, measure, sex, year))


def write(folder: Path, path: str, content: object) -> Path:
    """Put a table into a replay folder."""
    file = folder / f"{path}.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return file


def write_catalogue(folder: Path, *paths: str) -> Path:
    """A list of tables, by default the two small ones."""
    path = folder / "tables.yml"
    rows = [
        f"  - {{path: {one}, what: Small, level: municipality, items: {{Stressad: hlv_stress}}}}\n"
        for one in paths or (PATH, OTHER)
    ]
    path.write_text(f"tables:\n{''.join(rows)}", encoding="utf-8")
    return path
