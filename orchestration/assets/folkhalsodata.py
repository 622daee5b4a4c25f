"""The raw tables of Folkhälsodata as assets.

What belongs here: one multi-asset that runs a load. What does not: the load
(`ingestion/folkhalsodata/load.py`).

It runs before Kolada's load, which alone decides whether anything downstream is made. A table that
cannot be read stops nothing: what was read before stands, and a check names the table.
"""

import logging
from collections.abc import Iterator
from typing import Any

import dagster as dg

from ingestion.folkhalsodata.tables import SCHEMA, TABLES
from orchestration.assets.kolada import OWNERS, column_schema
from orchestration.assets.surveys import BEFORE_KOLADA
from orchestration.contents import plot_of
from orchestration.resources import DUCKDB_WRITE, Warehouse

logger = logging.getLogger(__name__)

BOOKS = {
    "load": "One row per load of Folkhälsodata: when, how much, and whether it completed.",
    "load_table": "What became of each table in each load, and what to do where it was not read.",
    "rejection": "Estimates and periods that were left out: where they stand and why.",
    "content_item": "The survey item of a table's own words.",
}


def _spec(name: str, description: str, columns: dg.TableSchema | None = None) -> dg.AssetSpec:
    return dg.AssetSpec(
        dg.AssetKey([SCHEMA, name]),
        description=description,
        group_name="folkhalsodata",
        owners=OWNERS,
        kinds={"dlt", "duckdb"},
        metadata={"dagster/column_schema": columns} if columns else {},
    )


@dg.multi_asset(
    name="load_folkhalsodata",
    pool=DUCKDB_WRITE,
    op_tags=BEFORE_KOLADA,
    specs=[
        *(_spec(one.name, one.description, column_schema(one)) for one in TABLES),
        *(_spec(name, text) for name, text in BOOKS.items()),
    ],
)
def load_folkhalsodata(warehouse: Warehouse) -> Iterator[dg.MaterializeResult]:
    """Read Folkhälsodata into its raw tables; rows are added only where something changed."""
    about = _load(warehouse)
    with warehouse.raw_folkhalsodata() as con:
        plot = plot_of(con, f"{SCHEMA}.load")
    for name in (*(table.name for table in TABLES), *BOOKS):
        shown = {**about, **plot} if name == "load" else about
        yield dg.MaterializeResult(asset_key=dg.AssetKey([SCHEMA, name]), metadata=shown)


def _load(warehouse: Warehouse) -> dict[str, Any]:
    """Run a load; returns what the UI shows of it."""
    # dlt takes 1.3 s to import, which the code location need not wait for.
    from ingestion.folkhalsodata.load import ensure_store, load
    from ingestion.folkhalsodata.origin import folkhalsodata_api

    settings = warehouse.settings
    if settings.folkhalsodata_origin == "off":
        ensure_store(settings)
        return {"origin": "off"}
    with folkhalsodata_api(settings) as base_url:
        report = load(settings, base_url)
    for table_id in report.failed:
        logger.warning(f"{table_id} was not read; what was read before stands")
    return {
        "load_id": report.load_id,
        "origin": report.origin,
        "tables_read": len(report.changes),
        "tables_failed": ", ".join(report.failed),
        "requests": report.traffic.requests,
        "retries": report.traffic.retries,
        "bytes_read": report.traffic.bytes_read,
        "rejected": report.rejections,
        **{f"estimates_{name}": count for name, count in vars(report.total).items()},
    }
