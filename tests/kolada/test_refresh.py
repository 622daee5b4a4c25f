"""Refreshes, interrupted loads and full re-readings: what is asked for, and what comes of it."""

from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest

from ingestion.kolada.client import KoladaError
from ingestion.kolada.load import load
from ingestion.kolada.replay.faults import Fault, FaultPlan
from ingestion.kolada.replay.server import ReplayServer
from ingestion.kolada.report import LoadReport
from tests.kolada.small import KPIS, Row, default_rows, write_snapshot
from warehouse.connection import connect
from warehouse.errors import SettingsError
from warehouse.settings import Settings, load_settings

LATEST = """
    select kpi, municipality, period, gender, value from raw_kolada.reading
    qualify row_number() over (partition by kpi, municipality, period, gender
                               order by read_at desc) = 1 and not isdeleted
"""


@pytest.fixture
def live(settings: Settings) -> Settings:
    """The replay server asked as if it were Kolada itself."""
    return settings.model_copy(update={"kolada": "live"})


def dated(folder: Path, changed: set[Row], day: date | None = None) -> None:
    """Give every value a day of change: today for some, long ago for the rest."""
    file = str(folder / "values.parquet")
    keys = [f"('{k}', '{m}', {p}, '{g}')" for k, m, p, g, _ in changed]
    recent = f"(kpi, municipality, period, gender) in ({', '.join(keys)})" if keys else "false"
    rows = duckdb.sql(f"""
        select kpi, municipality, period, gender, value,
            case when {recent} then date '{day or date.today()}' else date '2001-01-01' end
                as changed_at
        from read_parquet('{file}')
    """).to_arrow_table()
    duckdb.from_arrow(rows).write_parquet(file)


def run(settings: Settings, faults: list[Fault] | None = None) -> tuple[LoadReport, ReplayServer]:
    assert settings.snapshot
    with ReplayServer(settings.snapshot, FaultPlan(faults or [])) as server:
        return load(settings, server.base_url), server


def query(settings: Settings, sql: str) -> list[tuple]:
    path = settings.paths.raw_kolada(settings.kolada)
    with connect(path, settings, read_only=True) as con:
        return con.execute(sql).fetchall()


def revised(snapshot: Path, *, told: bool) -> list[Row]:
    """Change one value; `told`: Kolada gives it as changed."""
    rows = default_rows()
    old = rows[4]
    rows[4] = (*old[:4], -1.0)
    write_snapshot(snapshot, rows)
    dated(snapshot, {rows[4]} if told else set())
    return rows


def test_a_refresh_reads_only_what_changed(live: Settings) -> None:
    assert live.snapshot
    dated(live.snapshot, set())
    run(live)
    rows = revised(live.snapshot, told=True)
    report, server = run(live)
    assert (report.values.read, report.values.changed, report.values.withdrawn) == (1, 1, 0)
    assert set(query(live, LATEST)) == set(rows)
    assert all("from_date" in t for t in server.stats.targets if "/data/" in t)


def test_a_refresh_that_finds_nothing_changes_nothing(live: Settings) -> None:
    assert live.snapshot
    dated(live.snapshot, set())
    run(live)
    before = query(live, "select count(*) from raw_kolada.reading")
    report, server = run(live)
    assert report.is_unchanged
    assert query(live, "select count(*) from raw_kolada.reading") == before
    assert server.stats.requests < 40


def test_a_refresh_asks_from_the_day_before_the_last_reading(live: Settings) -> None:
    assert live.snapshot
    dated(live.snapshot, set())
    run(live)
    _, server = run(live)
    day = date.today() - timedelta(days=1)
    asked = {t.split("from_date=")[1][:10] for t in server.stats.targets if "from_date" in t}
    assert asked <= {str(day), str(day - timedelta(days=1))} and asked


def test_a_kpi_that_is_new_to_the_list_is_read_in_full(live: Settings) -> None:
    assert live.snapshot
    dated(live.snapshot, set())
    run(live.model_copy(update={"kpis": "N00001"}))
    report, _ = run(live)
    assert set(query(live, LATEST)) == set(default_rows())
    assert report.missed == 0


def test_a_withdrawal_that_kolada_tells_is_kept_with_its_history(live: Settings) -> None:
    assert live.snapshot
    dated(live.snapshot, set())
    run(live)
    gone = default_rows()[4]
    dated(live.snapshot, {gone})
    file = str(live.snapshot / "values.parquet")
    rows = duckdb.sql(
        f"select *, '' as status, 1 as count, changed_at > date '2002-01-01' as isdeleted "
        f"from read_parquet('{file}')"
    ).to_arrow_table()
    duckdb.from_arrow(rows).write_parquet(file)
    report, _ = run(live)
    assert report.values.changed == 1
    assert set(query(live, LATEST)) == set(default_rows()) - {gone}


def test_a_full_reading_finds_and_counts_what_the_refresh_was_not_told(live: Settings) -> None:
    assert live.snapshot
    dated(live.snapshot, set())
    run(live)
    rows = revised(live.snapshot, told=False)
    assert run(live)[0].is_unchanged, "a refresh cannot know"
    report, _ = run(live.model_copy(update={"kolada_reading": "full"}))
    assert report.missed == 1
    assert set(query(live, LATEST)) == set(rows)
    assert query(live, "select values_missed from raw_kolada.load order by read_at")[-1] == (1,)


def test_an_interrupted_load_goes_on_and_reads_nothing_twice(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingestion.kolada.plan.KPIS_PER_BATCH", 1)
    with pytest.raises(KoladaError):
        run(settings, [Fault("status", path=f"/data/kpi/{KPIS[1]}", status=422)])
    stored = query(settings, "select distinct kpi from raw_kolada.reading")
    assert stored == [(KPIS[0],)]
    report, server = run(settings)
    assert report.resumed == 1
    assert not [t for t in server.stats.targets if f"/data/kpi/{KPIS[0]}/" in t]
    assert set(query(settings, LATEST)) == set(default_rows())
    again, server = run(settings)
    assert again.resumed == 0, "a complete load is not gone on with"
    assert [t for t in server.stats.targets if f"/data/kpi/{KPIS[0]}/" in t]


def test_a_batch_that_is_refused_stops_the_load_and_those_before_it_stand(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Batches are merged while the next one is read: the refusal must not get lost there."""
    assert settings.snapshot
    run(settings)
    monkeypatch.setattr("ingestion.kolada.plan.KPIS_PER_BATCH", 1)
    revised = [(*row[:4], 5.0) for row in default_rows() if row[0] != KPIS[1]]
    write_snapshot(settings.snapshot, revised)
    with pytest.raises(KoladaError, match=KPIS[1]):
        run(settings)
    kept = {row for row in default_rows() if row[0] != KPIS[0]}
    assert set(query(settings, LATEST)) == {r for r in revised if r[0] == KPIS[0]} | kept
    states = query(settings, "select state from raw_kolada.load order by read_at")
    assert states == [("complete",), ("failed",)]


def test_an_interrupted_load_does_not_go_on_with_another_snapshot(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert settings.snapshot
    monkeypatch.setattr("ingestion.kolada.plan.KPIS_PER_BATCH", 1)
    with pytest.raises(KoladaError):
        run(settings, [Fault("status", path=f"/data/kpi/{KPIS[1]}", status=422)])
    rows = [(*row[:4], 5.0) for row in default_rows()]
    write_snapshot(settings.snapshot, rows)
    assert run(settings)[0].resumed == 0
    assert set(query(settings, LATEST)) == set(rows)


def test_progress_is_told_in_requests(settings: Settings, caplog) -> None:
    with caplog.at_level("INFO", logger="ingestion"):
        run(settings)
    assert any("1 of 1 requests done, 270 values" in message for message in caplog.messages)


def test_chosen_years_are_read_again_and_others_stand(live: Settings) -> None:
    assert live.snapshot
    some = live.model_copy(update={"years": "2016-2017"})
    report, _ = run(some)
    assert report.values.new == 3 * 5 * 2 * 3
    assert query(live, f"select distinct period from ({LATEST}) order by 1") == [(2016,), (2017,)]
    report, _ = run(live)
    assert report.values.new == 3 * 5 * 4 * 3, "KPIs of which some years are known are new"

    rows = default_rows()
    gone, kept = rows[3], rows[-1]
    assert (gone[2], kept[2]) == (2016, 2020)
    changed = [(*row[:4], 77.0) if row == kept else row for row in rows if row != gone]
    write_snapshot(live.snapshot, changed)
    report, _ = run(some)
    assert (report.values.withdrawn, report.values.changed) == (1, 0), "2020 was not asked for"
    report, _ = run(live.model_copy(update={"years": "2016,2020"}))
    assert (report.values.withdrawn, report.values.changed) == (0, 1)


def test_a_years_setting_that_is_none_is_named() -> None:
    for wrong in ("20155", "2019-2015", "alla", "2015-"):
        with pytest.raises(SettingsError, match="no span of years"):
            load_settings(years=wrong)
    assert load_settings(years="2019, 2015-2017").year_list == [2015, 2016, 2017, 2019]
