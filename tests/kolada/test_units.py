"""Values of units: the same loading as for areas, kept apart from them."""

from datetime import date
from pathlib import Path

import duckdb
import pytest

from ingestion.kolada.client import KoladaError
from ingestion.kolada.load import load
from ingestion.kolada.plan import batches, refresh_paths
from ingestion.kolada.replay.faults import Fault, FaultPlan
from ingestion.kolada.replay.server import ReplayServer
from ingestion.kolada.report import LoadReport
from ingestion.kolada.tables import OU, OU_READING, READING
from tests.kolada.small import (
    KPIS,
    OU_KPIS,
    UNITS,
    Row,
    default_rows,
    unit_rows,
    write_snapshot,
    write_units,
)
from warehouse.connection import connect
from warehouse.settings import Settings

# More than two requests hold by id, so that they are asked for by year.
MANY = [
    {"id": f"V15E2080{number:03}01", "title": f"Skola {number}", "municipality": "2080"}
    for number in range(60)
]
LATEST = """
    select kpi, ou, period, gender, value from raw_kolada.ou_reading
    qualify row_number() over (partition by kpi, ou, period, gender order by read_at desc) = 1
        and not isdeleted
"""


@pytest.fixture
def asked(settings: Settings, snapshot: Path) -> Settings:
    write_units(snapshot)
    return settings.model_copy(update={"ou_kpis": ",".join(OU_KPIS)})


def run(settings: Settings, faults: list[Fault] | None = None) -> tuple[LoadReport, list[str]]:
    """The report, and the addresses that were asked."""
    assert settings.snapshot
    with ReplayServer(settings.snapshot, FaultPlan(faults or [])) as server:
        return load(settings, server.base_url), server.stats.targets


def query(settings: Settings, sql: str) -> list[tuple]:
    path = settings.paths.raw_kolada(settings.kolada)
    with connect(path, settings, read_only=True) as con:
        return con.execute(sql).fetchall()


def latest(settings: Settings) -> set[Row]:
    return set(query(settings, LATEST))


def folder(settings: Settings) -> Path:
    assert settings.snapshot
    return settings.snapshot


@pytest.mark.parametrize(("units", "part"), [(UNITS, "/ou/"), (MANY, "/year/")])
def test_every_value_arrives_once_by_the_fewer_requests(
    asked: Settings, units: list[dict[str, str]], part: str
) -> None:
    write_units(folder(asked), units=units)
    report, targets = run(asked)
    assert latest(asked) == set(unit_rows(units))
    assert all(part in target for target in targets if "/oudata/" in target)
    assert report.changes(OU_READING).new == len(unit_rows(units))
    assert report.changes(READING).new == len(default_rows())
    assert report.kpis_requested == len(KPIS)
    listed = query(asked, "select id, title, municipality from raw_kolada.ou order by id")
    assert listed == sorted(tuple(unit.values()) for unit in units)


def test_the_same_again_adds_nothing(asked: Settings) -> None:
    run(asked)
    before = query(asked, "select count(*) from raw_kolada.ou_reading")
    report, _ = run(asked)
    assert report.is_unchanged and report.changes(OU_READING).unchanged == len(unit_rows())
    assert query(asked, "select count(*) from raw_kolada.ou_reading") == before


def test_changes_and_withdrawals_are_added_and_a_closed_unit_keeps_its_history(
    asked: Settings,
) -> None:
    run(asked)
    rows = [row for row in unit_rows() if row[1] != UNITS[2]["id"]]
    rows[3] = (*rows[3][:4], -1.0)
    write_units(folder(asked), rows, UNITS[:2])
    report, _ = run(asked)
    gone = len(unit_rows()) - len(rows)
    changes = report.changes(OU_READING)
    assert (changes.new, changes.changed, changes.withdrawn) == (0, 1, gone)
    assert report.changes(READING).withdrawn == 0 and report.changes(OU).withdrawn == 1
    assert latest(asked) == set(rows)
    history = query(
        asked, f"select isdeleted from raw_kolada.ou where id = '{UNITS[2]['id']}' order by read_at"
    )
    assert history == [(False,), (True,)]


def test_a_load_that_asks_for_no_units_leaves_them_alone(
    asked: Settings, settings: Settings
) -> None:
    run(asked)
    report, targets = run(settings)
    assert not [target for target in targets if "/ou" in target]
    assert report.is_unchanged and latest(asked) == set(unit_rows())


def test_an_interrupted_load_goes_on_after_areas_and_after_finished_units(
    asked: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingestion.kolada.plan.KPIS_PER_BATCH", 1)
    with pytest.raises(KoladaError):
        run(asked, [Fault("status", path=f"/oudata/kpi/{OU_KPIS[1]}", status=422)])
    assert query(asked, "select distinct kpi from raw_kolada.ou_reading") == [(OU_KPIS[0],)]
    report, targets = run(asked)
    assert report.resumed == len(KPIS) + 1
    values = [target for target in targets if "data/" in target]
    assert len(values) == 1 and f"/oudata/kpi/{OU_KPIS[1]}/" in values[0]
    assert latest(asked) == set(unit_rows())


def test_an_interrupted_load_does_not_go_on_with_other_units(
    asked: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingestion.kolada.plan.KPIS_PER_BATCH", 1)
    with pytest.raises(KoladaError):
        run(asked, [Fault("status", path=f"/oudata/kpi/{OU_KPIS[1]}", status=422)])
    rows = [(*row[:4], 5.0) for row in unit_rows()]
    write_units(folder(asked), rows)
    assert run(asked)[0].resumed == 0
    assert latest(asked) == set(rows)


def test_kpis_without_values_of_units_are_named_and_the_rest_loads(asked: Settings) -> None:
    wrong = asked.model_copy(update={"ou_kpis": f"{OU_KPIS[0]},{KPIS[2]},N99999"})
    report, _ = run(wrong)
    assert report.unknown_kpis == [f"{KPIS[2]} (units)", "N99999 (units)"]
    assert {row[0] for row in latest(asked)} == {OU_KPIS[0]}


def test_a_refresh_reads_only_what_changed(asked: Settings) -> None:
    live = asked.model_copy(update={"kolada": "live"})
    run(live)
    rows = unit_rows()
    rows[0] = (*rows[0][:4], -1.0)
    write_units(folder(live), rows)
    file = str(folder(live) / "ou_values.parquet")
    dated = duckdb.sql(
        f"select *, if(value = -1, date '{date.today()}', date '2001-01-01') as changed_at "
        f"from read_parquet('{file}')"
    ).to_arrow_table()
    duckdb.from_arrow(dated).write_parquet(file)
    report, targets = run(live)
    changes = report.changes(OU_READING)
    assert (changes.read, changes.changed, changes.withdrawn) == (1, 1, 0)
    assert all("from_date" in target for target in targets if "data/" in target)
    assert latest(live) == set(rows)


def test_values_that_cannot_be_read_are_quarantined_and_not_withdrawn(asked: Settings) -> None:
    run(asked)
    report, _ = run(asked, [Fault("gender_x", path="/oudata/", items=1)])
    assert report.changes(OU_READING).withdrawn == 0 and latest(asked) == set(unit_rows())
    rejected = query(
        asked, "select distinct municipality, reason, raw_table from raw_kolada.rejection"
    )
    assert rejected == [(UNITS[0]["id"], "gender is not T, K or M", "ou_reading")]


def test_a_kpi_that_falls_silent_for_units_is_refused(asked: Settings) -> None:
    run(asked)
    write_units(folder(asked), [row for row in unit_rows() if row[0] != OU_KPIS[1]])
    with pytest.raises(KoladaError, match=OU_KPIS[1]):
        run(asked)
    assert latest(asked) == set(unit_rows())


def test_a_snapshot_without_units_says_so(settings: Settings) -> None:
    with pytest.raises(KoladaError, match=r"/ou answered an empty list.*OU_KPIS"):
        run(settings.model_copy(update={"ou_kpis": OU_KPIS[0]}))


def test_a_raw_file_from_before_units_is_carried_on(asked: Settings, settings: Settings) -> None:
    run(settings)
    with connect(settings.paths.raw_kolada("replay"), settings) as con:
        for table in ("load_kpi", "rejection"):
            con.execute(f"alter table raw_kolada.{table} drop column raw_table")
        for table in ("ou", "ou_reading"):
            con.execute(f"drop table raw_kolada.{table}")
    report, _ = run(asked)
    assert report.changes(READING).unchanged == len(default_rows())
    assert latest(asked) == set(unit_rows())
    kept = query(asked, "select raw_table, count(*) from raw_kolada.load_kpi group by 1 order by 1")
    assert kept == [("ou_reading", 2), ("reading", 6)]


def test_areas_are_never_asked_for_by_year() -> None:
    """Their groups would come along, thirteen times as many values."""
    (batch,) = batches(["N00001"], [str(area) for area in range(2000, 2312)])
    assert len(batch.paths) == 13 and not [path for path in batch.paths if "/year/" in path]
    day = date(2026, 3, 1)
    units = [unit["id"] for unit in MANY]
    assert all("/kpi/" in p for p in refresh_paths(["N00001"], units, day, OU_READING))
    assert all("/municipality/" in path for path in refresh_paths(["N00001"], ["2080"] * 60, day))


def test_areas_and_units_may_change_in_one_load(asked: Settings) -> None:
    run(asked)
    areas, units = default_rows(), unit_rows()
    areas[4] = (*areas[4][:4], -1.0)
    units[4] = (*units[4][:4], -2.0)
    write_snapshot(folder(asked), areas)
    write_units(folder(asked), units)
    report, _ = run(asked)
    assert (report.changes(READING).changed, report.changes(OU_READING).changed) == (1, 1)
    assert report.values.changed == 2
    total = query(asked, "select values_changed from raw_kolada.load order by read_at")[-1]
    assert total == (2,)
