"""The indicator views, wherever their file goes."""

import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from tests.publish.support import NOW, contracts, info, make_build, query, settings_for
from warehouse.publish import publish

COLUMNS = [
    "indicator_id",
    "area_id",
    "area_name",
    "area_type",
    "county_id",
    "is_focus",
    "year_start",
    "year_end",
    "gender",
    "value",
    "status",
    "value_note",
    "riket_value",
    "difference",
    "ratio",
    "gap_size",
    "gap_direction",
    "ci_lower",
    "ci_upper",
    "verdict",
    "q_value",
    "verdict_reason",
    "rank",
    "n_areas",
    "is_demonstration",
]
ROW = (
    "select area_name, value, riket_value, difference from {}indicator.n15428 "
    "where area_id = '0004' and year_end = 2021 and gender = 'T'"
)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    settings = settings_for(tmp_path_factory.mktemp("views"))
    make_build(settings)
    publish(settings, contracts(), info=info(), now=NOW)
    return settings.paths.published / "jamlik.duckdb"


def test_one_view_per_register_indicator_with_the_same_columns(published: Path) -> None:
    columns: dict[str, list[str]] = {}
    for view, column in query(
        published,
        "select table_name, column_name from duckdb_columns() where schema_name = 'indicator' "
        "order by table_name, column_index",
    ):
        columns.setdefault(view, []).append(column)
    assert columns == {name: COLUMNS for name in ("n00925", "n15428", "u01405")}


def test_view_has_one_row_per_value_with_its_gap_to_riket(published: Path) -> None:
    assert query(published, "select count(*) from indicator.n15428") == [(189,)]
    assert query(published, ROW.format("")) == [("Ort å 4", 24.21, 20.21, pytest.approx(4.0))]
    riket = "select count(riket_value) from indicator.n15428 where area_id = '0000'"
    assert query(published, riket) == [(0,)]


def test_view_comment_says_title_unit_and_who_to_name(published: Path) -> None:
    ((comment,),) = query(
        published, "select comment from duckdb_views() where view_name = 'n15428'"
    )
    assert comment.startswith("DEMONSTRATION DATA. Elever som 'klarar' gymnasiet, andel (%)")
    assert "Unit: %." in comment
    assert "'Källa: Kolada'" in comment
    assert "'Egen bearbetning av data från Kolada'" in comment


def test_columns_of_views_have_the_comments_of_their_tables(published: Path) -> None:
    comments = query(
        published,
        "select table_name, column_name, comment from duckdb_columns() "
        "where schema_name = 'indicator' order by table_name, column_index",
    )
    named = {"area_name": "name", "riket_value": "benchmark_value"}
    assert len(comments) == 3 * len(COLUMNS)
    for _, column, comment in comments:
        assert comment == f"Läs: {named.get(column, column)}, Bob's"


def test_views_name_no_catalog(published: Path) -> None:
    for (sql,) in query(published, "select sql from duckdb_views() where not internal"):
        assert "release" not in sql
        assert "jamlik" not in sql


def test_views_answer_in_a_renamed_file(published: Path, tmp_path: Path) -> None:
    renamed = tmp_path / "another name.db"
    shutil.copy(published, renamed)
    assert query(renamed, ROW.format("")) == query(published, ROW.format(""))


def test_views_answer_when_attached_under_another_alias(published: Path) -> None:
    expected = query(published, ROW.format(""))
    with duckdb.connect() as con:
        # A table of the same name elsewhere must not be taken for the file's own.
        con.execute("create schema core; create table core.fct_value as select 1 as nothing")
        con.execute(f"attach '{published}' as other_name (read_only)")
        assert con.execute(ROW.format("other_name.")).fetchall() == expected


def test_views_answer_from_another_folder_and_process(published: Path, tmp_path: Path) -> None:
    code = (
        "import duckdb, sys; con = duckdb.connect(sys.argv[1], read_only=True); "
        "print(con.execute('select count(*) from indicator.u01405').fetchone()[0])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(published)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "189"
