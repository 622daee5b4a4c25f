"""Units as the replay server gives them, and those of the demonstration."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import numpy as np
import pytest

from ingestion.kolada.replay.demo_areas import demo_areas
from ingestion.kolada.replay.demo_truth import MIDDLE_YEAR, demo_truth
from ingestion.kolada.replay.demo_units import UNIT_KPIS, demo_units, unit_values
from ingestion.kolada.replay.server import ReplayServer
from ingestion.kolada.replay.snapshot import SnapshotError
from tests.kolada.small import OU_KPIS, UNITS, unit_rows, write_snapshot, write_units
from tests.kolada_replay.small import Client

IDS = [unit["id"] for unit in UNITS]


@pytest.fixture(scope="module")
def units(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    folder = write_snapshot(tmp_path_factory.mktemp("units"))
    write_units(folder)
    with ReplayServer(folder) as replay:
        yield Client(replay.base_url)


def rows(items: list[dict]) -> set[tuple]:
    return {
        (item["kpi"], item["ou"], item["period"], reading["gender"], reading["value"])
        for item in items
        for reading in item["values"]
    }


@pytest.mark.parametrize(
    "path",
    [
        f"/oudata/kpi/{OU_KPIS[0]}/ou/{','.join(IDS)}",
        f"/oudata/kpi/{OU_KPIS[0]}/year/2018,2019,2020",
        f"/oudata/?kpi_id={OU_KPIS[0]}&ou_id={','.join(IDS)}",
        f"/oudata/kpi/{OU_KPIS[0]}/year/2018,2019,2020?per_page=2",
    ],
)
def test_values_are_found_by_unit_and_by_year_without_groups(units: Client, path: str) -> None:
    assert rows(units.items(path)) == {row for row in unit_rows() if row[0] == OU_KPIS[0]}


def test_units_are_listed_and_found(units: Client) -> None:
    assert units.items("/ou") == UNITS
    assert units.items(f"/ou/{IDS[1]}") == UNITS[1:2]
    assert units.items("/ou?title=ängs") == UNITS[:1]


def test_a_unit_is_of_its_areas_type(units: Client) -> None:
    path = f"/oudata/kpi/{OU_KPIS[0]}/year/2018"
    assert units.items(f"{path}?region_type=K") == units.items(path)
    assert units.items(f"{path}?region_type=L") == []


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"/oudata/kpi/{OU_KPIS[0]}", 422),
        (f"/oudata/kpi/{OU_KPIS[0]}/municipality/2080", 404),
        (f"/oudata/kpi/{OU_KPIS[0]}/ou/{','.join(f'V{i}' for i in range(26))}", 422),
    ],
)
def test_refusals(units: Client, path: str, status: int) -> None:
    units.get(path, status)


def test_a_folder_without_units_answers_empty_lists(client: Client) -> None:
    assert client.items("/ou") == client.items("/oudata/kpi/N00000/year/2018") == []


@pytest.mark.parametrize("name", ["ou_v3.json", "ou_values.parquet"])
def test_half_the_units_are_no_snapshot(tmp_path: Path, name: str) -> None:
    write_units(write_snapshot(tmp_path))
    (tmp_path / name).unlink()
    with pytest.raises(SnapshotError, match=name):
        ReplayServer(tmp_path)


def test_every_municipality_of_the_demonstration_has_a_handful_of_schools() -> None:
    areas = demo_areas()
    entries = demo_units(areas, 2026).entries(areas)
    assert len({entry["id"] for entry in entries}) == len(entries)
    in_area = [sum(e["municipality"] == area for e in entries) for area in areas.ids]
    assert min(in_area) == 2 and max(in_area) == 5
    assert all(str(entry["id"])[:8] == f"V15E{entry['municipality']}" for entry in entries)


@pytest.mark.parametrize("kpi", UNIT_KPIS)
def test_schools_lie_around_the_known_truth_of_their_municipality(kpi: str) -> None:
    areas, truth = demo_areas(), demo_truth(kpi)
    units = demo_units(areas, 2026)
    drawn = duckdb.from_arrow(unit_values(truth, units, areas, 2026))
    found = drawn.filter("gender = 'T'").project("ou, period, value").fetchall()
    index = {unit: number for number, unit in enumerate(units.ids)}
    number = np.array([index[unit] for unit, _, _ in found])
    year = np.array([period for _, period, _ in found])
    position = areas.position[units.municipality[number]]
    expected = (
        truth.level
        + truth.socioeconomic_gradient * (position - 0.5)
        + truth.trend_per_year * (year - MIDDLE_YEAR)
    )
    noise = np.array([value for _, _, value in found]) - expected
    sd = truth.sd_at_10_000 * np.sqrt(10_000 / units.pupils.sum(axis=1)[number])
    # Girls are 49 of 100, so that the gender gap moves a total by a hundredth of it.
    assert abs(np.mean(noise / sd)) < 0.05 + 0.01 * abs(truth.gender_gap) / sd.min()
    assert 0.95 < np.std(noise / sd) < 1.1
