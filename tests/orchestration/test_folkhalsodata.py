"""Folkhälsodata in Dagster: tables that are gone fail a check, and the others are loaded."""

import shutil
from pathlib import Path

import dagster as dg
import pytest

from ingestion.folkhalsodata.catalogue import catalogue
from orchestration.asset_checks.folkhalsodata import CHECKS
from orchestration.assets.folkhalsodata import load_folkhalsodata
from orchestration.manifest import made_from_state
from orchestration.resources import Warehouse
from tests.support import shared_dir
from warehouse.settings import Settings, load_settings

READ = "B_HLV/eSocialarel/aSocialarel/hlv1socxreg.px"


def run(
    monkeypatch: pytest.MonkeyPatch, folder: Path, **settings: str
) -> dg.ExecuteInProcessResult:
    for field in Settings.model_fields.values():
        monkeypatch.delenv(str(field.validation_alias), raising=False)
    for name, value in {"JAMLIK_DATA_DIR": str(folder / "data"), **settings}.items():
        monkeypatch.setenv(name, value)
    with dg.instance_for_test() as instance:
        return dg.materialize(
            [load_folkhalsodata, *CHECKS], instance=instance, resources={"warehouse": Warehouse()}
        )


def test_a_table_that_is_gone_is_named_with_its_remedy(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    recorded = shared_dir() / "data/pxweb/fohm_hlv1socxreg_20_rebuilt.jsonstat2.json"
    file = tmp_path / "tables" / f"{READ}.json"
    file.parent.mkdir(parents=True)
    shutil.copyfile(recorded, file)
    result = run(
        monkeypatch,
        tmp_path,
        KOLADA="live",
        FOLKHALSODATA="replay",
        FOLKHALSODATA_SNAPSHOT=str(tmp_path / "tables"),
    )
    assert result.success
    checks = {check.check_name: check for check in result.get_asset_check_evaluations()}
    failed = checks["every_table_is_read"]
    assert not failed.passed and failed.severity is dg.AssetCheckSeverity.ERROR
    gone = {str(row.data["path"]): row.data for row in failed.metadata["failing_keys"].records}
    assert gone.keys() == {table.path for table in catalogue()} - {READ}
    assert all("404" in str(row["problem"]) for row in gone.values())
    assert all("tables.yml" in str(row["remedy"]) for row in gone.values())
    assert all(path in (failed.description or "") for path in gone)
    assert checks["every_estimate_is_understood"].passed
    words = checks["every_item_has_estimates"]
    assert not words.passed and words.severity is dg.AssetCheckSeverity.WARN
    without = {str(row.data["content_text"]) for row in words.metadata["failing_keys"].records}
    (table,) = (one for one in catalogue() if one.path == READ)
    assert without == table.items.keys() - {"Svårt att lita på andra"}
    (event, *_) = result.asset_materializations_for_node("load_folkhalsodata")
    assert event.metadata["estimates_new"].value == 42
    assert made_from_state(load_settings(), "")["folkhalsodata"]


def test_where_the_source_is_off_nothing_is_missing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    result = run(monkeypatch, tmp_path, KOLADA="live")
    assert result.success
    checks = result.get_asset_check_evaluations()
    assert len(checks) == 3 and all(check.passed for check in checks)
    assert all(check.metadata["source_origin"].value == "off" for check in checks)
    assert (tmp_path / "data" / "raw" / "folkhalsodata_off.duckdb").exists()
    assert made_from_state(load_settings(), "")["folkhalsodata"] == ""
