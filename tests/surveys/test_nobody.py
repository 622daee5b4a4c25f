"""No row about a person leaves the sealed stores: by dbt's manifest and by what was built."""

import json

import duckdb
import pytest

from ingestion.delivered import store
from tests.surveys.conftest import Surveys


@pytest.fixture
def manifest(surveys: Surveys) -> dict:
    return json.loads((surveys.folder / "target/manifest.json").read_text(encoding="utf-8"))


def parents(node: dict) -> set[str]:
    """What a node reads; a seed reads nothing."""
    return set(node["depends_on"].get("nodes", []))


def descent(manifest: dict) -> tuple[set[str], set[str]]:
    """What holds persons, from the sources on as long as it is no table, and the tables after."""
    nodes = manifest["nodes"]
    persons = {key for key, one in manifest["sources"].items() if one["name"] == "respondent"}
    aggregates: set[str] = set()
    grown = True
    while grown:
        found = {
            key
            for key, one in nodes.items()
            if one["resource_type"] != "test" and persons & parents(one)
        } - persons
        views = {
            key for key in found if nodes[key]["config"]["materialized"] in ("view", "ephemeral")
        }
        aggregates |= found - views
        grown = bool(views)
        persons |= views
    return persons, aggregates


def test_no_table_of_the_build_holds_persons(
    manifest: dict, marts: duckdb.DuckDBPyConnection
) -> None:
    """What descends from respondents is no table before its first aggregate, by dbt's manifest."""
    nodes = manifest["nodes"]
    persons, aggregates = descent(manifest)
    assert len([key for key in persons if key.startswith("source.")]) == 3
    names = {nodes[key]["name"] for key in aggregates}
    assert names == {
        *("int_survey", "int_survey_stratum", "int_survey_margin", "int_survey_response"),
        *("int_elsa_grade", "int_elsa_delivery", "int_elsa_change", "int_elsa_follow_up"),
    }
    tables = marts.execute(
        "select schema_name || '.' || table_name, list(column_name) from duckdb_columns() "
        "join duckdb_tables() using (schema_name, table_name) where schema_name <> 'main' "
        "and duckdb_columns.database_name = 'jamlik' group by 1"
    ).fetchall()
    assert len(tables) > 20
    for table, columns in tables:
        assert "row_number" not in columns, table
        assert not {"pseudonym", "talk_id", "visit_month", "school_unit"} & set(columns), table
        assert not [name for name in columns if "item_" in name and len(name) > 8], table


def test_no_check_of_persons_keeps_the_rows_it_finds(manifest: dict) -> None:
    persons, _ = descent(manifest)
    kept = [
        one["name"]
        for one in manifest["nodes"].values()
        if persons & parents(one) and one["config"].get("store_failures")
    ]
    assert kept == []


def test_a_pupil_can_be_followed_in_one_model_only(
    surveys: Surveys, marts: duckdb.DuckDBPyConnection
) -> None:
    """By the columns that the views really have, with the sealed store beside them."""
    store.make_empty(marts, "elsa")
    views = marts.execute(
        "select schema_name || '.' || view_name from duckdb_views() "
        "where database_name = 'jamlik' and schema_name in ('staging', 'intermediate') "
        "and contains(view_name, 'elsa')"
    ).fetchall()
    columns = {
        view: {row[0] for row in marts.execute(f"describe {view}").fetchall()} for (view,) in views
    }
    assert {view for view, names in columns.items() if "pseudonym" in names} == {
        "staging.stg_elsa__respondent",
        "intermediate.int_elsa_pupil_path",
    }
    assert {view for view, names in columns.items() if "talk_id" in names} == {
        "staging.stg_elsa__respondent"
    }


def test_aggregates_have_no_row_for_every_person(marts: duckdb.DuckDBPyConnection) -> None:
    """Those that read persons group them, by two breakdowns at most."""
    of_three = " + ".join(
        f"({name}_no > 0)::int"
        for name in (
            *("gender", "age_group", "grade", "education", "birth_country", "income", "family"),
        )
    )
    most = marts.execute(f"select max({of_three}) from intermediate.int_survey_share").fetchone()
    assert most == (2,)
    for table, keys in {
        "int_survey": "source, round, survey, basis",
        "int_survey_stratum": "survey_no, stratum",
        "int_survey_response": "source, round, survey, basis, area_id",
        "int_survey_margin": "domain_no, stratum_id",
        "int_elsa_grade": "round, area_no, grade_no",
        "int_elsa_delivery": "round, area_no, grade_no, delivery_no",
        "int_elsa_change": "round, area_no, from_grade, to_grade, gender, item_no",
        "int_elsa_follow_up": "round, area_no, from_grade, to_grade, gender",
    }.items():
        doubled = marts.execute(
            f"select count(*) from (select 1 from intermediate.{table} group by {keys} "
            "having count(*) > 1) as doubled"
        ).fetchone()
        assert doubled == (0,), table
