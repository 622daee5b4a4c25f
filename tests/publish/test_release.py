"""What a release holds, and when a new one is made."""

import hashlib
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import duckdb
import frictionless
import pytest

from tests.publish.support import (
    NOW,
    change_build,
    contracts,
    info,
    make_build,
    query,
    settings_for,
)
from warehouse.publish import database, publish
from warehouse.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = settings_for(tmp_path / "data")
    make_build(settings)
    return settings


def test_release_holds_the_built_rows_sorted_and_commented(settings: Settings) -> None:
    release = publish(settings, contracts(), info=info(), now=NOW)
    published = settings.paths.published / "jamlik.duckdb"
    assert release.is_new
    assert release.release_id.startswith("20260301T120000Z-")
    assert settings.paths.current.resolve() == release.folder
    everything = "select * exclude (read_at) from core.fct_value"
    built = query(settings.paths.build, everything)
    assert sorted(query(published, everything), key=str) == sorted(built, key=str)
    keys = query(published, "select indicator_id, year_end, area_id, gender from core.fct_value")
    assert keys == sorted(keys)
    assert release.tables["core.fct_value"] == len(built)
    comments = query(
        published,
        "select comment from duckdb_tables() where table_name = 'dim_area' union all "
        "select comment from duckdb_columns() where table_name = 'dim_area' "
        "and column_name = 'name'",
    )
    assert comments == [("DEMONSTRATION DATA. One row per area_id.",), ("Läs: name, Bob's",)]
    assert "staging" not in {
        row[0] for row in query(published, "select schema_name from duckdb_schemas()")
    }


def test_only_demonstration_releases_are_called_so(settings: Settings) -> None:
    publish(settings, contracts(), info=info("live"), now=NOW)
    published = settings.paths.published
    texts = query(
        published / "jamlik.duckdb",
        "select comment from duckdb_tables() union all select comment from duckdb_views() "
        "where schema_name = 'indicator'",
    )
    assert len(texts) == 8
    assert not [text for (text,) in texts if "DEMONSTRATION" in text]
    assert "DEMONSTRATION" not in (published / "datapackage.json").read_text(encoding="utf-8")


def test_manifest_hashes_and_rows_are_those_of_the_files(settings: Settings) -> None:
    release = publish(settings, contracts(), info=info(), now=NOW)
    manifest = json.loads((release.folder / "manifest.json").read_text(encoding="utf-8"))
    files = {p.relative_to(release.folder).as_posix() for p in release.folder.rglob("*.*")}
    assert set(manifest["files"]) == files - {"manifest.json"}
    for name, entry in manifest["files"].items():
        content = (release.folder / name).read_bytes()
        assert entry == {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    for name, table in manifest["tables"].items():
        parquet = release.folder / table["parquet"]
        assert table["sha256"] == hashlib.sha256(parquet.read_bytes()).hexdigest()
        counted = duckdb.sql(f"select count(*) from '{parquet}'").fetchone()
        assert counted == (table["rows"],) == (release.tables[name],)
    assert manifest["release_id"] == release.release_id
    assert (manifest["origin"], manifest["region"], manifest["run_id"]) == ("demo", "20", "run-1")
    assert manifest["created"] == "2026-03-01T12:00:00Z"
    assert manifest["checks"] == [{"name": "dbt", "passed": True}]
    assert manifest["versions"]["duckdb"] == duckdb.__version__
    assert [c["name"] for c in manifest["publication_checks"]] == [c.name for c in release.checks]


def test_datapackage_is_valid_and_names_sources(settings: Settings) -> None:
    release = publish(settings, contracts(), info=info("live"), now=NOW)
    path = release.folder / "datapackage.json"
    descriptor = json.loads(path.read_text(encoding="utf-8"))
    report = frictionless.Package.validate_descriptor(descriptor, basepath=str(release.folder))
    assert report.valid, report.flatten(["message"])
    resources = {r["title"]: r for r in descriptor["resources"]}
    assert resources["core.fct_value"]["attribution"] == "Källa: Kolada"
    assert resources["equity.area_gap"]["attribution"] == "Egen bearbetning av data från Kolada"
    schema = resources["core.fct_value"]["schema"]
    assert schema["primaryKey"] == ["indicator_id", "area_id", "year_end", "gender"]
    types = {f["name"]: (f["type"], f.get("constraints")) for f in schema["fields"]}
    assert types["value"] == ("number", None)
    assert types["year_end"] == ("integer", {"required": True})
    assert types["read_at"] == ("datetime", None)
    assert all((release.folder / r["path"]).is_file() for r in descriptor["resources"])


def test_equal_data_give_equal_parquet_bytes(tmp_path: Path, monkeypatch) -> None:
    hashes = []
    for name, order in (("a", "hash(area_id, gender)"), ("b", "value desc, area_id")):
        settings = settings_for(tmp_path / name)
        make_build(settings)
        change_build(
            settings,
            f"create or replace table core.fct_value as from core.fct_value order by {order}",
        )
        release = publish(settings, contracts(), info=info(), now=NOW)
        files = sorted((release.folder / "parquet").iterdir())
        hashes.append([(f.name, hashlib.sha256(f.read_bytes()).hexdigest()) for f in files])
    assert len(hashes[0]) == 5
    assert hashes[0] == hashes[1]


def test_large_tables_are_sorted_in_ranges(settings: Settings, monkeypatch) -> None:
    monkeypatch.setattr(database, "ROWS_PER_RANGE", 200)
    publish(settings, contracts(), info=info(), now=NOW)
    keys = query(
        settings.paths.published / "jamlik.duckdb",
        "select indicator_id, year_end, area_id, gender from core.fct_value",
    )
    assert len(keys) == 4 * 21 * 3 * 3
    assert keys == sorted(keys)


def test_ranges_of_one_column_can_be_sorted_by_another(settings: Settings, monkeypatch) -> None:
    """Whole indicators follow each other in ranges, and areas lie together within each."""
    monkeypatch.setattr(database, "ROWS_PER_RANGE", 200)
    *others, value = sorted(contracts(), key=lambda table: table.name == "fct_value")
    tiled = replace(value, range_by="indicator_id", sort_by=("area_id", "indicator_id"))
    publish(settings, [*others, tiled], info=info(), now=NOW)
    rows = query(
        settings.paths.published / "jamlik.duckdb",
        "select indicator_id, area_id, year_end, gender from core.fct_value",
    )
    per_indicator = 21 * 3 * 3
    # 200 rows are reached with the second indicator of a range.
    ranges = [rows[i : i + 2 * per_indicator] for i in range(0, len(rows), 2 * per_indicator)]
    indicators = [sorted({row[0] for row in one}) for one in ranges]
    assert [len(one) for one in indicators] == [2, 2]
    assert max(indicators[0]) < min(indicators[1])
    assert all(one == sorted(one, key=lambda row: (row[1], row)) for one in ranges)


def test_nothing_changed_makes_no_release(settings: Settings) -> None:
    first = publish(settings, contracts(), info=info(), now=NOW)
    make_build(settings)
    second = publish(settings, contracts(), info=info(), now=NOW + timedelta(days=1))
    assert not second.is_new
    assert second.release_id == first.release_id
    assert second.checks == first.checks
    assert len(list(settings.paths.releases.iterdir())) == 1


@pytest.mark.parametrize("what", ["value", "read_at", "origin", "contract", "title", "damage"])
def test_any_change_makes_a_release(settings: Settings, what: str) -> None:
    first = publish(settings, contracts(), info=info(), now=NOW)
    tables, release_info = contracts(), info()
    if what == "value":
        change_build(
            settings,
            "update core.fct_value set value = 1 where rowid = "
            "(select min(rowid) from core.fct_value where value is not null)",
        )
    elif what == "read_at":
        change_build(settings, "update core.fct_value set read_at = timestamp '2026-02-02'")
    elif what == "origin":
        release_info = info("replay")
    elif what == "contract":
        tables[0] = replace(tables[0], description="Other words.")
    elif what == "title":
        change_build(settings, "update core.dim_indicator set title = 'å' where is_register")
    else:
        (first.folder / "parquet" / "core.dim_area.parquet").unlink()
    second = publish(settings, tables, info=release_info, now=NOW)
    assert second.is_new
    assert second.release_id > first.release_id
    assert settings.paths.current.resolve() == second.folder


def test_diff_counts_rows_added_gone_and_changed(settings: Settings) -> None:
    assert publish(settings, contracts(), info=info(), now=NOW).diff == {}
    change_build(
        settings,
        "update core.fct_value set read_at = timestamp '2026-02-02'",
        "delete from core.fct_value where area_id = '0003' and year_end = 2020 and gender = 'K'",
        "update core.fct_value set value = coalesce(value, 0) + 1 "
        "where area_id = '0004' and gender = 'T' and indicator_id = 'N15428'",
        "insert into core.fct_value values "
        "('N15428', '0001', 2019, 2019, 'T', 5, '', null, true, timestamp '2026-02-02')",
    )
    release = publish(settings, contracts(), info=info(), now=NOW)
    diff = release.diff["core.fct_value"]
    assert (diff.added, diff.gone, diff.changed) == (1, 4, 3)
    assert (diff.rows_before, diff.rows_after) == (756, 753)
    area = release.diff["core.dim_area"]
    assert (area.added, area.gone, area.changed) == (0, 0, 0)
    manifest = json.loads((release.folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["diff"]["core.fct_value"]["changed"] == 3


def test_diff_is_against_the_same_origin(settings: Settings) -> None:
    publish(settings, contracts(), info=info("live"), now=NOW)
    make_build(settings, shift=1.0)
    publish(settings, contracts(), info=info("demo"), now=NOW)
    make_build(settings)
    change_build(settings, "update core.fct_value set value = 7 where area_id = '0005'")
    release = publish(settings, contracts(), info=info("live"), now=NOW)
    assert release.diff["core.fct_value"].changed == 36


def test_diff_names_columns_and_tables_that_came_and_went(settings: Settings) -> None:
    publish(settings, contracts(), info=info(), now=NOW)
    *others, load = contracts()
    narrow = replace(load, columns=load.columns[:-1])
    change_build(settings, "alter table quality.load drop column rows_read")
    diff = publish(settings, [*others, narrow], info=info(), now=NOW).diff["quality.load"]
    assert (diff.columns_gone, diff.changed) == (("rows_read",), 0)
    diff = publish(settings, others, info=info(), now=NOW).diff["quality.load"]
    assert (diff.rows_before, diff.rows_after, diff.gone) == (1, 0, 1)


def test_rows_without_a_key_are_compared_whole(settings: Settings) -> None:
    *others, load = contracts()
    tables = [*others, replace(load, primary_key=(), sort_by=())]
    twice = "insert into quality.load values ('x', null, 1), ('x', null, 1)"
    change_build(settings, twice)
    publish(settings, tables, info=info(), now=NOW)
    change_build(settings, twice, "delete from quality.load where load_id = 'load-1'")
    diff = publish(settings, tables, info=info(), now=NOW).diff["quality.load"]
    assert (diff.added, diff.gone, diff.changed) == (2, 1, 0)
