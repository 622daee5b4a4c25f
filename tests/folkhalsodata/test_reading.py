"""One table read over loopback from a server that misbehaves in every way it is known to."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ingestion.folkhalsodata.client import (
    FolkhalsodataClient,
    FolkhalsodataError,
    FolkhalsodataFaltering,
    FolkhalsodataUnreachable,
    TableChanged,
    TableMoved,
    TooManyCells,
)
from ingestion.folkhalsodata.replay.server import PxwebFault, PxwebServer
from ingestion.folkhalsodata.source import TableReading, read_table
from ingestion.http.faults import FaultPlan
from tests.folkhalsodata.small import PATH, TABLE, dataset, write
from warehouse.errors import JamlikError


@pytest.fixture
def server(tmp_path: Path) -> Iterator[PxwebServer]:
    write(tmp_path, PATH, dataset())
    with PxwebServer(tmp_path) as running:
        yield running


class AfterTheFirst(FaultPlan[PxwebFault]):
    """Faults from the second request on."""

    def pick(self, target: str) -> PxwebFault | None:
        asked, self.asked = getattr(self, "asked", 0), getattr(self, "asked", 0) + 1
        return super().pick(target) if asked else None


def read(server: PxwebServer, max_cells: int = 100_000, **changes: object) -> TableReading:
    client = FolkhalsodataClient(server.base_url, "test", backoff=0.005, **changes)
    try:
        return read_table(client, TABLE, "20", max_cells)
    finally:
        client.close()


def sorted_rows(reading: TableReading) -> list[tuple]:
    return sorted(tuple(row.values()) for row in reading.estimates.to_pylist())


def test_a_table_is_described_and_asked_for_what_is_wanted(server: PxwebServer) -> None:
    reading = read(server)
    assert reading.estimates.num_rows == 48 and server.requests == 2
    assert reading.metadata.num_rows == 5 + 2 + 4 + 3 + 2
    assert {row["table_title"] for row in reading.metadata.to_pylist()} == {"Liten tabell"}


@pytest.mark.parametrize("limit", [4, 30, 100])
def test_small_questions_bring_the_same(server: PxwebServer, limit: int) -> None:
    whole = sorted_rows(read(server))
    asked = server.requests
    assert sorted_rows(read(server, limit)) == whole
    assert server.requests - asked - 1 >= 192 / limit


@pytest.mark.parametrize("limit", [4, 50])
def test_a_lower_limit_of_the_api_is_found(tmp_path: Path, limit: int) -> None:
    write(tmp_path, PATH, dataset())
    with PxwebServer(tmp_path) as generous:
        whole = sorted_rows(read(generous))
    with PxwebServer(tmp_path, max_cells=limit) as strict:
        assert sorted_rows(read(strict)) == whole
        # Learned once: each halving is refused once, no more.
        assert strict.stats.statuses[403] <= 6


@pytest.mark.parametrize("status", [403, 413])
def test_an_api_that_allows_nothing_is_not_asked_for_ever(server: PxwebServer, status: int) -> None:
    # Described once, and every question after it is refused.
    server.faults = AfterTheFirst([PxwebFault("status", status=status)])
    with pytest.raises(TooManyCells, match=rf"small\.px with status {status}") as caught:
        read(server)
    assert "JAMLIK_FOLKHALSODATA_CELLS" in caught.value.remedy
    assert server.requests < 12


@pytest.mark.parametrize(
    "fault",
    [
        PxwebFault("status", nth=1, status=429, retry_after=0),
        PxwebFault("status", nth=2, status=500),
        PxwebFault("status", times=3, status=503),
        PxwebFault("cut", nth=2),
        PxwebFault("text", nth=1),
        PxwebFault("text", nth=2),
        PxwebFault("reset", nth=2),
    ],
)
def test_passing_faults_are_survived(server: PxwebServer, fault: PxwebFault) -> None:
    whole = sorted_rows(read(server))
    server.faults = FaultPlan([fault])
    assert sorted_rows(read(server)) == whole
    assert server.requests > 4


@pytest.mark.parametrize(
    ("fault", "error", "named"),
    [
        (PxwebFault("status", status=404), TableMoved, r"no table at .*/A/B/small\.px"),
        (PxwebFault("status", status=400), FolkhalsodataError, r"small\.px with status 400"),
        (PxwebFault("status", status=500), FolkhalsodataUnreachable, "status 500"),
        (PxwebFault("cut"), FolkhalsodataUnreachable, "cannot be reached"),
        (PxwebFault("rename_variable", id="Kön"), TableChanged, r"A/B/small\.px has 0 .*kön"),
    ],
)
def test_lasting_trouble_is_named(
    server: PxwebServer, fault: PxwebFault, error: type[JamlikError], named: str
) -> None:
    server.faults = FaultPlan([fault])
    with pytest.raises(error, match=named) as caught:
        read(server)
    assert type(caught.value) is error and caught.value.remedy


def test_an_api_that_falters_is_told_from_one_that_is_not_there(server: PxwebServer) -> None:
    server.faults = AfterTheFirst([PxwebFault("status", status=500)])
    with pytest.raises(FolkhalsodataFaltering, match=r"small\.px: status 500"):
        read(server)


def test_a_table_of_which_much_cannot_be_read_is_refused(tmp_path: Path) -> None:
    values = [one * 40 if at % 2 == 0 else one for at, one in enumerate(dataset()["value"])]
    write(tmp_path, PATH, dataset(value=values))
    with PxwebServer(tmp_path) as server, pytest.raises(TableChanged, match="could not, the first"):
        read(server)


def test_a_folder_without_tables_is_not_served(tmp_path: Path) -> None:
    with pytest.raises(JamlikError, match="holds no table"):
        PxwebServer(tmp_path)
