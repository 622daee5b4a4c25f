"""What a release says of its tables: relations, comments, the data package's checks."""

import json
import re
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from tests.publish.support import NOW, change_build, contracts, info, make_build, settings_for
from tests.publish.test_contract import _model, _write
from warehouse.errors import PublishError
from warehouse.publish import PublicationError, TableContract, contracts_from_manifest, publish
from warehouse.publish.package_checks import package_describes_files, package_valid
from warehouse.publish.power_bi import describe_model
from warehouse.publish.references import Reference

AREA = Reference("area_id", "core.dim_area", "area_id")


def known_ids(model: str, severity: str = "ERROR", **arguments: list[str]) -> dict:
    return {
        "resource_type": "test",
        "name": f"{model}_known_ids{severity}",
        "attached_node": model,
        "config": {"severity": severity},
        "test_metadata": {"name": "known_ids", "kwargs": {"model": "x", **arguments}},
    }


def of_manifest(folder: Path, *nodes: dict) -> dict[str, tuple[Reference, ...]]:
    tables = contracts_from_manifest(_write(folder, *nodes))
    return {table.name: table.references for table in tables}


def test_relations_are_what_dbt_tests(tmp_path: Path) -> None:
    found = of_manifest(
        tmp_path,
        _model("dim_area"),
        _model("fact"),
        known_ids("fact", areas=["area_id", "note"]),
        known_ids("dim_area", severity="WARN", areas=["note"]),
    )
    assert found["fact"] == (AREA, Reference("note", "core.dim_area", "area_id"))
    assert found["dim_area"] == (), "what only warns may fail"


def test_relations_to_what_is_not_published_are_left_out(tmp_path: Path) -> None:
    found = of_manifest(tmp_path, _model("fact"), known_ids("fact", areas=["area_id"]))
    assert found == {"fact": ()}


def test_relations_need_a_key_of_one_column(tmp_path: Path) -> None:
    keyed = _model("dim_area", config={"meta": {"primary_key": ["area_id", "name"]}})
    with pytest.raises(PublishError, match=r"core\.dim_area\.area_id, whose key is area_id, name"):
        of_manifest(tmp_path, keyed, _model("fact"), known_ids("fact", areas=["area_id"]))


def test_an_unknown_dimension_is_named(tmp_path: Path) -> None:
    with pytest.raises(PublishError, match="looks up schools"):
        of_manifest(tmp_path, _model("fact"), known_ids("fact", schools=["note"]))


def related() -> list[TableContract]:
    return [
        replace(table, references=(AREA,)) if table.full_name == "core.fct_value" else table
        for table in contracts()
    ]


def test_an_id_without_its_row_stops_the_publication(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    make_build(settings)
    publish(settings, related(), info=info(), now=NOW)
    change_build(settings, "delete from core.dim_area where area_id = '0003'")
    with pytest.raises(PublicationError, match=r"fct_value\.area_id: 1 ids .* such as 0003"):
        publish(settings, related(), info=info(), now=NOW)


def test_a_column_without_a_description_stops_the_publication(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    make_build(settings)
    *others, load = contracts()
    bare = replace(load, columns=(replace(load.columns[0], description=""), *load.columns[1:]))
    with pytest.raises(PublicationError, match=r"column quality\.load\.load_id"):
        publish(settings, [*others, bare], info=info(), now=NOW)


def test_a_model_has_one_active_relation_between_two_tables_and_none_within_one() -> None:
    *others, value = sorted(contracts(), key=lambda table: table.name == "fct_value")
    twice = replace(value, references=(AREA, replace(AREA, column="status")))
    within = [
        replace(one, references=(replace(AREA, column="county_id"),))
        if one.full_name == AREA.table
        else one
        for one in others
    ]
    with duckdb.connect() as con:
        relations = describe_model(con, [*within, twice], info())["model"]["relationships"]
    assert [(one["fromColumn"], one["isActive"]) for one in relations] == [
        ("area_id", True),
        ("status", False),
    ]


def test_a_type_that_a_model_cannot_hold_is_named() -> None:
    first, *_ = contracts()
    odd = replace(first, columns=(replace(first.columns[0], data_type="blob"), *first.columns[1:]))
    with duckdb.connect() as con, pytest.raises(PublicationError, match="_id is BLOB"):
        describe_model(con, [odd], info())


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    settings = settings_for(tmp_path_factory.mktemp("described"))
    make_build(settings)
    return publish(settings, related(), info=info(), now=NOW).folder


def copied(release: Path, folder: Path) -> Path:
    (folder / "parquet").mkdir()
    for path in (release / "parquet").iterdir():
        (folder / "parquet" / path.name).write_bytes(path.read_bytes())
    (folder / "datapackage.json").write_bytes((release / "datapackage.json").read_bytes())
    return folder


def test_the_package_has_keys_of_other_tables_and_hashes(release: Path) -> None:
    text = (release / "datapackage.json").read_text(encoding="utf-8")
    one = next(r for r in json.loads(text)["resources"] if r["title"] == "core.fct_value")
    assert one["schema"]["foreignKeys"] == [
        {
            "fields": ["area_id"],
            "reference": {"resource": "core-dim-area", "fields": ["area_id"]},
        }
    ]
    assert one["hash"].startswith("sha256:") and one["schema"]["missingValues"] == []


@pytest.mark.parametrize(
    "old, new, fault",
    [
        ('"name": "value",\n', '"name": "worth",\n', "columns differ .*'value', 'number'"),
        ('"type": "number"', '"type": "string"', "columns differ"),
        ('"resource": "core-dim-area"', '"resource": "core-dim-place"', "area_id refers to"),
        ('"hash": "sha256:', '"hash": "sha256:0', "the sha256 is another"),
        ('"bytes": ', '"bytes": 1', "bytes, described as 1"),
        ("parquet/core.dim_area", "parquet/core.dim_place", "not there.* not described|not desc"),
    ],
)
def test_a_description_that_does_not_fit_is_found(
    release: Path, tmp_path: Path, old: str, new: str, fault: str
) -> None:
    folder = copied(release, tmp_path)
    path = folder / "datapackage.json"
    text = path.read_text(encoding="utf-8")
    assert old in text
    with duckdb.connect() as con:
        assert package_describes_files(con, folder).passed
        path.write_text(text.replace(old, new), encoding="utf-8")
        check = package_describes_files(con, folder)
    assert not check.passed
    assert re.search(fault, check.found), check.found


@pytest.mark.parametrize("old, new", [('"type": "number"', '"type": "much"'), ('"fields"', '"f"')])
def test_a_package_against_the_standard_is_found(
    release: Path, tmp_path: Path, old: str, new: str
) -> None:
    folder = copied(release, tmp_path)
    path = folder / "datapackage.json"
    assert package_valid(folder).passed
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    assert not package_valid(folder).passed
