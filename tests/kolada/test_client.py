"""The client against a server that misbehaves in every way it is known to."""

import time

import pytest

from ingestion.kolada.client import KoladaClient, KoladaError, KoladaUnreachable
from ingestion.kolada.decode import decode_values
from ingestion.kolada.replay.faults import Fault, FaultPlan
from ingestion.kolada.replay.server import ReplayServer
from tests.kolada.small import default_rows

PATH = "data/kpi/N00001,N00002,N00003/municipality/0000,0020,2021,2039,2080?per_page=20"


def client(server: ReplayServer, **changes: object) -> KoladaClient:
    return KoladaClient(server.base_url, "test", backoff=0.01, **changes)


def read(server: ReplayServer, **changes: object) -> set[tuple]:
    pages = client(server, **changes).pages(PATH, decode_values)
    rows = [tuple(row.values())[:5] for page in pages for row in page.table.to_pylist()]
    assert len(rows) == len(set(rows)), "a row came twice"
    return set(rows)


def test_all_pages_are_read(server: ReplayServer) -> None:
    assert read(server) == set(default_rows())
    assert server.stats.requests == 5


@pytest.mark.parametrize(
    "fault",
    [
        Fault("status", nth=2, status=429, retry_after=0),
        Fault("status", nth=2, status=429),
        Fault("status", every=2, status=500),
        Fault("status", nth=1, status=503),
        Fault("reset", nth=3),
        Fault("cut", nth=2),
        Fault("cut", every=2),
        Fault("text", nth=2),
    ],
)
def test_passing_faults_are_survived(server: ReplayServer, fault: Fault) -> None:
    server.faults = FaultPlan([fault])
    assert read(server) == set(default_rows())
    assert server.stats.requests > 5


def test_silence_is_given_up_on_and_asked_again(server: ReplayServer) -> None:
    server.faults = FaultPlan([Fault("silence", nth=2, seconds=5)])
    started = time.monotonic()
    assert read(server, read_timeout=0.3) == set(default_rows())
    assert time.monotonic() - started < 4


def test_retry_after_is_honoured(server: ReplayServer) -> None:
    server.faults = FaultPlan([Fault("status", nth=2, status=429, retry_after=1)])
    started = time.monotonic()
    read(server)
    assert time.monotonic() - started >= 1


def test_a_refusal_is_not_asked_again(server: ReplayServer) -> None:
    many = ",".join(f"N{i:05}" for i in range(26))
    with pytest.raises(KoladaError, match=r"status 422.*\n?.*") as caught:
        list(client(server).pages(f"data/kpi/{many}/municipality/2080", decode_values))
    assert server.stats.requests == 1
    assert "N00025" in str(caught.value), "the address is named"
    assert caught.value.remedy


def test_lasting_trouble_names_address_and_status(server: ReplayServer) -> None:
    server.faults = FaultPlan([Fault("status", path="&page=2", status=500)])
    with pytest.raises(KoladaError, match=r"page=2.*: status 500"):
        read(server)


def test_pages_that_lead_in_a_circle_are_noticed(server: ReplayServer) -> None:
    server.faults = FaultPlan([Fault("loop", nth=2)])
    with pytest.raises(KoladaError, match="circle"):
        read(server)


def test_nothing_there_is_said_at_once(server: ReplayServer) -> None:
    address = server.base_url
    server.close()
    started = time.monotonic()
    with pytest.raises(KoladaUnreachable, match=r"cannot be reached at .*") as caught:
        list(KoladaClient(address, "test", backoff=0.05).pages("kpi", decode_values))
    assert time.monotonic() - started < 20
    assert "KOLADA=replay" in str(caught.value) and "KOLADA=demo" in str(caught.value)


def test_the_rate_is_kept_off_loopback(server: ReplayServer, monkeypatch) -> None:
    monkeypatch.setattr("ingestion.http.client.LOOPBACK", ())
    started = time.monotonic()
    assert read(server, rate=20) == set(default_rows())
    assert time.monotonic() - started >= 4 / 20
