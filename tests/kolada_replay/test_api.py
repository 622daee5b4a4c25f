"""The API's shape, limits and quirks, through a socket."""

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


def test_content_type_has_no_charset_and_bytes_are_utf8(client: Client) -> None:
    response = client.raw("/v3/municipality/2000")
    assert response.headers["Content-Type"] == "application/json"
    assert "Område Å2000" in response.read().decode("utf-8")


def test_connection_is_kept_alive(server: ReplayServer, client: Client) -> None:
    before = server.stats.connections
    for _ in range(5):
        client.get("/kpi?per_page=1")
    assert server.stats.connections == before + 1


@pytest.mark.parametrize(
    ("path", "ids"),
    [
        ("/kpi", KPIS),
        (f"/kpi/{KPIS[3]},{KPIS[1]},N99999", [KPIS[1], KPIS[3]]),
        ("/kpi?title=nyckeltal n00007", ["N00007"]),
        ("/municipality", AREAS),
        ("/municipality?title=å2010", ["2010"]),
        ("/municipality_groups", list(GROUPS)),
        ("/municipality_groups/G100002", ["G100002"]),
        ("/kpi_groups", ["G2KPI1"]),
    ],
)
def test_metadata(client: Client, path: str, ids: list[str]) -> None:
    assert [entry["id"] for entry in client.items(path)] == ids


def test_kpi_groups_have_the_fields_of_the_api(client: Client) -> None:
    (group,) = client.get("/kpi_groups")["values"]
    assert set(group) == {"id", "title", "members"}


def test_metadata_pages_lead_on_and_back(client: Client) -> None:
    pages = client.pages("/kpi?per_page=7")
    assert [page["count"] for page in pages] == [7, 7, 7, 7, 2]
    assert pages[0]["previous_url"] is None
    assert client.get(pages[2]["previous_url"]) == pages[1]


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


@pytest.mark.parametrize(
    "path",
    [
        "/data/kpi/N99999/municipality/2000",
        f"/data/?kpi={KPIS[0]}&municipality=2000",
        f"/data/?kpi_id={KPIS[0]}",
        f"/data/kpi/{KPIS[0]}/municipality/2000?page=9",
        f"/data/municipality/{','.join(AREAS[:25])}/year/2012?from_date=2024-01-01",
    ],
)
def test_empty_answers(client: Client, path: str) -> None:
    page = client.get(path)
    assert page["values"] == [] and page["count"] == 0 and page["next_url"] is None


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"/data/kpi/{','.join(KPIS[:26])}/municipality/2000", 422),
        (f"/data/kpi/{KPIS[0]}/municipality/{','.join(AREAS[:26])}", 422),
        (f"/data/kpi/{KPIS[0]}/year/{','.join(map(str, range(1990, 2016)))}", 422),
        (f"/kpi/{','.join(KPIS[:26])}", 422),
        (f"/data/kpi/{KPIS[0]}", 422),
        (f"/data/kpi/{KPIS[0]}/year/20x1", 422),
        (f"/data/kpi/{KPIS[0]}/year/2012?page=0", 422),
        (f"/data/kpi/{KPIS[0]}/year/2012?per_page=many", 422),
        (f"/data/kpi/{KPIS[0]}/year/2012?region_type=X", 422),
        (f"/data/kpi/{KPIS[0]}/year/2012?from_date=yesterday", 422),
        ("/kpi?title=" + "x" * 8_000, 414),
        ("/nothing", 404),
        ("/data/ou/x/year/2012", 404),
    ],
)
def test_refusals(client: Client, path: str, status: int) -> None:
    assert client.get(path, status)["detail"]


def test_25_ids_are_allowed(client: Client) -> None:
    assert client.get(f"/kpi/{','.join(KPIS[:25])}")["count"] == 25


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


def test_statistics_count_requests_but_not_themselves(folder: Path) -> None:
    with ReplayServer(folder) as replay:
        client = Client(replay.base_url)
        client.get("/kpi?per_page=1")
        client.get("/nothing", 404)
        stats = json.loads(client.raw("/_stats").read())
        assert stats["requests"] == replay.requests == 2
        assert stats["statuses"] == {"200": 1, "404": 1} and stats["connections"] == 1
        assert stats["targets"] == ["/v3/kpi?per_page=1", "/v3/nothing"]


def test_a_closed_server_answers_nobody(folder: Path) -> None:
    replay = ReplayServer(folder)
    client = Client(replay.base_url)
    client.get("/kpi?per_page=1")
    replay.close()
    replay.close()
    with pytest.raises(OSError):
        client.raw("/v3/kpi")
