"""Whole loads: what is kept, what a failing table costs, and when nothing has changed."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ingestion.folkhalsodata.load import ensure_store, load
from ingestion.folkhalsodata.replay.server import PxwebFault, PxwebServer
from ingestion.folkhalsodata.state import folkhalsodata_state
from ingestion.http.faults import FaultPlan
from tests.folkhalsodata.small import OTHER, PATH, dataset, position, write, write_catalogue
from warehouse.connection import connect
from warehouse.errors import SettingsError
from warehouse.settings import Settings, load_settings


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path / "tables", PATH, dataset())
    write(tmp_path / "tables", OTHER, dataset())
    return tmp_path / "tables"


@pytest.fixture
def server(folder: Path) -> Iterator[PxwebServer]:
    with PxwebServer(folder) as running:
        yield running


@pytest.fixture
def settings(tmp_path: Path, folder: Path) -> Settings:
    return load_settings(
        data_dir=tmp_path / "data", folkhalsodata="replay", folkhalsodata_snapshot=folder
    )


def query(settings: Settings, sql: str) -> list[tuple[Any, ...]]:
    path = settings.paths.raw_folkhalsodata("replay")
    with connect(path, settings, read_only=True) as con:
        return con.execute(sql).fetchall()


def test_a_second_load_adds_what_changed_and_nothing_else(
    settings: Settings, folder: Path, tmp_path: Path
) -> None:
    tables = write_catalogue(tmp_path)
    with PxwebServer(folder) as server:
        first = load(settings, server.base_url, tables)
        assert (first.total.new, first.failed) == (96, [])
        state = folkhalsodata_state(settings)
        again = load(settings, server.base_url, tables)
    assert (again.total.unchanged, again.total.touched) == (96, 0)
    assert folkhalsodata_state(settings) == state != ""
    values = dataset()["value"]
    values[position("2080", "7", "01", "0", "a")] += 1
    changed = json.loads(json.dumps(dataset(value=values)))
    write(folder, PATH, changed)
    with PxwebServer(folder) as server:
        third = load(settings, server.base_url, tables)
    assert (third.total.changed, third.total.unchanged, third.total.withdrawn) == (1, 95, 0)
    assert folkhalsodata_state(settings) != state
    rows = query(
        settings,
        "select share, isdeleted from raw_folkhalsodata.estimate where table_id = 'small' and "
        "area_id = '2080' and content_code = '7' and gender = 'T' and year_end = 2021 "
        "order by read_at",
    )
    assert rows == [(30.0, False), (31.0, False)]
    assert query(settings, "select * from raw_folkhalsodata.content_item order by all") == [
        ("other", "Stressad", "hlv_stress"),
        ("small", "Stressad", "hlv_stress"),
    ]


def test_a_failing_table_leaves_its_old_state_and_is_named(
    settings: Settings, server: PxwebServer, tmp_path: Path
) -> None:
    tables = write_catalogue(tmp_path)
    load(settings, server.base_url, tables)
    moved = PxwebFault("status", status=404, path="small.px")
    server.faults = FaultPlan([moved, PxwebFault("rename_variable", id="Kön", path="other.px")])
    report = load(settings, server.base_url, tables)
    assert report.failed == ["small", "other"]
    server.faults = FaultPlan([moved])
    report = load(settings, server.base_url, tables)
    assert report.failed == ["small"] and report.total.unchanged == 48
    assert query(
        settings, "select count(*), count_if(isdeleted) from raw_folkhalsodata.estimate"
    ) == [(96, 0)]
    books = query(
        settings,
        "select l.state, t.path, t.problem, t.remedy from raw_folkhalsodata.load_table as t "
        "join raw_folkhalsodata.load as l using (load_id) where not is_read "
        "order by l.read_at, t.path",
    )
    assert [(row[0], row[1]) for row in books] == [
        ("incomplete", PATH),
        ("incomplete", OTHER),
        ("incomplete", PATH),
    ]
    assert "404" in books[0][2] and "tables.yml" in books[0][3]
    assert "kön" in books[1][2] and OTHER in books[1][2]


def test_what_a_table_no_longer_holds_is_withdrawn_but_not_what_cannot_be_read(
    settings: Settings, folder: Path, tmp_path: Path
) -> None:
    tables = write_catalogue(tmp_path)
    with PxwebServer(folder) as server:
        load(settings, server.base_url, tables)
    for path, sick in ((PATH, None), (OTHER, position("2080", "7", "01", "0", "b"))):
        content = dataset()
        values = content["value"]
        if sick is not None:
            values[sick] = 1000.0
        text = json.dumps(dataset(value=values), ensure_ascii=False)
        # The area is another one now.
        write(folder, path, json.loads(text.replace("Vansbro", "Kiruna")))
    with PxwebServer(folder) as server:
        report = load(settings, server.base_url, tables)
    assert report.changes["small"].withdrawn == 12
    assert report.changes["other"].withdrawn == 0 and report.rejections == 1
    (row,) = query(settings, "select table_id, place, reason from raw_folkhalsodata.rejection")
    assert row == (
        "other",
        "Stressad, 2080, T, 2022-2022",
        "share: the value is not between 0 and 100",
    )


def test_where_nothing_answers_to_two_tables_no_more_are_asked(
    settings: Settings, server: PxwebServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = server.base_url
    server.close()
    monkeypatch.setattr("ingestion.http.client.MAX_WAIT", 0.01)
    tables = write_catalogue(tmp_path, PATH, OTHER, "A/third.px")
    report = load(settings, address, tables)
    assert report.failed == ["small", "other", "third"]
    assert report.traffic.requests == 2 * 6
    assert query(
        settings,
        "select distinct remedy like '%FOLKHALSODATA=demo%' from raw_folkhalsodata.load_table",
    ) == [(True,)]


def test_a_first_table_that_always_fails_costs_no_other(
    settings: Settings, server: PxwebServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingestion.http.client.MAX_WAIT", 0.01)
    server.faults = FaultPlan([PxwebFault("status", status=500, path="small.px")])
    report = load(settings, server.base_url, write_catalogue(tmp_path))
    assert report.failed == ["small"] and report.changes["other"].new == 48


def test_a_source_that_is_off_has_an_empty_store(tmp_path: Path) -> None:
    settings = load_settings(data_dir=tmp_path, kolada="live")
    assert settings.folkhalsodata_origin == "off"
    path = ensure_store(settings)
    assert path.name == "folkhalsodata_off.duckdb"
    with connect(path, settings, read_only=True) as con:
        assert con.execute("select count(*) from raw_folkhalsodata.estimate").fetchone() == (0,)
    assert folkhalsodata_state(settings) == ""


@pytest.mark.parametrize(
    ("chosen", "kolada", "origin"),
    [("", "demo", "demo"), ("off", "demo", "off"), ("live", "demo", "live"), ("", "live", "off")],
)
def test_the_origin_follows_koladas_only_when_unset(
    tmp_path: Path, chosen: str, kolada: str, origin: str
) -> None:
    settings = load_settings(data_dir=tmp_path, folkhalsodata=chosen, kolada=kolada)
    assert settings.folkhalsodata_origin == origin


def test_a_replay_needs_a_folder(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="FOLKHALSODATA=replay"):
        load_settings(data_dir=tmp_path, folkhalsodata="replay")
