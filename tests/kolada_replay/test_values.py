"""Answers with values: which, in what shape and order, whole over all pages."""

import json
from collections import Counter
from pathlib import Path

import duckdb
import pytest
from hypothesis import assume, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from ingestion.kolada.replay import values
from ingestion.kolada.replay.server import ReplayServer
from tests.kolada_replay.small import (
    AREAS,
    GROUPS,
    KPIS,
    VALUES,
    YEARS,
    Client,
    readings,
    write_snapshot,
)
from tests.support import shared_dir


def _expected(where: str) -> dict:
    with duckdb.connect() as con:
        rows = con.execute(
            f"select kpi, municipality, period, gender, value from ({VALUES}) where {where}"
        ).fetchall()
    return {row[:4]: row[4] for row in rows}


def test_shape_is_that_of_a_recorded_answer(client: Client) -> None:
    path = shared_dir() / "data" / "kolada" / "api_v3_verbatim_example.json"
    recorded = json.loads(path.read_text(encoding="utf-8"))["values"][0]
    page = client.get(f"/data/kpi/{KPIS[0]}/municipality/{AREAS[2]}/year/2010,2011")
    assert set(page) == {"values", "count", "next_url", "previous_url"}
    for item in page["values"]:
        assert {k: type(v) for k, v in item.items()} == {k: type(v) for k, v in recorded.items()}
        for reading in item["values"]:
            assert set(reading) == set(recorded["values"][0])
            assert isinstance(reading["value"], float | None)
            assert reading["count"] == 1 and reading["status"] == ""
            assert reading["isdeleted"] is False


def test_pages_of_values_are_complete_and_at_most_5000_items(client: Client) -> None:
    path = f"/data/kpi/{','.join(KPIS[:25])}/municipality/{','.join(AREAS[:25])}"
    pages = client.pages(f"{path}?per_page=9000")
    assert [page["count"] for page in pages] == [5000, 1250]
    found = readings([item for page in pages for item in page["values"]])
    assert found == _expected(f"kpi in {KPIS[:25]} and municipality in {AREAS[:25]}")


@hypothesis_settings(max_examples=15)
@given(
    kpis=st.sets(st.sampled_from([*KPIS, "N99999"]), max_size=4),
    areas=st.sets(st.sampled_from(AREAS), max_size=4),
    years=st.sets(st.sampled_from([*YEARS, 1990]), max_size=3),
    region_type=st.sampled_from(["", "K", "L"]),
    per_page=st.integers(1, 400),
    query_form=st.booleans(),
)
def test_any_two_parts_any_page_size(
    server: ReplayServer, kpis, areas, years, region_type, per_page, query_form
) -> None:
    parts = {"kpi": kpis, "municipality": areas, "year": set(map(str, years))}
    parts = {name: ",".join(sorted(ids)) for name, ids in parts.items() if ids}
    assume(len(parts) > 1)
    if query_form:
        names = {"kpi": "kpi_id", "municipality": "municipality_id", "year": "year"}
        path = "/data/?" + "&".join(f"{names[name]}={ids}" for name, ids in parts.items())
    else:
        path = "/data/" + "/".join(f"{name}/{ids}" for name, ids in parts.items()) + "?"
    # Pages of one item over 900 would be 900 requests: at most about 12 pages each.
    smallest = 30 * len(YEARS) * max(len(areas), 1) // 12
    path += f"&per_page={max(per_page, smallest)}"
    path += f"&region_type={region_type}" if region_type else ""
    found = readings(Client(server.base_url).items(path))
    where = "true"
    where += f" and kpi in {sorted(kpis)}" if kpis else ""
    where += f" and municipality in {sorted(areas)}" if areas else ""
    where += f" and period in {sorted(years)}" if years else ""
    where += f" and (municipality < '0100') = ({region_type == 'L'})" if region_type else ""
    assert {k: v for k, v in found.items() if k[1][0] != "G"} == _expected(where)


def test_small_segments_and_few_blocks_change_nothing(
    folder: Path, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = [
        f"/data/kpi/{','.join(KPIS[:25])}/municipality/{','.join(AREAS[:9])}?per_page=500",
        f"/data/kpi/{KPIS[0]},{KPIS[1]}/year/{','.join(map(str, YEARS))}?per_page=90",
        f"/data/municipality/{','.join(AREAS[:5])}/year/2010,2011?per_page=70",
    ]
    whole = [readings(client.items(path)) for path in paths]
    monkeypatch.setattr(values, "SEGMENT_ROWS", 2_000)
    monkeypatch.setattr(values, "KEPT_BLOCKS", 2)
    with ReplayServer(folder) as replay:
        cut = Client(replay.base_url)
        assert [readings(cut.items(path)) for path in paths] == whole
        assert [readings(cut.items(path)) for path in paths] == whole


def test_gender_order_varies_and_is_stable(server: ReplayServer, folder: Path) -> None:
    path = f"/data/kpi/{KPIS[0]}/municipality/{','.join(AREAS[:25])}"
    items = Client(server.base_url).items(path)
    orders = Counter("".join(r["gender"] for r in item["values"]) for item in items)
    assert len(orders) >= 5 and max(orders.values()) < len(items) / 2
    assert Client(server.base_url).items(path) == items
    with ReplayServer(folder, seed=1) as other:
        assert Client(other.base_url).items(path) != items


def test_year_answers_hold_unweighted_means_of_groups(client: Client) -> None:
    items = client.items(f"/data/kpi/{KPIS[4]},{KPIS[5]}/year/2012,2015")
    found = readings(items)
    assert {key[1] for key in found} == {*AREAS, *GROUPS}
    for (kpi, area, period, gender), value in found.items():
        if area in GROUPS:
            members = [found[kpi, member, period, gender] for member in GROUPS[area]]
            present = [member for member in members if member is not None]
            assert value == pytest.approx(sum(present) / len(present))
    counts = {i["municipality"]: i["values"][0]["count"] for i in items if i["period"] == 2012}
    assert counts["G100001"] == 3 and counts["G100002"] == 7 and counts["2000"] == 1


def test_answers_for_areas_hold_no_groups(client: Client) -> None:
    assert not client.items(f"/data/kpi/{KPIS[4]}/municipality/G100001/year/2012")


def test_optional_columns_are_served(tmp_path: Path) -> None:
    recorded = f"""
        select *, 'Missing "å"' as status, 4 as count, municipality = '2000' as isdeleted,
            date '2024-01-01' + (period - {YEARS.start})::integer as changed_at
        from ({VALUES}) where kpi in ('{KPIS[0]}', '{KPIS[1]}')"""
    with ReplayServer(write_snapshot(tmp_path, recorded)) as replay:
        client = Client(replay.base_url)
        items = client.items(f"/data/kpi/{KPIS[0]}/municipality/2000,2001/year/2010")
        for item in items:
            for reading in item["values"]:
                assert reading["status"] == 'Missing "å"' and reading["count"] == 4
                assert reading["isdeleted"] is (item["municipality"] == "2000")
        changed = client.items(f"/data/kpi/{KPIS[0]}/year/2010,2017,2018?from_date=2024-01-09")
        assert {item["period"] for item in changed} == {2018}
        assert {item["municipality"] for item in changed} == set(AREAS)
        everything = client.items(
            f"/data/municipality/{','.join(AREAS[:25])}/year/2010,2019?from_date=2024-01-10"
        )
        assert {(item["kpi"], item["period"]) for item in everything} == {
            (KPIS[0], 2019),
            (KPIS[1], 2019),
        }


def test_values_that_are_no_json_numbers_become_null(tmp_path: Path) -> None:
    recorded = """select 'N00001' as kpi, '2000' as municipality, 2010 as period, 'T' as gender,
        'nan'::double as value"""
    with ReplayServer(write_snapshot(tmp_path, recorded)) as replay:
        (item,) = Client(replay.base_url).items("/data/kpi/N00001/municipality/2000")
        assert item["values"][0]["value"] is None


def test_recorded_values_come_back_unchanged() -> None:
    source = shared_dir() / "data" / "kolada"
    kpis = ("N00923", "N20402", "U01405")
    areas = [a["id"] for a in json.loads((source / "municipality_v3.json").read_bytes())["values"]]
    with ReplayServer(source) as replay, duckdb.connect() as con:
        client = Client(replay.base_url)
        items = [
            item
            for first in range(0, len(areas), 25)
            for item in client.items(
                f"/data/kpi/{','.join(kpis)}/municipality/{','.join(areas[first : first + 25])}"
            )
        ]
        rows = con.execute(
            f"from '{source / 'values.parquet'}' select kpi, municipality, period, gender, value "
            f"where kpi in {kpis}"
        ).fetchall()
    assert readings(items) == {row[:4]: row[4] for row in rows}
