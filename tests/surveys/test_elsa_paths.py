"""Paths of a few made pupils through the models that join talks, in memory."""

from collections.abc import Iterator

import duckdb
import pytest

from ingestion.delivered import store
from ingestion.delivered.codebook import source_codebooks
from tests.surveys.conftest import ELSA_ITEMS, Surveys

FALUN, MORA = "2080", "2062"
# What a talk is, in the order of the store's columns below.
Talk = tuple[str, int, str, str, str, int | None]


@pytest.fixture
def made(surveys: Surveys, marts: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    """The build with an empty store beside it, to be filled by a test."""
    store.make_empty(marts, "elsa")
    columns = marts.execute(
        "select column_name from duckdb_columns() where database_name = 'elsa' "
        "and table_name = 'respondent' and starts_with(column_name, 'item_')"
    ).fetchall()
    for (column,) in columns:
        if column not in {f"item_elsa_{item}" for item in ELSA_ITEMS}:
            marts.execute(f"alter table elsa.raw_elsa.respondent drop column {column}")
    marts.execute("use elsa.raw_elsa")
    store.write_codebook(marts, source_codebooks("elsa")[0])
    marts.execute("use jamlik")
    yield marts


def fill(con: duckdb.DuckDBPyConnection, talks: list[Talk]) -> None:
    con.executemany(
        "insert into elsa.raw_elsa.respondent (pseudonym, round, grade, area_id, gender, "
        "item_elsa_pupil_sleep, file_id, row_number, survey, weight, visit_month, talk_id) values "
        "($1, $2, $3, $4, $5, $6, 'f', 1, 'elsa', 1, $2 || '-10', $1 || $2 || $3)",
        talks,
    )


def model(surveys: Surveys, name: str) -> str:
    """A model's SQL as dbt ran it, to be run on other rows."""
    [path] = (surveys.folder / "target/compiled").rglob(f"{name}.sql")
    return path.read_text(encoding="utf-8")


PUPILS: list[Talk] = [
    # Sleeps badly in grade 4 and well in 7, three years later.
    *[("a", 2018, "4", FALUN, "K", 4), ("a", 2021, "7", FALUN, "K", 1)],
    # Well, then badly, in another municipality.
    *[("b", 2018, "4", FALUN, "K", 2), ("b", 2021, "7", MORA, "K", 5)],
    # A year late, and the same.
    *[("c", 2018, "4", FALUN, "M", 2), ("c", 2022, "7", FALUN, "M", 1)],
    # Never seen again.
    ("d", 2018, "4", FALUN, "M", 1),
    # No answer the second time (9).
    *[("e", 2018, "4", MORA, "M", 1), ("e", 2021, "7", MORA, "M", 9)],
    # Seen twice in grade 7: the later talk counts.
    *[
        ("f", 2018, "4", MORA, "M", 1),
        ("f", 2021, "7", MORA, "M", 1),
        ("f", 2022, "7", MORA, "M", 4),
    ],
    # Its later talk is not due yet.
    ("g", 2022, "4", FALUN, "K", 1),
]


def test_the_path_of_each_pupil(made: duckdb.DuckDBPyConnection) -> None:
    fill(made, PUPILS)
    found = made.execute(
        "select pseudonym, from_round, due_round, to_round, from_area_id, to_area_id, "
        "from_item_elsa_pupil_sleep, to_item_elsa_pupil_sleep "
        "from intermediate.int_elsa_pupil_path order by 1"
    ).fetchall()
    assert found == [
        ("a", 2018, 2021, 2021, FALUN, FALUN, 4, 1),
        ("b", 2018, 2021, 2021, FALUN, MORA, 2, 5),
        ("c", 2018, 2021, 2022, FALUN, FALUN, 2, 1),
        ("d", 2018, 2021, None, FALUN, None, 1, None),
        ("e", 2018, 2021, 2021, MORA, MORA, 1, 9),
        ("f", 2018, 2021, 2022, MORA, MORA, 1, 4),
    ]


def test_what_became_of_them(surveys: Surveys, made: duckdb.DuckDBPyConnection) -> None:
    fill(made, PUPILS)
    found = made.execute(
        "select area_no, gender, n_due, n_in_time, n_late, n_missing, n_moved_out, n_moved_in "
        f"from ({model(surveys, 'int_elsa_follow_up')}) order by all"
    ).fetchall()
    assert found == [
        (0, "K", 2, 2, 0, 0, 1, 1),
        (0, "M", 4, 1, 2, 1, 0, 0),
        (0, "T", 6, 3, 2, 1, 1, 1),
        (2062, "K", 0, 0, 0, 0, 0, 1),
        (2062, "M", 2, 1, 1, 0, 0, 0),
        (2062, "T", 2, 1, 1, 0, 0, 1),
        (2080, "K", 2, 2, 0, 0, 1, 0),
        (2080, "M", 2, 0, 1, 1, 0, 0),
        (2080, "T", 4, 2, 1, 1, 1, 0),
    ]


def test_how_their_answers_changed(surveys: Surveys, made: duckdb.DuckDBPyConnection) -> None:
    fill(made, PUPILS)
    found = made.execute(
        "select round, area_no, gender, n_both, n_first, n_second, n_neither "
        f"from ({model(surveys, 'int_elsa_change')}) where area_no > 0 and gender = 'T' "
        "order by all"
    ).fetchall()
    assert found == [
        (2021, 2062, "T", 0, 1, 0, 0),
        (2021, 2080, "T", 0, 0, 1, 0),
        (2022, 2062, "T", 0, 1, 0, 0),
        (2022, 2080, "T", 1, 0, 0, 0),
    ]


def test_a_grade_that_a_municipality_does_not_see_is_not_due(
    made: duckdb.DuckDBPyConnection,
) -> None:
    """Mora sees year 8 and not year 7."""
    fill(made, [("a", 2018, "4", MORA, "K", 1), ("b", 2018, "4", MORA, "K", 1)])
    fill(made, [("b", 2022, "8", MORA, "K", 1), ("c", 2021, "7", FALUN, "K", 1)])
    found = made.execute(
        "select pseudonym, to_grade, to_round from intermediate.int_elsa_pupil_path order by 1"
    ).fetchall()
    assert found == [("a", "8", None), ("b", "8", 2022)]


def test_a_pupil_seen_twice_in_a_year_is_one_answer(made: duckdb.DuckDBPyConnection) -> None:
    fill(made, [("a", 2018, "4", FALUN, "K", 1), ("b", 2018, "4", FALUN, "K", 1)])
    made.execute(
        "insert into elsa.raw_elsa.respondent by name select * replace ('2018-12' as visit_month, "
        "'later' as talk_id, 5 as item_elsa_pupil_sleep) from elsa.raw_elsa.respondent "
        "where pseudonym = 'a'"
    )
    found = made.execute(
        "select stratum, item_elsa_pupil_sleep from intermediate.int_elsa_talk order by 2"
    ).fetchall()
    assert found == [("2080-4", 1), ("2080-4", 5)]
