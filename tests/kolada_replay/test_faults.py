"""Each fault does what it says, seen by a client that retries nothing."""

import http.client
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ingestion.kolada.replay.faults import Fault, FaultPlan
from ingestion.kolada.replay.server import ReplayServer
from tests.kolada_replay.small import AREAS, KPIS, Client, readings
from warehouse.errors import JamlikError

PATH = f"/data/kpi/{KPIS[0]},{KPIS[1]}/municipality/2000,2001"
Serve = Callable[..., Client]


@pytest.fixture
def serve(folder: Path) -> Iterator[Serve]:
    servers: list[ReplayServer] = []

    def start(*faults: Fault, seed: int = 0) -> Client:
        servers.append(ReplayServer(folder, FaultPlan(faults, seed)))
        return Client(servers[-1].base_url)

    yield start
    for server in servers:
        server.close()


@pytest.mark.parametrize("wait", [None, 0, 7])
def test_status_with_and_without_retry_after(serve: Serve, wait: int | None) -> None:
    client = serve(Fault("status", status=429, retry_after=wait, nth=1))
    response = client.raw("/v3" + PATH)
    response.read()
    assert response.status == 429
    assert response.headers["Retry-After"] == (None if wait is None else str(wait))
    assert client.get(PATH)["count"] == 40


@pytest.mark.parametrize("status", [500, 503])
def test_server_errors(serve: Serve, status: int) -> None:
    client = serve(Fault("status", status=status, times=2))
    client.get(PATH, status)
    client.get(PATH, status)
    assert client.get(PATH)["count"] == 40


def test_reset(serve: Serve) -> None:
    client = serve(Fault("reset", nth=1))
    with pytest.raises(ConnectionResetError) as caught:
        client.raw("/v3" + PATH)
    # A connection that is merely closed raises the subclass RemoteDisconnected.
    assert caught.type is ConnectionResetError
    assert client.get(PATH)["count"] == 40


def test_cut(serve: Serve) -> None:
    client = serve(Fault("cut", nth=1))
    with pytest.raises(http.client.IncompleteRead) as caught:
        client.raw("/v3" + PATH).read()
    assert caught.value.expected is not None
    assert abs(len(caught.value.partial) - caught.value.expected) <= 1
    assert Client(client.base_url).get(PATH)["count"] == 40


def test_silence_delays_one_request_and_no_other(serve: Serve) -> None:
    client = serve(Fault("silence", seconds=30, nth=1))
    impatient = Client(client.base_url, timeout=0.2)
    with pytest.raises(TimeoutError):
        impatient.raw("/v3" + PATH)
    begin = time.monotonic()
    assert client.get(PATH)["count"] == 40
    assert time.monotonic() - begin < 10


def test_after_a_short_silence_the_answer_comes(serve: Serve) -> None:
    client = serve(Fault("silence", seconds=0.3))
    begin = time.monotonic()
    assert client.get(PATH)["count"] == 40
    assert time.monotonic() - begin >= 0.3


def test_text_instead_of_json(serve: Serve) -> None:
    response = serve(Fault("text")).raw("/v3" + PATH)
    body = response.read()
    assert response.status == 200
    with pytest.raises(ValueError):
        json.loads(body)


def test_duplicate_page_comes_twice_and_loses_nothing(serve: Serve) -> None:
    path = f"{PATH}?per_page=15"
    undisturbed = serve().pages(path)
    pages = serve(Fault("duplicate_page", path="&page=2")).pages(path)
    order = [undisturbed[i]["values"] for i in (0, 1, 1, 2)]
    assert [page["values"] for page in pages] == order


def test_loop_leads_to_itself(serve: Serve) -> None:
    client = serve(Fault("loop", path="&page=2"))
    second = client.get(client.get(f"{PATH}?per_page=15")["next_url"])
    assert client.get(second["next_url"]) == second


def test_extra_field(serve: Serve) -> None:
    page = serve(Fault("extra_field", items=2)).get(PATH)
    marked = [i for i in page["values"] if "extra_field" in i and "extra_field" in i["values"][0]]
    assert marked == page["values"][:2]


def test_value_as_text(serve: Serve) -> None:
    page = serve(Fault("value_as_text")).get(PATH)
    assert all(isinstance(r["value"], str) for item in page["values"] for r in item["values"])


@pytest.mark.parametrize(
    ("action", "field"), [("absent_value", "value"), ("absent_gender", "gender")]
)
def test_absent_field(serve: Serve, action: str, field: str) -> None:
    first, *others = serve(Fault(action, items=1)).get(PATH)["values"]
    assert all(field not in reading for reading in first["values"])
    assert all(field in reading for item in others for reading in item["values"])


def test_gender_x(serve: Serve) -> None:
    first, second, *_ = serve(Fault("gender_x", items=1)).get(PATH)["values"]
    assert {r["gender"] for r in first["values"]} == {"X"}
    assert {r["gender"] for r in second["values"]} == {"T", "K", "M"}


def test_bad_period(serve: Serve) -> None:
    first, second, *_ = serve(Fault("bad_period", items=1)).get(PATH)["values"]
    assert first["period"] == "20x0" and second["period"] == 2011


def test_removed_kpi_is_gone_from_metadata_and_values(serve: Serve) -> None:
    client = serve(Fault("remove_kpi", id=KPIS[1]))
    assert [k["id"] for k in client.items("/kpi")] == [k for k in KPIS if k != KPIS[1]]
    assert {item["kpi"] for item in client.items(PATH)} == {KPIS[0]}


def test_added_area_is_listed_last_and_has_values_once(serve: Serve) -> None:
    client = serve(Fault("add_area", id="9999"))
    areas = client.items("/municipality?per_page=9")
    assert [a["id"] for a in areas] == [*AREAS, "9999"]
    found = readings(client.items(f"{PATH},9999?per_page=7"))
    copied = {(k, *rest): v for (k, area, *rest), v in found.items() if area == "9999"}
    assert copied == {(k, *rest): v for (k, area, *rest), v in found.items() if area == "2000"}
    assert not [key for key in readings(client.items(PATH)) if key[1] == "9999"]


def test_every_and_path_choose_requests(serve: Serve) -> None:
    client = serve(Fault("status", path="/data/", every=3, status=500))
    statuses = []
    for _ in range(6):
        client.get("/kpi?per_page=1")
        response = client.raw("/v3" + PATH)
        response.read()
        statuses.append(response.status)
    assert statuses == [200, 200, 500, 200, 200, 500]


def test_probability_follows_the_seed() -> None:
    def fired(seed: int) -> list[bool]:
        plan = FaultPlan([Fault("reset", probability=0.3)], seed)
        return [plan.pick("/v3/kpi") is not None for _ in range(300)]

    assert fired(1) == fired(1) != fired(2)
    assert 60 < sum(fired(1)) < 120


def test_first_rule_that_fires_wins_and_is_counted(folder: Path) -> None:
    plan = FaultPlan([Fault("status", status=500, nth=2), Fault("status", status=429)])
    with ReplayServer(folder, plan) as replay:
        client = Client(replay.base_url)
        client.get("/kpi", 429)
        client.get("/kpi", 500)
        assert replay.stats.faults == {"status": 2}
        replay.faults = FaultPlan()
        client.get("/kpi")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('[{"action": "explode"}]', "explode"),
        ('[{"action": "reset", "sometimes": true}]', "sometimes"),
        ('[{"action": "reset", "nth": 0}]', "nth"),
        ('[{"action": "remove_kpi"}]', "remove_kpi"),
        ("[", "fault plan"),
    ],
)
def test_a_wrong_plan_is_refused_by_name(text: str, named: str) -> None:
    with pytest.raises(JamlikError, match=named):
        FaultPlan.from_json(text)


def test_plan_survives_its_json_form() -> None:
    plan = FaultPlan([Fault("status", status=429, retry_after=2, every=5), Fault("cut", nth=3)])
    assert FaultPlan.from_json(plan.to_json()).faults == plan.faults
