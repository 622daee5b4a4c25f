"""Metadata, empty answers, refusals, connections and counting, through a socket."""

import json
from pathlib import Path

import pytest

from ingestion.kolada.replay.server import ReplayServer
from tests.kolada_replay.small import (
    AREAS,
    GROUPS,
    KPIS,
    Client,
)


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


@pytest.mark.parametrize(
    "path",
    [
        "/data/kpi/N99999/municipality/2000",
        "/data/kpi/N'9%27/municipality/20'00/year/2012",
        f"/data/kpi/{KPIS[0]}/municipality/') or true --",
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
