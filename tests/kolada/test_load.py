"""Whole loads over loopback: what stands in the raw file afterwards."""

from pathlib import Path

import duckdb
import pytest

from ingestion.kolada.client import KoladaError
from ingestion.kolada.load import load
from ingestion.kolada.replay.faults import Fault, FaultPlan
from ingestion.kolada.replay.server import ReplayServer
from ingestion.kolada.report import LoadReport
from tests.kolada.small import AREAS, KPIS, Row, default_rows, write_snapshot
from warehouse.connection import connect
from warehouse.settings import Settings

LATEST = """
    select kpi, municipality, period, gender, value from raw_kolada.reading
    qualify row_number() over (partition by kpi, municipality, period, gender
                               order by read_at desc) = 1 and not isdeleted
"""


def run(settings: Settings, faults: list[Fault] | None = None) -> LoadReport:
    assert settings.snapshot
    with ReplayServer(settings.snapshot, FaultPlan(faults or [])) as server:
        return load(settings, server.base_url)


def query(settings: Settings, sql: str) -> list[tuple]:
    with connect(settings.paths.raw_kolada("replay"), settings, read_only=True) as con:
        return con.execute(sql).fetchall()


def latest(settings: Settings) -> set[Row]:
    return set(query(settings, LATEST))


def test_every_value_arrives_once_and_nulls_stay(settings: Settings) -> None:
    report = run(settings)
    assert latest(settings) == set(default_rows())
    assert report.values.read == report.values.new == len(default_rows())
    assert query(settings, "select count(*) from raw_kolada.reading where value is null")[0][0] > 0


def test_areas_keep_their_letters_and_groups_stay_apart(settings: Settings) -> None:
    run(settings)
    titles = query(settings, "select id, title, type from raw_kolada.municipality order by id")
    assert titles == [tuple(area.values()) for area in AREAS]
    members = query(
        settings, "select group_id, member_id from raw_kolada.municipality_group_member order by 2"
    )
    assert members == [("G100", "2021"), ("G100", "2039")]
    assert query(settings, "select 1 from raw_kolada.reading where municipality like 'G%'") == []


def test_the_same_again_adds_nothing(settings: Settings) -> None:
    run(settings)
    before = query(settings, "select count(*) from raw_kolada.reading")
    report = run(settings)
    assert query(settings, "select count(*) from raw_kolada.reading") == before
    assert (report.values.new, report.values.changed, report.values.withdrawn) == (0, 0, 0)
    assert all(c.new == c.changed == c.withdrawn == 0 for c in report.metadata.values())


def test_a_revision_is_added_and_the_old_value_kept(settings: Settings) -> None:
    run(settings)
    rows = default_rows()
    kpi, area, year, gender, _ = rows[4]
    rows[4] = (kpi, area, year, gender, -1.0)
    dropped = rows.pop(10)
    assert settings.snapshot
    write_snapshot(settings.snapshot, rows)
    report = run(settings)
    assert (report.values.changed, report.values.withdrawn, report.values.new) == (1, 1, 0)
    assert latest(settings) == set(rows)
    history = query(
        settings,
        f"select value, isdeleted from raw_kolada.reading where kpi = '{dropped[0]}' and "
        f"municipality = '{dropped[1]}' and period = {dropped[2]} and gender = '{dropped[3]}' "
        "order by read_at",
    )
    assert [deleted for _, deleted in history] == [False, True]


def test_a_value_that_comes_back_counts_again(settings: Settings) -> None:
    assert settings.snapshot
    run(settings)
    write_snapshot(settings.snapshot, default_rows()[:-1])
    run(settings)
    write_snapshot(settings.snapshot, default_rows())
    assert run(settings).values.changed == 1
    assert latest(settings) == set(default_rows())


@pytest.mark.parametrize(
    ("fault", "reason", "count"),
    [
        (Fault("gender_x", path="/data/", items=1), "gender is not T, K or M", 1),
        (Fault("bad_period", path="/data/", items=1), "period is not a year", 3),
        (Fault("value_as_text", path="/data/", items=2), "value is not a number", 2),
        (Fault("absent_value", path="/data/", items=1), "value is absent", 1),
    ],
)
def test_wrong_values_are_quarantined_and_the_rest_loads(
    settings: Settings, fault: Fault, reason: str, count: int
) -> None:
    report = run(settings, [fault])
    rejected = query(
        settings, "select kpi, municipality, period, gender, reason from raw_kolada.rejection"
    )
    assert len(rejected) >= count and {row[-1] for row in rejected} == {reason}
    assert all(kpi in KPIS and area for kpi, area, *_ in rejected)
    assert report.values.read == len(default_rows()) - len(rejected)
    assert latest(settings) < set(default_rows())


def test_a_value_that_was_not_understood_is_not_withdrawn(settings: Settings) -> None:
    run(settings)
    report = run(settings, [Fault("value_as_text", path="/data/", items=1)])
    assert report.rejections and report.values.withdrawn == 0
    assert latest(settings) == set(default_rows())


@pytest.mark.parametrize(
    "fault",
    [
        Fault("status", path="/data/", status=422),
        Fault("cut", path="/data/"),
        Fault("text", path="/municipality_groups"),
        Fault("loop", path="/data/"),
    ],
)
def test_a_failed_load_leaves_values_as_they_were(
    settings: Settings, fault: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingestion.http.client.MAX_WAIT", 0.01)
    assert settings.snapshot
    run(settings)
    write_snapshot(settings.snapshot, [(*row[:4], 1.0) for row in default_rows()])
    with pytest.raises(KoladaError) as caught:
        run(settings, [fault])
    assert "http://127.0.0.1" in str(caught.value)
    assert latest(settings) == set(default_rows())
    states = query(settings, "select state from raw_kolada.load order by read_at")
    assert states == [("complete",), ("failed",)]
    assert run(settings).values.changed > 0


def test_a_field_that_changes_type_everywhere_is_refused(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(settings)
    monkeypatch.setattr("ingestion.kolada.guard.REJECTED_LEAST", 10)
    with pytest.raises(KoladaError, match=r"could not be read.*value is not a number"):
        run(settings, [Fault("value_as_text", path="/data/")])
    assert latest(settings) == set(default_rows())


def test_an_unknown_kpi_is_named_and_the_rest_loads(settings: Settings) -> None:
    asked = settings.model_copy(update={"kpis": "N00001,N99999"})
    report = run(asked)
    assert report.unknown_kpis == ["N99999"]
    assert {row[0] for row in latest(settings)} == {"N00001"}
    known = query(settings, "select kpi, is_known from raw_kolada.load_kpi order by kpi")
    assert known == [("N00001", True), ("N99999", False)]


def test_with_all_kpis_one_that_only_a_group_names_is_no_wrong_id(settings: Settings) -> None:
    """N15559 and three more of Kolada's groups have neither metadata nor values."""
    assert settings.snapshot
    rows = [row for row in default_rows() if row[0] != "N00001"]
    write_snapshot(settings.snapshot, rows, kpis=KPIS[1:])
    # The register's own KPIs are unknown here, and stay so.
    assert "N00001" not in run(settings.model_copy(update={"kpis": "all"})).unknown_kpis
    assert run(settings).unknown_kpis == ["N00001"]


def test_a_kpi_without_metadata_but_with_values_is_known(settings: Settings) -> None:
    """U01901 of the register is such a one."""
    assert settings.snapshot
    write_snapshot(settings.snapshot, kpis=KPIS[:2])
    assert run(settings).unknown_kpis == []
    assert latest(settings) == set(default_rows())


def test_a_listed_kpi_that_falls_silent_is_refused(settings: Settings) -> None:
    """Wrong parameters make Kolada answer an empty list; that must not withdraw a KPI."""
    assert settings.snapshot
    run(settings)
    write_snapshot(settings.snapshot, [row for row in default_rows() if row[0] != KPIS[1]])
    with pytest.raises(KoladaError, match=KPIS[1]):
        run(settings)
    assert latest(settings) == set(default_rows())


def test_a_kpi_that_kolada_drops_is_withdrawn(settings: Settings) -> None:
    assert settings.snapshot
    run(settings)
    kept = [row for row in default_rows() if row[0] != KPIS[1]]
    write_snapshot(settings.snapshot, kept, kpis=[KPIS[0], KPIS[2]])
    run(settings)
    assert latest(settings) == set(kept)
    row = query(
        settings,
        "select isdeleted from raw_kolada.kpi where id = 'N00002' order by read_at desc limit 1",
    )
    assert row == [(True,)]


def test_duplicated_pages_and_new_fields_change_nothing(settings: Settings) -> None:
    run(settings, [Fault("duplicate_page", path="/data/"), Fault("extra_field")])
    assert latest(settings) == set(default_rows())
    columns = query(settings, "select column_name from duckdb_columns() where table_name='reading'")
    assert ("extra",) not in columns and len(columns) == 9


def test_nothing_is_left_in_the_working_folder(settings: Settings) -> None:
    run(settings)
    left = [path for path in settings.paths.tmp.rglob("*") if path.is_file()]
    assert left == []


def test_what_a_dead_load_landed_is_not_merged(settings: Settings) -> None:
    """A kill between landing and merging leaves Parquet files behind."""
    stale = settings.paths.make().tmp / "kolada" / "landed" / "kolada" / "reading"
    stale.mkdir(parents=True)
    duckdb.sql(
        "select 'N00001' as kpi, '2021' as municipality, 1999::int as period, 'T' as gender, "
        "0.0 as value, '' as status, 1::int as count, false as isdeleted"
    ).write_parquet(str(stale / "left.parquet"))
    run(settings)
    assert latest(settings) == set(default_rows())


def test_the_raw_folder_holds_one_file_per_origin(settings: Settings) -> None:
    run(settings)
    names = [path.name for path in Path(settings.data_dir, "raw").iterdir()]
    assert names == ["kolada_replay.duckdb"]
