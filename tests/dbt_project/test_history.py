"""Revisions, earlier moments and notes, from readings that change over three loads."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from ingestion.kolada.tables import SCHEMA
from tests.dbt_project.conftest import Dbt
from tests.dbt_project.raw_file import write_raw_file
from tests.support import PROJECT_ROOT

FIRST, SECOND, THIRD = "2026-03-20 06:00:00", "2026-04-20 06:00:00", "2026-05-20 06:00:00"
AS_OF = PROJECT_ROOT / "warehouse" / "publish" / "macros" / "value_as_of.sql"

# area, year, gender of N00925, then value, status, isdeleted and moment of a later reading.
LATER = [
    ("2080", 2020, "T", 99.0, "", False, SECOND),
    ("2080", 2020, "T", 98.0, "", False, THIRD),
    ("2081", 2020, "T", None, "", True, SECOND),
    ("2082", 2020, "T", None, "", True, SECOND),
    ("2082", 2020, "T", 97.5, "", False, THIRD),
    ("2083", 2020, "T", None, "Missing", False, SECOND),
    ("2084", 2030, "T", 80.0, "", False, SECOND),
]
Values = dict[tuple[str, int], tuple[float | None, str]]


@pytest.fixture(scope="module")
def revised(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Dbt:
    """One recorded KPI with later readings of six keys and another title, built and checked."""
    folder = tmp_path_factory.mktemp("revised")
    raw = folder / "kolada.duckdb"
    write_raw_file(raw, shared, ["N00925"])
    with duckdb.connect(str(raw)) as con:
        for area, year, gender, value, status, gone, moment in LATER:
            con.execute(
                f"insert into {SCHEMA}.reading (kpi, municipality, period, gender, value, "
                "status, count, isdeleted, read_at) values ('N00925', ?, ?, ?, ?, ?, 1, ?, ?)",
                [area, year, gender, value, status, gone, datetime.fromisoformat(moment)],
            )
        con.execute(
            f"insert into {SCHEMA}.kpi select * replace ('New title' as title, "
            f"timestamp '{SECOND}' as read_at) from {SCHEMA}.kpi where id = 'N00925'"
        )
    dbt = Dbt(folder, raw)
    done = dbt.run(
        *("build", "--exclude-resource-type", "unit_test", "--indirect-selection", "buildable"),
        *("--select", "+path:models/marts/core"),
    )
    assert done.returncode == 0, done.stdout[-4000:]
    return dbt


@pytest.fixture
def history(revised: Dbt) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(revised.build)) as con:
        con.execute(AS_OF.read_text(encoding="utf-8"))
        yield con


def _expected(raw: Path, moment: str) -> Values:
    """N00925 as of a moment, from the raw readings one by one."""
    found: Values = {}
    with duckdb.connect(str(raw), read_only=True) as con:
        rows = con.execute(
            f"select municipality, period, value, status, isdeleted from {SCHEMA}.reading "
            "where kpi = 'N00925' and gender = 'T' and read_at <= ? order by read_at",
            [moment],
        ).fetchall()
    for area, year, value, status, gone in rows:
        found[(area, year)] = (value, status)
        if gone:
            del found[(area, year)]
    return found


@pytest.mark.parametrize(
    "moment", ["2026-03-19", FIRST, "2026-04-20 05:59:59", SECOND, "2026-05-01", THIRD]
)
def test_as_of_equals_the_readings_up_to_then(
    history: duckdb.DuckDBPyConnection, revised: Dbt, moment: str
) -> None:
    rows = history.execute(
        "select area_id, year_end, value, status "
        "from core.value_as_of(cast(? as timestamp)) where indicator_id = 'N00925'",
        [moment],
    ).fetchall()
    found = {(area, year): (value, status) for area, year, value, status in rows}
    assert len(found) == len(rows)
    assert found == _expected(revised.raw, moment)
    assert bool(found) == (moment >= FIRST)


def test_as_of_now_equals_the_facts(history: duckdb.DuckDBPyConnection) -> None:
    columns = "indicator_id, area_id, year_end, gender, value, status, read_at"
    now = f"select {columns} from core.value_as_of(timestamp '2026-12-31')"
    facts = f"select {columns} from core.fct_value"
    for one, other in ((now, facts), (facts, now)):
        assert history.execute(f"{one} except all {other} limit 1").fetchall() == []


def test_revisions_tell_what_changed(history: duckdb.DuckDBPyConnection, revised: Dbt) -> None:
    before = {
        area: value
        for (area, year), (value, _) in _expected(revised.raw, FIRST).items()
        if year == 2020
    }
    rows = history.execute(
        "select area_id, year_start, kind, value_before, value_after, difference, "
        "strftime(first_read_at, '%m'), strftime(read_at, '%m') from core.revision order by all"
    ).fetchall()
    assert rows == sorted(
        [
            ("2080", 2016, "changed", before["2080"], 99.0, 99.0 - before["2080"], "03", "04"),
            ("2080", 2016, "changed", 99.0, 98.0, -1.0, "04", "05"),
            ("2081", 2016, "withdrawn", before["2081"], None, None, "03", "04"),
            ("2082", 2016, "returned", None, 97.5, None, "04", "05"),
            ("2082", 2016, "withdrawn", before["2082"], None, None, "03", "04"),
            ("2083", 2016, "changed", before["2083"], None, None, "03", "04"),
        ],
        key=lambda row: (row[0], row[2], row[6]),
    )


def test_metadata_has_a_history(history: duckdb.DuckDBPyConnection) -> None:
    rows = history.execute(
        "select kind, title = 'New title', title_before is not null, valid_to is null "
        "from core.indicator_history where indicator_id = 'N00925' order by valid_from"
    ).fetchall()
    assert rows == [("first", False, False, False), ("retitled", True, True, True)]


def test_notes_are_counted_as_they_stand(marts: duckdb.DuckDBPyConnection) -> None:
    counted = marts.execute(
        "select indicator_id, note, n_values from quality.value_note_count"
    ).fetchall()
    noted = marts.execute(
        "select indicator_id, note, count(*) from (select indicator_id, "
        "unnest(string_split(value_note, ';')) as note from core.fct_value) group by all"
    ).fetchall()
    assert sorted(counted) == sorted(noted)
    assert {note for _, note, _ in counted} >= {"total_outside", "outlier", "coverage_drop"}


def test_notes_of_one_indicator(marts: duckdb.DuckDBPyConnection) -> None:
    # Users' say in daily activities: whole per cent in one year, decimals in the others.
    years = marts.execute(
        "select year_end, bool_and(value = floor(value)), "
        "bool_and(value_note like '%whole_among_decimals%') from core.fct_value "
        "where indicator_id = 'U28532' and value is not null group by year_end"
    ).fetchall()
    assert any(noted for _, _, noted in years)
    assert all(whole or not noted for _, whole, noted in years)
