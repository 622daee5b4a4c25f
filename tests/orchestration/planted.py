"""Faults of each kind that the UI must show, planted where they arise, and their remedies.

What belongs here: spoiling what a house reads, and mending it. What does not: looking at what the
UI makes of it (`test_ui.py`).
"""

import json
import shutil
import time
from pathlib import Path

import dagster as dg
import duckdb
import yaml

from warehouse.disclosure.configuration import DEFAULT
from warehouse.settings import load_settings

LUPP_FILE = "lupp_2024_falun.csv"
MISSING_COLUMN = "skolform"
# Of a value that cannot be read, and of an area of an unknown kind.
KPI, AREA, NO_YEAR = "N00923", "2062", 9999
# Kept beside hidden cells by a careless owner: a lower bound tells of them.
LEFT = "ci_lower_pct"
STALE_DAYS = 9
# Of the first of the young people: digits that stand nowhere else.
PERSON = 918_273_600
_HEADER = ("lopnr", "ar", "skolform", "boendekommun", "kon", "arskurs", "f15", "f26")


def spoil_kolada(house: Path) -> None:
    """Let the demonstration's API give a value of no year, and an area of an unknown kind."""
    folder = _demo(house)
    shutil.copytree(folder, _aside(house))
    values = folder / "values.parquet"
    with duckdb.connect() as con:
        con.execute(
            "copy (select * replace (case when kpi = ? and municipality = ? and gender = 'T' "
            "and period = 2022 then ? else period end as period) from read_parquet(?)) "
            f"to '{values}.new' (format parquet)",
            [KPI, AREA, NO_YEAR, str(values)],
        )
    Path(f"{values}.new").replace(values)
    areas = folder / "municipality_v3.json"
    content = json.loads(areas.read_text("utf-8"))
    for entry in content["values"]:
        if entry["id"] == AREA:
            entry["type"] = "X"
    areas.write_text(json.dumps(content), encoding="utf-8")


def mend_kolada(house: Path) -> None:
    """Let it give what it gave before."""
    shutil.copytree(_aside(house), _demo(house), dirs_exist_ok=True)


def deliver_lupp(house: Path, *, whole: bool) -> None:
    """Drop a file of 80 young people into the inbox, some of them few of their kind.

    Args:
        house: The data folder.
        whole: Whether it has all columns that its codebook asks for.
    """
    rows = [_person(number) for number in range(80)]
    names = [name for name in _HEADER if whole or name != MISSING_COLUMN]
    lines = [";".join(names), *(";".join(row[name] for name in names) for row in rows)]
    inbox = load_settings(data_dir=house).paths.inbox("lupp")
    inbox.mkdir(parents=True, exist_ok=True)
    (inbox / LUPP_FILE).write_text("\n".join(lines) + "\n", encoding="utf-8")


def write_rules(file: Path, *, careless: bool) -> None:
    """Write an owner's `disclosure.yml` that lets delivered answers of Lupp be published.

    Args:
        file: Where.
        careless: Whether it keeps a number beside hidden cells.
    """
    content = yaml.safe_load(DEFAULT.read_text("utf-8"))
    approved = content["sources"]["lupp"]["approved"]
    approved["delivered"] = {"role": "data owner", "date": "2026-01-01", "until": "2099-12-31"}
    if careless:
        content["marts"]["survey.estimate"]["keep"].append(LEFT)
    file.write_text(yaml.safe_dump(content), encoding="utf-8")


def let_age(house: Path, key: dg.AssetKey) -> None:
    """Store an asset's last materialization as it stands when it came days ago."""
    with dg.DagsterInstance.from_config(str(house / "dagster")) as instance:
        latest = instance.get_latest_materialization_event(key)
        assert latest is not None
        instance.store_event(latest._replace(timestamp=time.time() - STALE_DAYS * 86_400))


def _person(number: int) -> dict[str, str]:
    """One of 44 girls, 33 boys and 3 others; each grade has some who were bullied."""
    gender = "3" if number >= 77 else str(1 + (number >= 44))
    answers = (str(1 + number % 5), str(1 + (number % 9 > 1)))
    about = (str(PERSON + number), "2024", "HS", "Falun", gender, str(8 + number % 2))
    return dict(zip(_HEADER, (*about, *answers), strict=True))


def _demo(house: Path) -> Path:
    (folder,) = (house / "tmp").glob("demo-*")
    return folder


def _aside(house: Path) -> Path:
    return house / "kolada-as-it-was"
