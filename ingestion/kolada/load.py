"""One whole load of Kolada, from the first request to the books.

What belongs here: the order of a load, its transactions and its record in
`raw_kolada.load`. What does not: the parts themselves.

Metadata are read and merged first, since they say which areas and KPIs there are. Then
each batch of KPIs is read, landed and merged in one transaction: a load that dies leaves
whole batches behind, and the next one finds them unchanged.
"""

import logging
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb

from ingestion.kolada import books, history, source
from ingestion.kolada.books import LoadReport
from ingestion.kolada.client import KoladaClient, KoladaError
from ingestion.kolada.decode import Rejection
from ingestion.kolada.plan import Batch, batches
from ingestion.kolada.tables import READING, SCHEMA, TABLES, RawTable
from warehouse.connection import connect
from warehouse.register import register_ids
from warehouse.settings import Settings

logger = logging.getLogger(__name__)

# A load in which this share of the values cannot be read has met another API, not a few
# wrong values; 100 keeps small loads from being refused for one of them.
REJECTED_SHARE, REJECTED_LEAST = 0.05, 100


def load(settings: Settings, base_url: str) -> LoadReport:
    """Read what the settings ask for into the raw file of their origin.

    Args:
        settings: Which KPIs, which origin, where the files lie.
        base_url: The API, real or replayed.

    Raises:
        KoladaError: No usable answer; finished batches stand, the load is marked failed.
    """
    logger.info("Reading Kolada (%s) from %s", settings.kolada, base_url)
    client = KoladaClient(base_url, settings.contact, settings.kolada_rate)
    raw = settings.paths.make().raw_kolada(settings.kolada)
    with connect(raw, settings) as con:
        history.create_tables(con)
        report = books.open_load(con, settings.kolada)
        try:
            areas = _load_metadata(con, client, report, settings.paths.tmp / "kolada")
            report.kpis = _wanted_kpis(con, settings)
            plan = batches(report.kpis, areas)
            for number, batch in enumerate(plan, start=1):
                _load_batch(con, client, report, batch, areas, settings.paths.tmp / "kolada")
                logger.info(
                    "Kolada: batch %d of %d, %d values read, %d new or changed",
                    number,
                    len(plan),
                    report.values.read,
                    report.values.new + report.values.changed,
                )
        except BaseException:
            books.close_load(con, report, client.traffic, "failed")
            raise
        finally:
            client.close()
            shutil.rmtree(settings.paths.tmp / "kolada", ignore_errors=True)
        books.close_load(con, report, client.traffic, "complete")
    return report


def _load_metadata(
    con: duckdb.DuckDBPyConnection, client: KoladaClient, report: LoadReport, folder: Path
) -> list[str]:
    """Merge all metadata; returns the ids of all areas."""
    landed = source.land(source.kolada_metadata(client), folder)
    with _transaction(con):
        for table in TABLES:
            if table is not READING:
                report.metadata[table.name] = history.merge(
                    con, table, _landed_sql(landed, table), report.read_at
                )
    return _current_ids(con, "municipality")


def _load_batch(
    con: duckdb.DuckDBPyConnection,
    client: KoladaClient,
    report: LoadReport,
    batch: Batch,
    areas: list[str],
    folder: Path,
) -> None:
    rejections: list[Rejection] = []
    landed = source.land(source.kolada_values(client, batch.paths, rejections), folder)
    asked = (
        f"select * from ({_landed_sql(landed, READING)}) "
        f"where kpi in ({_listed(batch.kpis)}) and municipality in ({_listed(areas)})"
    )
    with _transaction(con):
        books.store_rejections(con, report.load_id, rejections)
        _refuse_other_api(con, asked, batch, rejections)
        report.values += history.merge(
            con,
            READING,
            asked,
            report.read_at,
            scope=f"kpi in ({_listed(batch.kpis)})",
            withdrawable=_UNDERSTOOD.format(load_id=report.load_id),
        )
        report.unknown_kpis += books.record_kpis(con, report.load_id, batch.kpis)
    report.rejections += rejections


# A value that was answered but not understood has not been withdrawn.
_UNDERSTOOD = f"""
    not exists (
        select 1 from {SCHEMA}.rejection as rejected
        where rejected.load_id = '{{load_id}}'
          and rejected.kpi = old.kpi and rejected.municipality = old.municipality
    )
"""


def _refuse_other_api(
    con: duckdb.DuckDBPyConnection, asked: str, batch: Batch, rejections: list[Rejection]
) -> None:
    """Stop before a changed API rewrites the history."""
    row = con.execute(f"select count(*) from ({asked})").fetchone()
    read = row[0] if row else 0
    rejected = len(rejections)
    if rejected >= REJECTED_LEAST and rejected > REJECTED_SHARE * (read + rejected):
        raise KoladaError(
            f"{rejected} of {read + rejected} values could not be read, "
            f"the first because: {rejections[0].reason}.",
            "Nothing of this batch was loaded; the API may have changed.",
        )
    silent = con.execute(f"""
        select string_agg(distinct id, ', ' order by id)
        from ({_current_sql("kpi")}) where id in ({_listed(batch.kpis)})
          and id in (select kpi from {SCHEMA}.reading)
          and id not in (select kpi from ({asked}))
    """).fetchone()
    if silent and silent[0]:
        raise KoladaError(
            f"Kolada lists {silent[0]} but gave none of its values, which are known here.",
            "Nothing of this batch was loaded; try again later.",
        )


def _wanted_kpis(con: duckdb.DuckDBPyConnection, settings: Settings) -> list[str]:
    """Ids to ask for, in a fixed order; `all` means all that Kolada lists, and the register."""
    if settings.kpi_list is not None:
        return settings.kpi_list
    if settings.kpis == "register":
        return register_ids()
    return sorted({*_current_ids(con, "kpi"), *register_ids()})


def _current_sql(table: str) -> str:
    return (
        f"select * from {SCHEMA}.{table} "
        "qualify row_number() over (partition by id order by read_at desc) = 1 and not isdeleted"
    )


def _current_ids(con: duckdb.DuckDBPyConnection, table: str) -> list[str]:
    rows = con.execute(f"select id from ({_current_sql(table)}) order by id").fetchall()
    return [row[0] for row in rows]


def _landed_sql(folder: Path, table: RawTable) -> str:
    """What dlt landed of a table; a table of which nothing came is empty."""
    if any((folder / table.name).glob("*.parquet")):
        return f"select * from read_parquet('{folder / table.name}/*.parquet')"
    columns = ", ".join(f'"{c.name}"' for c in table.columns)
    return f"select {columns} from {SCHEMA}.{table.name} where false"


def _listed(ids: Sequence[str]) -> str:
    """Ids as SQL literals; they were checked against the form of an id before."""
    return ", ".join("'" + one.replace("'", "''") + "'" for one in ids)


@contextmanager
def _transaction(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    con.execute("begin")
    try:
        yield
    except BaseException:
        con.execute("rollback")
        raise
    con.execute("commit")
