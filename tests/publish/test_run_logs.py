"""Tables about the runs themselves are published, and alone make nothing new."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from tests.publish.support import (
    NOW,
    change_build,
    contracts,
    info,
    make_build,
    query,
    settings_for,
)
from warehouse.publish import publish

ADDED = (
    "insert into quality.load select 'load-' || i, timestamp '2026-02-02', 1 from range({}) t(i)"
)


def test_a_log_alone_makes_no_release_and_has_no_diff(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    make_build(settings)
    tables = [replace(table, is_run_log=table.full_name == "quality.load") for table in contracts()]
    first = publish(settings, tables, info=info(), now=NOW)
    change_build(settings, ADDED.format("10, 20"))
    second = publish(settings, tables, info=info(), now=NOW + timedelta(days=1))
    assert not second.is_new and second.release_id == first.release_id
    change_build(settings, "update core.dim_area set name = 'Ny ort' where area_id = '0003'")
    third = publish(settings, tables, info=info(), now=NOW + timedelta(days=2))
    assert third.is_new and "quality.load" not in third.diff and "core.dim_area" in third.diff
    rows = query(third.folder / "jamlik.duckdb", "select count(*) from quality.load")
    assert rows == [(11,)], "what the log says is in the next release"
    warned = {check.name: check for check in third.checks}["most_published_values_stay"]
    assert warned.passed
