"""Failed checks and faults of the machine: the last release stands."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import duckdb
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
from tests.support import PROJECT_ROOT
from warehouse.errors import PublishError
from warehouse.locks import hold
from warehouse.publish import PublicationError, file_checks, publish
from warehouse.settings import Settings

DOUBLE_ROW = "insert into core.dim_area select * from core.dim_area where area_id = '0007'"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = settings_for(tmp_path / "data")
    make_build(settings)
    publish(settings, contracts(), info=info(), now=NOW)
    return settings


def _state(settings: Settings) -> tuple:
    return settings.paths.current.resolve(), sorted(os.listdir(settings.paths.releases))


@pytest.mark.parametrize(
    ("statement", "check", "found"),
    [
        ("drop table quality.load", "every_contracted_table_is_there", "quality.load"),
        (
            "alter table core.dim_area alter is_focus type int",
            "columns_and_types_are_as_contracted",
            "core.dim_area.is_focus is INTEGER, not BOOLEAN",
        ),
        (
            "alter table core.dim_area add column extra int",
            "columns_and_types_are_as_contracted",
            "core.dim_area.extra is not declared",
        ),
        (
            "alter table core.dim_area drop column name",
            "columns_and_types_are_as_contracted",
            "core.dim_area.name is missing",
        ),
        (
            "update core.fct_value set gender = null where area_id = '0002' and gender = 'K'",
            "required_columns_have_no_nulls",
            "core.fct_value.gender: 12 nulls",
        ),
        (DOUBLE_ROW, "primary_keys_are_unique", "core.dim_area: (0007) is there 2 times"),
        (
            "delete from core.fct_value where year_end = 2022",
            "row_counts_have_not_collapsed",
            "core.fct_value: 504 rows, 756 in the last release",
        ),
        (
            "delete from core.dim_area",
            "row_counts_have_not_collapsed",
            "core.dim_area: 0 rows, 21 in the last release",
        ),
    ],
)
def test_failed_check_leaves_the_last_release(
    settings: Settings, statement: str, check: str, found: str
) -> None:
    before = _state(settings)
    change_build(settings, statement)
    with pytest.raises(PublicationError, match="last release stands") as caught:
        publish(settings, contracts(), info=info(), now=NOW)
    failed = [c for c in caught.value.checks if not c.passed]
    assert [(c.name, c.severity) for c in failed] == [(check, "error")]
    assert found in failed[0].found
    assert found in str(caught.value)
    assert failed[0].remedy in caught.value.remedy
    assert _state(settings) == before


def test_fewer_rows_than_another_origin_are_no_collapse(settings: Settings) -> None:
    make_build(settings, areas=5)
    assert publish(settings, contracts(), info=info("live"), now=NOW).is_new


def test_fewer_rows_can_be_accepted_by_name(settings: Settings) -> None:
    change_build(settings, "delete from core.fct_value where year_end = 2022")
    accepted = {"core.fct_value"}
    release = publish(settings, contracts(), info=info(), now=NOW, accept_fewer=accepted)
    assert release.tables["core.fct_value"] == 504


def test_shrinking_log_and_rewritten_values_only_warn(settings: Settings) -> None:
    make_build(settings, shift=3.0)
    change_build(settings, "delete from quality.load")
    release = publish(settings, contracts(), info=info(), now=NOW)
    failed = {c.name: c for c in release.checks if not c.passed}
    assert set(failed) == {"log_tables_have_not_collapsed", "most_published_values_stay"}
    assert {c.severity for c in failed.values()} == {"warn"}
    assert "core.fct_value" in failed["most_published_values_stay"].found


def test_damaged_last_release_can_be_replaced(settings: Settings) -> None:
    release = settings.paths.current.resolve()
    (release / "jamlik.duckdb").write_bytes(b"not a database")
    change_build(settings, "update core.fct_value set value = 1 where area_id = '0001'")
    diff = publish(settings, contracts(), info=info(), now=NOW).diff
    assert "jamlik.duckdb" in str(diff["core.fct_value"].reason)
    assert query(settings.paths.published / "jamlik.duckdb", "select 1 from core.fct_value limit 1")


def test_views_that_double_rows_are_found(tmp_path: Path) -> None:
    settings = settings_for(tmp_path / "data")
    make_build(settings)
    change_build(
        settings,
        "insert into equity.area_gap select * replace (year_start - 1 as year_start) "
        "from equity.area_gap where indicator_id = 'U01405'",
    )
    tables = contracts()
    gap = tables[3]
    tables[3] = replace(gap, primary_key=(*gap.primary_key, "year_start"))
    with pytest.raises(PublicationError, match=r'indicator_views_answer: indicator\."u01405"'):
        publish(settings, tables, info=info(), now=NOW)
    assert os.listdir(settings.paths.releases) == []
    assert not settings.paths.current.is_symlink()


def test_storage_that_old_readers_cannot_open_is_found(tmp_path: Path) -> None:
    with duckdb.connect() as con:
        con.execute(f"attach '{tmp_path}/new.duckdb' as new (storage_version 'latest')")
        con.execute(f"attach '{tmp_path}/old.duckdb' as old")
        assert not file_checks.storage_readable(con, "new").passed
        assert file_checks.storage_readable(con, "old").passed


@pytest.mark.parametrize("written", [(755, "11"), (756, "12")])
def test_files_that_differ_from_the_build_are_found(written: tuple[int, str]) -> None:
    built = {"core.fct_value": (756, "11"), "core.dim_area": (21, "7")}
    assert file_checks.same_content("n", "The file", dict(built), built).passed
    check = file_checks.same_content("n", "The file", {**built, "core.fct_value": written}, built)
    assert (check.passed, check.severity) == (False, "error")
    assert f"core.fct_value: {written[0]} rows written, 756 built" in check.found


def test_type_that_is_none_is_named(settings: Settings) -> None:
    *others, load = contracts()
    wrong = replace(load.columns[-1], data_type="wholenumber")
    tables = [*others, replace(load, columns=(*load.columns[:-1], wrong))]
    with pytest.raises(PublicationError, match="rows_read is declared as 'wholenumber'"):
        publish(settings, tables, info=info(), now=NOW)


def test_missing_build_and_missing_mart_are_named(settings: Settings) -> None:
    without_gap = [t for t in contracts() if t.name != "area_gap"]
    with pytest.raises(PublishError, match=r"equity\.area_gap"):
        publish(settings, without_gap, info=info(), now=NOW)
    settings.paths.build.unlink()
    with pytest.raises(PublishError, match=r"no build file .*jamlik\.duckdb"):
        publish(settings, contracts(), info=info(), now=NOW)


def test_build_file_that_is_none_is_named(settings: Settings) -> None:
    before = _state(settings)
    settings.paths.build.write_bytes(b"x" * 5000)
    with pytest.raises(PublicationError, match=r"build.jamlik\.duckdb"):
        publish(settings, contracts(), info=info(), now=NOW)
    assert _state(settings) == before


def test_file_in_the_way_of_a_link_is_kept(settings: Settings) -> None:
    link = settings.paths.published / "parquet"
    link.unlink()
    link.mkdir()
    (link / "mine.txt").write_text("kept", encoding="utf-8")
    with pytest.raises(PublicationError, match="in the way"):
        publish(settings, contracts(), info=info(), now=NOW)
    assert (link / "mine.txt").read_text(encoding="utf-8") == "kept"


def test_two_publishers_take_turns(settings: Settings) -> None:
    lock = settings.paths.locks / "publish.lock"
    code = (
        "import sys; from pathlib import Path; from warehouse.locks import hold\n"
        "with hold(Path(sys.argv[1]), 'test'): print('held', flush=True); sys.stdin.read()"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", code, str(lock)],
        cwd=PROJECT_ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        assert holder.stdout and holder.stdout.readline()
        hurried = settings.model_copy(update={"lock_timeout": 0.0})
        with pytest.raises(Exception, match=str(holder.pid)):
            publish(hurried, contracts(), info=info(), now=NOW)
    finally:
        holder.communicate()
    with hold(lock, "test"):
        pass
