"""Values of one raw table, of areas or of units: what is asked for, read and merged.

What belongs here: which KPIs are refreshed and which are read in full, and the transactions
that store them. What does not: metadata and the order of a whole load (`load.py`).
"""

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import duckdb

from ingestion import history
from ingestion.kolada import books, guard, source
from ingestion.kolada.client import KoladaClient
from ingestion.kolada.decode import Rejection
from ingestion.kolada.plan import Batch, Progress, batches, refresh_paths
from ingestion.kolada.report import LoadReport
from ingestion.kolada.tables import ReadingTable
from ingestion.landing import land, landed_sql
from warehouse.settings import Settings

# Kolada's `from_date` is a day in Swedish time, and its clock is not ours.
REFRESH_MARGIN = timedelta(days=1)


@dataclass(frozen=True)
class LoadContext:
    """What the steps of one load share.

    Args:
        con: Connection to the raw file.
        client: Where to ask.
        report: What the load does; its steps add to it.
        folder: Where dlt lands what was read.
    """

    con: duckdb.DuckDBPyConnection
    client: KoladaClient
    report: LoadReport
    folder: Path


@dataclass
class TableLoad:
    """The values of one raw table in one load.

    Args:
        load: What all tables share.
        table: The raw table.
        kpis: KPIs that are asked for.
        places: All areas, or all units.
    """

    load: LoadContext
    table: ReadingTable
    kpis: Sequence[str]
    places: Sequence[str]
    _refreshed: Sequence[str] = ()
    _refresh: tuple[str, ...] = ()
    _fresh: list[Batch] = field(default_factory=list)
    _again: list[Batch] = field(default_factory=list)
    _years: Sequence[int] = ()

    def plan(self, settings: Settings, done: set[tuple[str, str]]) -> int:
        """Choose what is refreshed and what is read in full.

        Args:
            settings: Origin, full or refresh.
            done: Raw tables and KPIs that an interrupted load has read in full.

        Returns:
            Number of requests.
        """
        self._years = settings.year_list
        if self._years:
            self._again = batches(self.kpis, self.places, self.table, self._years)
            return sum(len(batch.paths) for batch in self._again)
        read_before = books.last_read(self.load.con, self.table, self.kpis)
        fresh = [kpi for kpi in self.kpis if kpi not in read_before]
        self._fresh = batches(fresh, self.places, self.table)
        if settings.reads_in_full:
            left = [
                kpi
                for kpi in self.kpis
                if kpi in read_before and (self.table.name, kpi) not in done
            ]
            self._again = batches(left, self.places, self.table)
        if read_before and (settings.kolada == "live" or not settings.reads_in_full):
            since = (min(read_before.values()) - REFRESH_MARGIN).date()
            self._refreshed = sorted(read_before)
            self._refresh = refresh_paths(self._refreshed, self.places, since, self.table)
        in_full = sum(len(batch.paths) for batch in (*self._fresh, *self._again))
        return len(self._refresh) + in_full

    def run(self, progress: Progress) -> None:
        """What changed, then what is to be read in full."""
        if self._refresh:
            self._load_changes(progress)
        self.load_batches(self._fresh, progress)
        touched = self._touched()
        self.load_batches(self._again, progress)
        if self._refresh:
            # Kolada had not given these as changed, and yet they are.
            self.load.report.missed += self._touched() - touched

    def load_batches(self, planned: Sequence[Batch], progress: Progress) -> None:
        """Read batches one after another, each while the one before it is merged.

        One thread merges, so that merges keep their order and the connection has one user. A
        merge that fails is raised when the batch being read has come; a reading that fails
        waits for the merge under way, which stands.

        Args:
            planned: Complete readings of KPIs.
            progress: Told of every request.
        """
        under_way: Future[None] | None = None
        with ThreadPoolExecutor(1, thread_name_prefix="merge") as merging:
            for number, batch in enumerate(planned):
                # The folder of the batch before is still being merged from.
                folder = self.load.folder / f"batch-{number % 2}"
                answered, rejections = self._read(batch.paths, batch.kpis, progress, folder)
                if under_way is not None:
                    under_way.result()
                under_way = merging.submit(
                    self._store, answered, rejections, batch.kpis, is_complete=True
                )
            if under_way is not None:
                under_way.result()

    def _touched(self) -> int:
        return self.load.report.changes(self.table).touched

    def _load_changes(self, progress: Progress) -> None:
        """Merge what Kolada gives as changed; what it does not give stays as it was."""
        answered, rejections = self._read(
            self._refresh, self._refreshed, progress, self.load.folder
        )
        self._store(answered, rejections, self._refreshed, is_complete=False)

    def _store(
        self,
        answered: str,
        rejections: Sequence[Rejection],
        kpis: Sequence[str],
        *,
        is_complete: bool,
    ) -> None:
        """Merge answers, with their rejections and the record, in one transaction.

        What a complete reading does not hold, in the years that were read, is withdrawn.
        """
        con, report, table = self.load.con, self.load.report, self.table
        scope, withdrawable = f"kpi in (select kpi from ({answered}))", "false"
        with history.transaction(con):
            books.store_rejections(con, report.load_id, table, rejections)
            guard.refuse_unreadable(con, answered, rejections)
            if is_complete:
                scope = f"kpi in ({history.id_list(kpis)})"
                withdrawable = books.understood(report.load_id, table)
                if self._years:
                    scope += f" and period in ({', '.join(map(str, self._years))})"
                else:
                    guard.refuse_silence(con, table, answered, kpis)
            changes = history.merge(con, table, answered, report.read_at, scope, withdrawable)
            books.record_kpis(con, report, table, kpis, some_years=bool(self._years))
        report.add(table, changes)
        report.rejections += rejections

    def _read(
        self, paths: Sequence[str], kpis: Sequence[str], progress: Progress, folder: Path
    ) -> tuple[str, list[Rejection]]:
        """Land the answers; returns SQL of the wanted rows, and what was rejected."""
        rejections: list[Rejection] = []
        values = source.kolada_values(
            self.load.client, paths, rejections, progress.advance, self.table
        )
        landed = land(values, folder)
        answered = (
            f"select * from ({landed_sql(landed, self.table)}) "
            f"where kpi in ({history.id_list(kpis)})"
        )
        if self.table.has_groups:
            answered += f" and {self.table.place} in ({history.id_list(self.places)})"
        return answered, rejections
