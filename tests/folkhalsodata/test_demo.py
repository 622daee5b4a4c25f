"""Generated tables lie around the truth of the generated HLV files, as their intervals say."""

from pathlib import Path

import pytest

from ingestion.areas import municipalities
from ingestion.folkhalsodata.catalogue import catalogue
from ingestion.folkhalsodata.client import FolkhalsodataClient
from ingestion.folkhalsodata.replay.demo import LEAST_ANSWERS, write_demo_tables
from ingestion.folkhalsodata.replay.server import PxwebServer
from ingestion.folkhalsodata.source import read_table
from ingestion.hlv.generate import true_share

CHOSEN = ("hlv1allmxreg", "litaYreg", "fysakyreg")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    write_demo_tables(folder, [one for one in catalogue() if one.table_id in CHOSEN], "20")
    return folder


@pytest.fixture(scope="module")
def rows(folder: Path) -> list[dict]:
    tables = {one.table_id: one for one in catalogue()}
    found = []
    with PxwebServer(folder) as server:
        client = FolkhalsodataClient(server.base_url, "test")
        for name in CHOSEN:
            reading = read_table(client, tables[name], "20", 100_000)
            assert not reading.rejections
            found += [
                row | {"item": tables[name].items[row["content_text"]]}
                for row in reading.estimates.to_pylist()
            ]
        client.close()
    return found


def test_municipalities_lie_around_their_truth(rows: list[dict]) -> None:
    chosen = [
        row
        for row in rows
        if row["gender"] == "T" and row["table_id"] == "litaYreg" and row["year_end"] == 2021
    ]
    held = 0
    for area in municipalities("20"):
        (row,) = (one for one in chosen if one["area_id"] == area)
        truth = 100 * true_share("hlv_lita", "20", 2021, area)
        half = (row["ci_upper"] - row["ci_lower"]) / 2
        assert abs(row["share"] - truth) < 2.2 * half
        held += row["ci_lower"] <= truth <= row["ci_upper"]
    assert held >= 12, "of 15 intervals of 95 %"


def test_the_county_lies_around_its_truth(rows: list[dict]) -> None:
    for row in rows:
        if row["table_id"] == "hlv1allmxreg" and row["gender"] == "T" and row["area_id"] == "0020":
            assert row["share"] == pytest.approx(
                100 * true_share(row["item"], "20", row["year_end"]), abs=2.2
            )


def test_intervals_are_the_agencys_and_small_groups_are_hidden(rows: list[dict]) -> None:
    hidden = [row for row in rows if row["share"] is None]
    assert hidden and {row["status"] for row in hidden} == {".."}
    assert {row["gender"] for row in hidden} == {"K", "M"}
    for row in rows:
        if row["share"] is None:
            continue
        assert row["n"] >= LEAST_ANSWERS
        half = 1.96 * (row["share"] * (100 - row["share"]) / row["n"]) ** 0.5
        assert row["ci_upper"] == pytest.approx(row["share"] + half, abs=0.15)
        assert row["ci_lower"] == pytest.approx(max(0, row["share"] - half), abs=0.15)


def test_the_same_seed_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    write_demo_tables(tmp_path, [one for one in catalogue() if one.table_id in CHOSEN[:1]], "20")
    (path,) = tmp_path.rglob("*.px.json")
    assert path.read_bytes() == (folder / path.relative_to(tmp_path)).read_bytes()
    assert "Demonstrationsdata" in path.read_text(encoding="utf-8")
