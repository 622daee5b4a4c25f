"""One whole load of Kolada, from the first request to the books.

What belongs here: the order of a load. What does not: the values of one table
(`reading.py`), the parts themselves, and its record (`books.py`).

Metadata are read and merged first, since they say which areas, units and KPIs there are.
Then come the values, of areas and, where asked for, of units: what Kolada says has changed
(a refresh), and the KPIs that are to be read in full, batch by batch: each is read, landed
and merged in one transaction. A load that dies leaves whole batches behind; the next one
goes on after them.
"""

import logging
import shutil

import duckdb

from ingestion import history
from ingestion.kolada import books, source
from ingestion.kolada.client import KoladaClient
from ingestion.kolada.plan import Progress
from ingestion.kolada.reading import LoadContext, TableLoad
from ingestion.kolada.report import LoadReport
from ingestion.kolada.tables import (
    KPI,
    MUNICIPALITY,
    OU,
    OU_READING,
    READING,
    READINGS,
    SCHEMA,
    TABLES,
    RawTable,
)
from ingestion.landing import land, landed_sql
from warehouse.connection import connect
from warehouse.register import denominator_ids, register_ids
from warehouse.settings import Settings

logger = logging.getLogger(__name__)


def load(settings: Settings, base_url: str) -> LoadReport:
    """Read what the settings ask for into the raw file of their origin.

    Args:
        settings: Which KPIs, which origin, full or refresh, where the files lie.
        base_url: The API, real or replayed.

    Raises:
        KoladaError: No usable answer; finished batches stand, the load is marked failed.
    """
    logger.info("Reading Kolada (%s) from %s", settings.kolada, base_url)
    client = KoladaClient(base_url, settings.contact, settings.kolada_rate)
    folder = settings.paths.make().tmp / "kolada"
    with connect(settings.paths.raw_kolada(settings.kolada), settings) as con:
        history.create_tables(con, TABLES)
        source_name = _source_name(settings, base_url)
        report = books.open_load(con, settings.kolada, source_name, settings.reads_in_full)
        try:
            _run(LoadContext(con, client, report, folder), settings)
        except BaseException:
            books.close_load(con, report, client.traffic, "failed")
            raise
        finally:
            client.close()
            shutil.rmtree(folder, ignore_errors=True)
        report.latest_change = history.latest_change(con, TABLES)
        books.close_load(con, report, client.traffic, "complete")
    return report


def _run(load: LoadContext, settings: Settings) -> None:
    """Metadata, then the values of areas, then those of units."""
    _load_metadata(load, with_units=bool(settings.ou_kpi_list))
    wanted = {READING: (_wanted_kpis(load.con, settings), MUNICIPALITY)}
    if settings.ou_kpi_list:
        wanted[OU_READING] = (settings.ou_kpi_list, OU)
    load.report.takes_all = settings.kpis == "all"
    done = books.resume(load.con, load.report) if settings.reads_in_full else set()
    tables: list[TableLoad] = []
    requests = 0
    for table, (kpis, places) in wanted.items():
        load.report.kpis[table.name] = kpis
        # Populations that shares need as denominators are read with them, asked for or not.
        needed = denominator_ids(kpis) if table is READING else []
        kpis = [*kpis, *(kpi for kpi in needed if kpi not in set(kpis))]
        tables.append(TableLoad(load, table, kpis, _current_ids(load.con, places)))
        requests += tables[-1].plan(settings, done)
    progress = Progress(requests)
    for one in tables:
        one.run(progress)
    load.report.unknown_kpis = books.unknown_kpis(load.con, load.report.load_id)


def _load_metadata(load: LoadContext, with_units: bool) -> None:
    """Merge all metadata; units stay as they are where none are asked for."""
    landed = land(source.kolada_metadata(load.client, with_units), load.folder)
    with history.transaction(load.con):
        for table in TABLES:
            if table not in READINGS and (with_units or table is not OU):
                load.report.metadata[table.name] = history.merge(
                    load.con, table, landed_sql(landed, table), load.report.read_at
                )


def _source_name(settings: Settings, base_url: str) -> str:
    """What is read, so that an interrupted load never goes on with another snapshot."""
    if settings.kolada != "replay" or settings.snapshot is None:
        return base_url if settings.kolada == "live" else settings.kolada
    values = [settings.snapshot / name for name in ("values.parquet", "ou_values.parquet")]
    written = max(file.stat().st_mtime_ns for file in values if file.exists())
    return f"{settings.snapshot} of {written}"


def _wanted_kpis(con: duckdb.DuckDBPyConnection, settings: Settings) -> list[str]:
    """Ids to ask for, in a fixed order.

    `all` is what Kolada lists, what its groups name (39 KPIs have values and are no longer
    listed) and the register.
    """
    if settings.kpi_list is not None:
        return settings.kpi_list
    if settings.kpis == "register":
        return register_ids()
    grouped = con.execute(f"select distinct member_id from {SCHEMA}.kpi_group_member").fetchall()
    return sorted({*_current_ids(con, KPI), *(kpi for (kpi,) in grouped), *register_ids()})


def _current_ids(con: duckdb.DuckDBPyConnection, table: RawTable) -> list[str]:
    rows = con.execute(f"select id from ({history.current_sql(table)}) order by id").fetchall()
    return [row[0] for row in rows]
