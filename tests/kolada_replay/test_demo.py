"""The demonstration snapshot: reproducible, complete, labelled, served."""

import json
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

from ingestion.kolada.replay.demo import write_demo_snapshot
from ingestion.kolada.replay.demo_areas import demo_areas
from ingestion.kolada.replay.server import ReplayServer
from ingestion.kolada.replay.snapshot import FILES
from tests.kolada_replay.small import REGISTER, Client
from tests.support import shared_dir
from warehouse.errors import JamlikError


def _metadata(folder: Path, name: str) -> list[dict[str, Any]]:
    return json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))["values"]


def test_same_seed_same_bytes_other_seed_other_values(
    demo: Path, register: Path, tmp_path: Path
) -> None:
    write_demo_snapshot(tmp_path / "again", register)
    write_demo_snapshot(tmp_path / "other", register, seed=7)
    for name in FILES:
        assert (tmp_path / "again" / name).read_bytes() == (demo / name).read_bytes(), name
    values = "values.parquet"
    assert (tmp_path / "other" / values).read_bytes() != (demo / values).read_bytes()


def test_a_new_row_in_the_register_changes_no_other_kpi(
    demo: Path, tmp_path: Path, con: duckdb.DuckDBPyConnection
) -> None:
    path = tmp_path / "fewer.csv"
    path.write_text("".join(REGISTER.splitlines(keepends=True)[:3]), encoding="utf-8")
    write_demo_snapshot(tmp_path, path)
    fewer = f"select * from '{tmp_path / 'values.parquet'}'"
    (changed,) = con.execute(f"select count(*) from ({fewer} except from v)").fetchone() or (None,)
    assert changed == 0


def test_metadata(demo: Path) -> None:
    kpis = {kpi["id"]: kpi for kpi in _metadata(demo, "kpi_v3")}
    assert "U01901" not in kpis and len(kpis) == 11 + 4, "four are denominators"
    assert all("Demonstrationsdata, genererade" in kpi["description"] for kpi in kpis.values())
    assert kpis["N00923"]["title"] == "Medellivslängd män, år" and len(kpis["N00923"]) == 12
    programmes = {group["id"]: group for group in _metadata(demo, "kpi_groups")}
    assert programmes["G2KPI95271"]["title"] == "Strategi för hälsa"
    strategy = [member["member_id"] for member in programmes["G2KPI95271"]["members"]]
    assert strategy == ["N00923", "N00925", "U01405", "U01901"]
    assert programmes["G2KPI207703"]["title"] == "Folkhälsa" and len(programmes) == 3


def test_areas_are_kolada_s(demo: Path) -> None:
    real = _metadata(shared_dir() / "data" / "kolada", "municipality_v3")
    assert _metadata(demo, "municipality_v3") == sorted(real, key=lambda area: area["id"])


def test_similar_groups_have_the_seven_nearest(demo: Path) -> None:
    areas = {area["title"]: area for area in _metadata(demo, "municipality_v3")}
    groups = _metadata(demo, "municipality_groups_v3")
    assert len(groups) == 290 + 21 == len({group["id"] for group in groups})
    position = demo_areas().positions()
    distances = []
    for group in groups:
        family, name, year = group["title"].split(", ")
        members = {member["member_id"] for member in group["members"]}
        assert len(members) == 7 and areas[name]["id"] not in members and year == "2024"
        assert group["id"].startswith("G9") and len(group["id"]) == 7
        if family == "Liknande kommuner socioekonomi":
            own = position[areas[name]["id"]]
            distances += [abs(position[member] - own) for member in members]
        else:
            assert family == "Liknande regioner socioekonomi" and areas[name]["type"] == "L"
    # Two municipalities taken at random are a third of the ranks apart.
    assert np.mean(distances) < 0.1


def test_the_demo_is_served(demo: Path) -> None:
    with ReplayServer(demo) as replay:
        client = Client(replay.base_url)
        (falun,) = client.items("/municipality?title=falun")
        items = client.items(f"/data/kpi/N00923,U01405/municipality/{falun['id']}")
        assert len(items) == 15 + 8
        (group,) = client.items("/municipality_groups?title=socioekonomi, falun,")
        means = client.items("/data/kpi/N00923/year/2020")
        assert group["id"] in {item["municipality"] for item in means}


def test_a_register_without_a_column_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "indicators.csv"
    with pytest.raises(JamlikError, match="does not exist"):
        write_demo_snapshot(tmp_path, path)
    path.write_text("indicator_id,title\nN00923,x\n", encoding="utf-8")
    with pytest.raises(JamlikError, match="source_kind, status, programmes"):
        write_demo_snapshot(tmp_path, path)
