"""The raw Kolada tables as assets.

What belongs here: one multi-asset that runs a load, and what the UI shows of it. What does
not: the load (`ingestion/kolada/load.py`).

It is a plain multi-asset rather than `@dlt_assets`: a load is many dlt runs, one a batch,
and each table must be materialised once. It also keeps dlt out of the code location's
start-up.
"""

import logging
from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg
import pyarrow as pa

from ingestion.kolada.tables import SCHEMA, TABLES, RawTable
from orchestration.contents import plot_of, rows_in
from orchestration.manifest import made_from_state
from orchestration.resources import DUCKDB_WRITE, Warehouse
from orchestration.retries import another_attempt
from warehouse import build_state

logger = logging.getLogger(__name__)

GROUP = "kolada"
OWNERS = ["team:data-engineering"]
_BOOKS = {
    "load": "One row per load of Kolada: when, how much, and whether it completed.",
    "load_kpi": "What each load asked for, and whether Kolada knows it.",
    "rejection": "Values that were not loaded: where they stand and why.",
}
_TYPE = {pa.string(): "string", pa.int32(): "int", pa.float64(): "double", pa.bool_(): "boolean"}


class LoadConfig(dg.Config):
    """What one load reads."""

    kpis: str = ""
    """register, all, or ids with commas; empty: the setting KPIS."""
    ou_kpis: str = ""
    """KPIs whose values of units are read, ids with commas; empty: the setting OU_KPIS."""
    reading: str = ""
    """full, refresh or auto; empty: the setting KOLADA_READING."""
    years: str = ""
    """Years to read again, 2019 or 2015-2019; empty: the setting KOLADA_YEARS."""
    rebuild: bool = False
    """Build and publish even when nothing had changed."""


def column_schema(table: RawTable) -> dg.TableSchema:
    """A raw table's columns as the UI shows them."""
    return dg.TableSchema(
        columns=[
            dg.TableColumn(
                c.name,
                _TYPE[c.type],
                c.description,
                dg.TableColumnConstraints(nullable=c.nullable),
            )
            for c in table.columns
        ]
    )


def _spec(name: str, description: str, metadata: Mapping[str, Any]) -> dg.AssetSpec:
    return dg.AssetSpec(
        dg.AssetKey([SCHEMA, name]),
        description=description,
        group_name=GROUP,
        owners=OWNERS,
        kinds={"dlt", "duckdb"},
        metadata=metadata,
        # Left out when nothing had changed, and then nothing downstream is made.
        skippable=True,
    )


def raw_kolada_specs() -> list[dg.AssetSpec]:
    """Specs of all raw Kolada tables."""
    data = [
        _spec(t.name, t.description, {"dagster/column_schema": column_schema(t)}) for t in TABLES
    ]
    return data + [_spec(name, text, {}) for name, text in _BOOKS.items()]


@dg.multi_asset(
    name="load_kolada",
    specs=raw_kolada_specs(),
    pool=DUCKDB_WRITE,
)
def load_kolada(
    context: dg.AssetExecutionContext, config: LoadConfig, warehouse: Warehouse
) -> Iterator[dg.MaterializeResult]:
    """Read Kolada into its raw tables; rows are added only where something changed."""
    # dlt takes 1.3 s to import, which the code location need not wait for.
    from ingestion.kolada.client import KoladaError
    from ingestion.kolada.load import load
    from ingestion.kolada.origin import kolada_api

    settings = warehouse.settings
    chosen = {
        "kpis": config.kpis,
        "ou_kpis": config.ou_kpis,
        "kolada_reading": config.reading,
        "years": config.years,
    }
    settings = settings.with_changes(**{name: value for name, value in chosen.items() if value})
    try:
        with kolada_api(settings) as base_url:
            report = load(settings, base_url)
    except KoladaError as error:
        # Finished batches stand.
        if attempt := another_attempt(error, context.run):
            raise attempt from error
        raise
    made_from = made_from_state(settings, report.latest_change)
    if not config.rebuild and build_state.is_current(settings.paths, made_from):
        logger.info("Nothing had changed in Kolada: marts and release stand as they are")
        tables: list[RawTable] = []
    else:
        tables = list(TABLES)
    about_load: dict[str, Any] = {
        "load_id": report.load_id,
        "origin": report.origin,
        "kpis": report.kpis_requested,
        "unknown_kpis": ", ".join(report.unknown_kpis),
        "kpis_resumed": report.resumed,
        "requests": report.requests,
        "retries": report.retries,
        "bytes_read": report.bytes_read,
        "values_rejected": len(report.rejections),
        "values_missed": report.missed,
    }
    with warehouse.raw_kolada() as con:
        rows = {table.name: rows_in(con, f"{SCHEMA}.{table.name}") for table in tables}
        plot = plot_of(con, f"{SCHEMA}.load")
    for table in tables:
        counts = {f"rows_{name}": count for name, count in vars(report.changes(table)).items()}
        yield dg.MaterializeResult(
            asset_key=dg.AssetKey([SCHEMA, table.name]),
            metadata={**about_load, **counts, **rows[table.name]},
        )
    for name in _BOOKS:
        shown = {**about_load, **plot} if name == "load" else about_load
        yield dg.MaterializeResult(asset_key=dg.AssetKey([SCHEMA, name]), metadata=shown)
