"""A recording is a snapshot that gives the same answers again."""

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from ingestion.kolada.client import KoladaError
from ingestion.kolada.load import load
from ingestion.kolada.record import record
from ingestion.kolada.replay.faults import Fault, FaultPlan
from ingestion.kolada.replay.server import ReplayServer
from tests.kolada.small import OU_KPIS, default_rows, unit_rows, write_units
from warehouse.connection import connect
from warehouse.errors import JamlikError
from warehouse.settings import Settings


def test_what_is_recorded_replays_to_the_same_values(
    settings: Settings, server: ReplayServer, tmp_path: Path
) -> None:
    folder = tmp_path / "recorded"
    assert record(settings, server.base_url, folder) == len(default_rows())
    with ReplayServer(folder) as replayed:
        load(settings, replayed.base_url)
    with connect(settings.paths.raw_kolada("replay"), settings, read_only=True) as con:
        rows = con.execute(
            "select kpi, municipality, period, gender, value from raw_kolada.reading"
        ).fetchall()
    assert set(rows) == set(default_rows())


def test_status_count_and_metadata_are_kept(
    settings: Settings, server: ReplayServer, tmp_path: Path
) -> None:
    folder = tmp_path / "recorded"
    record(settings, server.base_url, folder)
    assert {"status", "count", "isdeleted"} <= set(pq.read_schema(folder / "values.parquet").names)
    areas = json.loads((folder / "municipality_v3.json").read_text("utf-8"))["values"]
    assert "Älvdalen" in {area["title"] for area in areas}


def test_units_are_recorded_when_they_are_asked_for(
    settings: Settings, snapshot: Path, tmp_path: Path
) -> None:
    write_units(snapshot)
    asked = settings.model_copy(update={"ou_kpis": ",".join(OU_KPIS)})
    folder = tmp_path / "recorded"
    with ReplayServer(snapshot) as server:
        values = record(asked, server.base_url, folder)
    assert values == len(default_rows()) + len(unit_rows())
    with ReplayServer(folder) as replayed:
        load(asked, replayed.base_url)
    with connect(settings.paths.raw_kolada("replay"), settings, read_only=True) as con:
        rows = con.execute(
            "select kpi, ou, period, gender, value from raw_kolada.ou_reading"
        ).fetchall()
        titles = con.execute("select title from raw_kolada.ou").fetchall()
    assert set(rows) == set(unit_rows()) and ("Ängsskolan",) in titles


def test_a_recording_that_fails_leaves_nothing(
    settings: Settings, server: ReplayServer, tmp_path: Path
) -> None:
    server.faults = FaultPlan([Fault("gender_x", path="/data/")])
    with pytest.raises(KoladaError, match="gender is not"):
        record(settings, server.base_url, tmp_path / "recorded")
    assert list(tmp_path.glob("recorded*")) == []


def test_a_folder_that_exists_is_not_written_into(
    settings: Settings, server: ReplayServer, tmp_path: Path
) -> None:
    with pytest.raises(JamlikError, match="exists already"):
        record(settings, server.base_url, tmp_path)
