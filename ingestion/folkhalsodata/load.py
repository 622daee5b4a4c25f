"""One whole load of Folkhälsodata, from the first request to the books.

What belongs here: the order of a load, and its file. What does not: the parts themselves.

Every table is stored in one transaction of its own, or not at all: one that could not be read
leaves what there was, and is named in the books.
"""

import logging
import shutil
from pathlib import Path

import duckdb

from ingestion import history
from ingestion.folkhalsodata import books
from ingestion.folkhalsodata.catalogue import CATALOGUE, catalogue
from ingestion.folkhalsodata.client import CALLS_PER_SECOND, FolkhalsodataClient
from ingestion.folkhalsodata.layout import wanted_areas
from ingestion.folkhalsodata.source import TableReading, folkhalsodata
from ingestion.folkhalsodata.tables import ESTIMATE, TABLE_METADATA, TABLES
from ingestion.landing import land, landed_sql
from warehouse.connection import connect
from warehouse.settings import Settings

logger = logging.getLogger(__name__)


def ensure_store(settings: Settings) -> Path:
    """Make the raw file of the origin in force, which dbt attaches even when the source is off."""
    path = settings.paths.make().raw_folkhalsodata(settings.folkhalsodata_origin)
    with connect(path, settings) as con:
        _create_tables(con)
    return path


def load(settings: Settings, base_url: str, tables_file: Path = CATALOGUE) -> books.LoadReport:
    """Read all tables into the raw file of the origin in force.

    Args:
        settings: Origin, region, limits, where the files lie.
        base_url: The API, real or replayed.
        tables_file: Which tables.

    Returns:
        What was read and what was not: a table that cannot be read raises nothing.
    """
    origin = settings.folkhalsodata_origin
    logger.info("Reading Folkhälsodata (%s) from %s", origin, base_url)
    tables = catalogue(tables_file)
    client = FolkhalsodataClient(base_url, settings.contact, CALLS_PER_SECOND)
    folder = settings.paths.make().tmp / "folkhalsodata"
    with connect(settings.paths.raw_folkhalsodata(origin), settings) as con:
        _create_tables(con)
        report = books.open_load(con, origin, base_url, settings.region, client.traffic)
        try:
            source = folkhalsodata(
                client, tables, settings.region, settings.folkhalsodata_cells, report.readings
            )
            landed = land(source, folder)
            with history.transaction(con):
                books.record_items(con, tables)
            for reading in report.readings:
                _store(con, landed, reading, report, settings.region)
        except BaseException:
            books.close_load(con, report, "failed")
            raise
        finally:
            client.close()
            shutil.rmtree(folder, ignore_errors=True)
        books.close_load(con, report, "incomplete" if report.failed else "complete")
    return report


def _create_tables(con: duckdb.DuckDBPyConnection) -> None:
    history.create_tables(con, TABLES)
    books.create_books(con)


def _store(
    con: duckdb.DuckDBPyConnection,
    landed: Path,
    reading: TableReading,
    report: books.LoadReport,
    region: str,
) -> None:
    """One table's rows and its line in the books."""
    with history.transaction(con):
        if reading.error:
            books.record_table(con, report.load_id, reading, None)
            return
        of_table = f"table_id = '{reading.table.table_id}'"
        # What another region's load has read was not asked for, and is not gone.
        areas = history.id_list(wanted_areas(region))
        history.merge(
            con,
            TABLE_METADATA,
            f"select * from ({landed_sql(landed, TABLE_METADATA)}) where {of_table}",
            report.read_at,
            of_table,
        )
        changes = history.merge(
            con,
            ESTIMATE,
            f"select * from ({landed_sql(landed, ESTIMATE)}) where {of_table}",
            report.read_at,
            f"{of_table} and area_id in ({areas})",
            # What was answered but not understood has not been withdrawn.
            "false" if reading.rejections else "true",
        )
        books.record_table(con, report.load_id, reading, changes)
    report.changes[reading.table.table_id] = changes
