"""One whole load of Kolada, from the first request to the books.

What belongs here: the order of a load and its transactions. What does not: the parts
themselves, and its record (`books.py`).

Metadata are read and merged first, since they say which areas and KPIs there are. Then
comes what Kolada says has changed (a refresh), and then the KPIs that are to be read in
full, batch by batch: each is read, landed and merged in one transaction. A load that dies
leaves whole batches behind; the next one goes on after them.
"""

import logging
import shutil
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import duckdb

from ingestion.kolada import books, guard, history, source
from ingestion.kolada.books import LoadReport
from ingestion.kolada.client import KoladaClient
from ingestion.kolada.decode import Rejection
from ingestion.kolada.plan import Batch, Progress, batches, refresh_paths
from ingestion.kolada.tables import READING, SCHEMA, TABLES, RawTable
from warehouse.connection import connect
from warehouse.register import register_ids
from warehouse.settings import Settings

logger = logging.getLogger(__name__)

# Kolada's `from_date` is a day in Swedish time, and its clock is not ours.
REFRESH_MARGIN = timedelta(days=1)


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
        history.create_tables(con)
        source_name = _source_name(settings, base_url)
        report = books.open_load(con, settings.kolada, source_name, settings.reads_in_full)
        try:
            Loading(con, client, report, folder).run(settings)
        except BaseException:
            books.close_load(con, report, client.traffic, "failed")
            raise
        finally:
            client.close()
            shutil.rmtree(folder, ignore_errors=True)
        report.latest_change = history.latest_change(con)
        books.close_load(con, report, client.traffic, "complete")
    return report


@dataclass
class Loading:
    """What the steps of one load share, and the steps."""

    con: duckdb.DuckDBPyConnection
    client: KoladaClient
    report: LoadReport
    folder: Path

    def run(self, settings: Settings) -> None:
        """Metadata, then what changed, then what is to be read in full."""
        areas = self._load_metadata()
        wanted = self.report.kpis = _wanted_kpis(self.con, settings)
        self.report.takes_all = settings.kpis == "all"
        read_before = books.last_read(self.con, wanted)
        done = books.resume(self.con, self.report) if settings.reads_in_full else set()
        fresh = batches([kpi for kpi in wanted if kpi not in read_before], areas)
        again: list[Batch] = []
        if settings.reads_in_full:
            left = [kpi for kpi in wanted if kpi in read_before and kpi not in done]
            again = batches(left, areas)
        refresh: tuple[str, ...] = ()
        if read_before and (settings.kolada == "live" or not settings.reads_in_full):
            since = (min(read_before.values()) - REFRESH_MARGIN).date()
            refresh = refresh_paths(areas, since, self.report.read_at.year)
        planned = [path for batch in (*fresh, *again) for path in batch.paths]
        progress = Progress(len(refresh) + len(planned))
        if refresh:
            self._load_changes(refresh, sorted(read_before), areas, progress)
        self.load_batches(fresh, areas, progress)
        touched = self.report.values.touched
        self.load_batches(again, areas, progress)
        if refresh:
            # Kolada had not given these as changed, and yet they are.
            self.report.missed = self.report.values.touched - touched
        self.report.unknown_kpis = books.unknown_kpis(self.con, self.report.load_id)

    def _load_metadata(self) -> list[str]:
        """Merge all metadata; returns the ids of all areas."""
        landed = source.land(source.kolada_metadata(self.client), self.folder)
        with _transaction(self.con):
            for table in TABLES:
                if table is not READING:
                    self.report.metadata[table.name] = history.merge(
                        self.con, table, _landed_sql(landed, table), self.report.read_at
                    )
        return _current_ids(self.con, "municipality")

    def _load_changes(
        self, paths: Sequence[str], kpis: list[str], areas: list[str], progress: Progress
    ) -> None:
        """Merge what Kolada gives as changed; what it does not give stays as it was."""
        answered, rejections = self._read(paths, kpis, areas, progress, self.folder)
        with _transaction(self.con):
            books.store_rejections(self.con, self.report.load_id, rejections)
            guard.refuse_unreadable(self.con, answered, rejections)
            self.report.values += history.merge(
                self.con,
                READING,
                answered,
                self.report.read_at,
                scope=f"kpi in (select kpi from ({answered}))",
                withdrawable="false",
            )
            books.record_kpis(self.con, self.report, kpis)
        self.report.rejections += rejections

    def load_batches(self, planned: Sequence[Batch], areas: list[str], progress: Progress) -> None:
        """Read batches one after another, each while the one before it is merged.

        One thread merges, so that merges keep their order and the connection has one user. A
        merge that fails is raised when the batch being read has come; a reading that fails
        waits for the merge under way, which stands.
        """
        under_way: Future[None] | None = None
        with ThreadPoolExecutor(1, thread_name_prefix="merge") as merging:
            for number, batch in enumerate(planned):
                # The folder of the batch before is still being merged from.
                folder = self.folder / f"batch-{number % 2}"
                answered, rejections = self._read(batch.paths, batch.kpis, areas, progress, folder)
                if under_way is not None:
                    under_way.result()
                under_way = merging.submit(self._merge_batch, batch, answered, rejections)
            if under_way is not None:
                under_way.result()

    def _merge_batch(self, batch: Batch, answered: str, rejections: list[Rejection]) -> None:
        """Merge a complete reading of a batch; what it does not hold is withdrawn."""
        with _transaction(self.con):
            books.store_rejections(self.con, self.report.load_id, rejections)
            guard.refuse_unreadable(self.con, answered, rejections)
            guard.refuse_silence(self.con, answered, _current_sql("kpi"), batch.kpis)
            changes = history.merge(
                self.con,
                READING,
                answered,
                self.report.read_at,
                scope=f"kpi in ({history.id_list(batch.kpis)})",
                withdrawable=books.UNDERSTOOD.format(load_id=self.report.load_id),
            )
            books.record_kpis(self.con, self.report, batch.kpis)
        self.report.values += changes
        self.report.rejections += rejections

    def _read(
        self,
        paths: Sequence[str],
        kpis: Sequence[str],
        areas: Sequence[str],
        progress: Progress,
        folder: Path,
    ) -> tuple[str, list[Rejection]]:
        """Land the answers; returns SQL of the wanted rows, and what was rejected."""
        rejections: list[Rejection] = []
        landed = source.land(
            source.kolada_values(self.client, paths, rejections, progress.advance), folder
        )
        answered = (
            f"select * from ({_landed_sql(landed, READING)}) "
            f"where kpi in ({history.id_list(kpis)}) and municipality in ({history.id_list(areas)})"
        )
        return answered, rejections


def _source_name(settings: Settings, base_url: str) -> str:
    """What is read, so that an interrupted load never goes on with another snapshot."""
    if settings.kolada != "replay" or settings.snapshot is None:
        return base_url if settings.kolada == "live" else settings.kolada
    written = (settings.snapshot / "values.parquet").stat().st_mtime_ns
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
    return sorted({*_current_ids(con, "kpi"), *(kpi for (kpi,) in grouped), *register_ids()})


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


@contextmanager
def _transaction(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    con.execute("begin")
    try:
        yield
    except BaseException:
        con.execute("rollback")
        raise
    con.execute("commit")
