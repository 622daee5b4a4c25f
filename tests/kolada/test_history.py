"""The change history by itself: any sequence of readings is kept, and the last one leads."""

from datetime import datetime, timedelta
from pathlib import Path

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion import history
from ingestion.kolada.tables import READING, TABLES
from warehouse.connection import connect
from warehouse.settings import load_settings

START = datetime(2026, 1, 1)
KEYS = [("N00001", area, year, "T") for area in ("2021", "2080") for year in (2019, 2020)]
READINGS = st.lists(
    st.dictionaries(st.sampled_from(KEYS), st.none() | st.sampled_from([0.0, 1.5, 2.0])),
    min_size=1,
    max_size=5,
)
LATEST = """
    select (kpi, municipality, period, gender), value from raw_kolada.reading
    qualify row_number() over (partition by kpi, municipality, period, gender
                               order by read_at desc) = 1 and not isdeleted
"""


def table(reading: dict[tuple, float | None]) -> pa.Table:
    rows = [
        dict(
            zip(
                READING.schema.names,
                (*key, value, "", 1, False),
                strict=True,
            )
        )
        for key, value in reading.items()
    ]
    return pa.Table.from_pylist(rows, schema=READING.schema)


@settings(max_examples=40)
@given(readings=READINGS)
def test_after_any_readings_the_latest_is_the_last_one(readings: list[dict]) -> None:
    with connect(None, load_settings()) as con:
        history.create_tables(con, TABLES)
        state: dict[tuple, float | None] = {}
        for number, reading in enumerate(readings):
            landed = table(reading)
            con.register("landed", landed)
            changes = history.merge(
                con, READING, "select * from landed", START + timedelta(days=number)
            )
            assert changes.read == len(reading)
            assert changes.withdrawn == len(state.keys() - reading.keys())
            assert changes.unchanged == sum(
                1 for key, value in reading.items() if key in state and state[key] == value
            )
            state = dict(reading)
        assert dict(con.execute(LATEST).fetchall()) == state


def test_large_merges_can_be_read_on_the_same_connection(tmp_path: Path) -> None:
    """DuckDB 1.5.5 hid them when an insert of no rows followed in one transaction."""
    with connect(tmp_path / "raw.duckdb", load_settings()) as con:
        history.create_tables(con, TABLES)
        for batch in range(2):
            landed = f"""
                select 'N0000{batch}' as kpi, (i % 300)::varchar as municipality,
                    (i // 300)::integer as period, 'T' as gender, 1.0::double as value,
                    '' as status, 1::integer as count, false as isdeleted
                from range(400000) as t(i)
            """
            con.execute("begin")
            history.merge(con, READING, landed, START, scope=f"kpi = 'N0000{batch}'")
            con.execute("commit")
            row = con.execute("select count(*) from raw_kolada.reading").fetchone()
            assert row == ((batch + 1) * 400_000,)
