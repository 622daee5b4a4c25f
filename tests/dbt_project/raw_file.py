"""A raw file of Kolada made from the recorded snapshot, without the loading code.

What belongs here: writing the tables that dbt reads, from `ingestion.kolada.tables`. What
does not: running dbt (`conftest.py`).
"""

import json
from pathlib import Path

import duckdb
import pyarrow as pa

from ingestion.kolada.tables import SCHEMA, TABLES
from warehouse.register import denominator_ids

READ_AT = "2026-03-20 06:00:00"
_LOADS = f"""
    create table {SCHEMA}.load (
        load_id varchar, origin varchar, started_at timestamp, finished_at timestamp,
        read_at timestamp, kpis_requested int, requests int, retries int, bytes_read bigint,
        values_read bigint, values_new bigint, values_changed bigint, values_unchanged bigint,
        values_withdrawn bigint, values_rejected bigint, state varchar
    );
    create table {SCHEMA}.load_kpi (
        load_id varchar, kpi varchar, is_known boolean, raw_table varchar, is_asked boolean
    );
    create table {SCHEMA}.rejection (
        load_id varchar, kpi varchar, municipality varchar, period varchar, gender varchar,
        reason varchar, raw_table varchar
    );
    insert into {SCHEMA}.load values (
        'load-1', 'replay', timestamp '{READ_AT}', timestamp '{READ_AT}',
        timestamp '{READ_AT}', 66, 858, 0, 1, 22, 0, 0, 0, 0, 22, 'complete'
    );
    insert into {SCHEMA}.load_kpi values
        ('load-1', 'N00923', true, 'reading', true),
        ('load-1', 'N99999', false, 'reading', true);
    insert into {SCHEMA}.rejection
        select 'load-1', 'N00923', '2080', cast(2000 + i as varchar), 'X', 'no gender', 'reading'
        from range(22) as numbers (i);
"""


def recorded(shared: Path, name: str) -> list[dict]:
    """The items of one recorded metadata file, such as `kpi_v3.json`."""
    content = json.loads((shared / "data" / "kolada" / name).read_text(encoding="utf-8"))
    return content["values"]


def similar_groups(shared: Path, family: str) -> dict[str, list[str]]:
    """Members by the name of the focus area, straight from the recorded titles."""
    groups = recorded(shared, "municipality_groups_v3.json")
    return {
        group["title"].removeprefix(family + ", ").rsplit(", ", 1)[0]: [
            member["member_id"] for member in group["members"]
        ]
        for group in groups
        if group["title"].startswith(family + ", ")
    }


def write_raw_file(path: Path, shared: Path, kpis: list[str]) -> None:
    """Write a raw file with one reading of every recorded value of `kpis`.

    Their denominators are read too, as a load does it.
    """
    denominators = [kpi for kpi in denominator_ids(kpis) if kpi not in kpis]
    groups = recorded(shared, "municipality_groups_v3.json")
    rows = {
        "kpi": recorded(shared, "kpi_v3.json"),
        "municipality": recorded(shared, "municipality_v3.json"),
        "municipality_group": groups,
        "municipality_group_member": [
            {"group_id": group["id"], **member} for group in groups for member in group["members"]
        ],
    }
    with duckdb.connect(str(path)) as con:
        con.execute(f"create schema {SCHEMA}")
        for table in TABLES:
            con.register("page", pa.Table.from_pylist(rows.get(table.name, []), table.schema))
            own = {column.name for column in table.columns}
            deleted = "" if "isdeleted" in own else "false as isdeleted,"
            con.execute(
                f"create table {SCHEMA}.{table.name} as "
                f"select *, {deleted} timestamp '{READ_AT}' as read_at from page"
            )
        values = shared / "data" / "kolada" / "values.parquet"
        con.execute(
            f"insert into {SCHEMA}.reading by name "
            "select *, '' as status, 1 as count, false as isdeleted, "
            f"timestamp '{READ_AT}' as read_at from read_parquet(?) "
            "where kpi in (select unnest(?))",
            [str(values), [*kpis, *denominators]],
        )
        # A group's value stands beside the areas' in answers by year; it is no area's.
        con.execute(
            f"insert into {SCHEMA}.reading by name select 'N00923' as kpi, 'G37888' as "
            "municipality, 2022 as period, 'T' as gender, 99.0 as value, '' as status, "
            f"7 as count, false as isdeleted, timestamp '{READ_AT}' as read_at"
        )
        con.execute(_LOADS)
        con.execute(
            f"insert into {SCHEMA}.load_kpi select 'load-1', unnest(?), true, 'reading', true",
            [kpis],
        )
        con.execute(
            f"insert into {SCHEMA}.load_kpi select 'load-1', unnest(?), true, 'reading', false",
            [denominators],
        )
