"""Pages of values as JSON text, made by DuckDB from one file of values.

What belongs here: which rows a filter selects, how an item looks, in what order items come,
and how much of it is kept in memory. What does not: URLs and limits (`api.py`).

DuckDB writes the text of whole items, 0.6 million values in 0.45 s on one core; Python only
chooses among finished items.
"""

import csv
import tempfile
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

import duckdb

from ingestion.kolada.replay.filters import Filter
from ingestion.kolada.replay.snapshot import ValueFile

# Rows turned into text at once: 16 MB as Python objects.
SEGMENT_ROWS = 100_000
# Answers whose current segment is kept for their next page.
KEPT_ANSWERS = 4
# Blocks kept; the 25 KPIs with most rows (27 144 each) fill seven.
KEPT_BLOCKS = 8
# Rows fetched from DuckDB at a time.
BATCH = 10_000
# Kolada's 3 630 groups and 312 areas have 13 times the values of the areas alone.
GROUP_FACTOR = 13

# Period and item by area.
Block = dict[str, list[tuple[int, str]]]


class ValueStore:
    """Answers filters with lists of items, each item a JSON text.

    Not thread-safe: the caller holds a lock around `page`.

    Args:
        file: The checked file.
        types: Type (K, L) of each area; of a unit that of its area.
        members: Group and member of each membership.
        con: A connection whose temporary tables are nobody else's.
        seed: Decides the order of genders inside an item; the same seed, the same order.
    """

    def __init__(
        self,
        file: ValueFile,
        types: Mapping[str, str],
        members: Iterable[tuple[str, str]],
        con: duckdb.DuckDBPyConnection,
        seed: int = 0,
    ) -> None:
        self._file, self._con, self._seed = file, con, seed
        self._answers: OrderedDict[Filter, _Answer] = OrderedDict()
        self._blocks: OrderedDict[tuple[str, ...], Block] = OrderedDict()
        self._types = types
        self._create_tables(members)

    def page(self, wanted: Filter, start: int, size: int) -> tuple[list[str], bool]:
        """Items from position `start`, and whether more follow.

        Args:
            wanted: The filter.
            start: Number of items before the page.
            size: Largest number of items on the page.
        """
        if wanted.changed_since and "changed_at" not in self._file.columns:
            return [], False
        answer = self._answers.pop(wanted, None) or _Answer(self, wanted)
        self._answers[wanted] = answer
        while len(self._answers) > KEPT_ANSWERS:
            self._answers.popitem(last=False)
        items = answer.take(start, size + 1)
        return items[:size], len(items) > size

    def segments(self, wanted: Filter) -> list[Filter]:
        """The filter cut into filters of bounded size, which name their KPIs."""
        rows = self._file.rows
        kpis = sorted(set(wanted.kpis) & rows.keys()) if wanted.kpis else sorted(rows)
        years, share = [wanted.years], 1.0
        if wanted.with_groups:
            years = [wanted.years[i : i + 5] for i in range(0, len(wanted.years), 5)]
            share = len(years[0]) / 25 * GROUP_FACTOR
        elif wanted.areas and not wanted.by_block:
            share = min(1.0, len(wanted.areas) / max(len(self._types), 1))
        segments: list[Filter] = []
        for chunk in years:
            run: list[str] = []
            expected = 0.0
            for kpi in kpis:
                run.append(kpi)
                expected += rows[kpi] * share
                if expected >= SEGMENT_ROWS or kpi == kpis[-1]:
                    segments.append(replace(wanted, kpis=tuple(run), years=chunk))
                    run, expected = [], 0.0
        return segments

    def items(self, segment: Filter, by_block: bool) -> list[str]:
        """All items of one segment, always in the same order.

        Args:
            segment: One of `segments`.
            by_block: Whether the uncut filter says `by_block`.
        """
        if by_block:
            return self._items_of_block(segment)
        rows = f"select * from value where {segment.condition()}"
        if segment.with_groups:
            rows = f"with chosen as ({rows}) from chosen union all by name {_GROUP_MEANS}"
        query = f"select item from ({self._item_query(rows, segment.with_groups)})"
        return [row[0] for row in self._con.execute(query).fetchall()]

    def _items_of_block(self, segment: Filter) -> list[str]:
        """Chosen from the block in Python: planning a query costs more than it finds."""
        block = self._block(segment.kpis)
        kind = segment.region_type
        return [
            item
            for area in segment.areas
            if kind is None or self._types.get(area) == kind
            for period, item in block.get(area, ())
            if not segment.years or period in segment.years
        ]

    def _create_tables(self, members: Iterable[tuple[str, str]]) -> None:
        present = self._file.columns
        path = str(self._file.path).replace("'", "''")
        changed = "changed_at::date" if "changed_at" in present else "null::date"
        self._con.execute(
            f"""create temp view value as
            select kpi, {self._file.place} as place, period::integer as period, gender,
                value::double as value,
                {"coalesce(count, 1)::integer" if "count" in present else "1"} as count,
                {"coalesce(status, '')" if "status" in present else "''"} as status,
                {"coalesce(isdeleted, false)" if "isdeleted" in present else "false"} as isdeleted,
                {changed} as changed_at
            from read_parquet('{path}')"""
        )
        self._create_pairs("group_member", ("group_id", "member_id"), members)
        self._create_pairs("place_type", ("place", "type"), self._types.items())

    def _create_pairs(
        self, table: str, columns: tuple[str, str], rows: Iterable[tuple[str, str]]
    ) -> None:
        # By way of a file: as literals, 26 573 memberships take longer to parse than to load.
        with tempfile.NamedTemporaryFile("w", suffix=".csv", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(rows)
            file.flush()
            self._con.execute(
                f"create temp table {table} as select * from read_csv('{file.name}', "
                f"header = false, columns = {{{columns[0]}: 'varchar', {columns[1]}: 'varchar'}}, "
                "auto_detect = false, quote = '\"', escape = '\"')"
            )

    def _block(self, kpis: tuple[str, ...]) -> Block:
        """Period and item of all rows of these KPIs, by area."""
        if kpis not in self._blocks:
            while len(self._blocks) >= KEPT_BLOCKS:
                self._blocks.popitem(last=False)
            query = self._item_query(f"select * from value where {Filter(kpis).condition()}")
            self._con.execute(f"select place, period, item from ({query})")
            block: Block = {}
            while rows := self._con.fetchmany(BATCH):
                for area, period, item in rows:
                    block.setdefault(area, []).append((period, item))
            self._blocks[kpis] = block
        self._blocks.move_to_end(kpis)
        return self._blocks[kpis]

    def _item_query(self, rows: str, with_groups: bool = False) -> str:
        """SQL that turns rows into items; three shuffled bins give the random gender order."""
        present = self._file.columns
        # Columns that the snapshot lacks are literals: a sixth less time than as columns.
        count = "count" if "count" in present or with_groups else "1"
        status = "to_json(status)" if "status" in present else "'\"\"'"
        deleted = "isdeleted" if "isdeleted" in present else "false"
        return f"""
            select kpi, place, period,
                '{{"kpi":' || to_json(kpi) || ',"{self._file.place}":' || to_json(place)
                || ',"period":' || period || ',"values":[' || concat_ws(',', a, b, c) || ']}}'
                as item
            from (
                select kpi, place, period,
                    string_agg(entry, ',') filter (bin = 0) as a,
                    string_agg(entry, ',') filter (bin = 1) as b,
                    string_agg(entry, ',') filter (bin = 2) as c
                from (
                    select kpi, place, period,
                        hash(kpi, place, period, gender, {self._seed}) % 3 as bin,
                        '{{"gender":' || to_json(gender) || ',"count":' || {count}
                        || ',"status":' || {status}
                        || ',"value":' || if(isfinite(value), value::varchar, 'null')
                        || ',"isdeleted":' || {deleted} || '}}' as entry
                    from ({rows})
                )
                group by kpi, place, period
            )
            order by kpi, place, period"""


class _Answer:
    """One filter's items, of which only the segment last read is in memory."""

    def __init__(self, store: ValueStore, wanted: Filter) -> None:
        self._store = store
        self._segments = store.segments(wanted)
        self._by_block = wanted.by_block
        self._lengths: list[int] = []
        self._current: tuple[int, list[str]] = (-1, [])

    def take(self, start: int, size: int) -> list[str]:
        """Up to `size` items from position `start`."""
        taken: list[str] = []
        for begin, segment in self._overlapping(start):
            items = self._items(segment)
            taken += items[max(0, start - begin) : start - begin + size]
            if len(taken) >= size or start + size <= begin + len(items):
                break
        return taken

    def _overlapping(self, start: int) -> Iterator[tuple[int, int]]:
        begin = 0
        for segment in range(len(self._segments)):
            if segment == len(self._lengths):
                self._lengths.append(len(self._items(segment)))
            if begin + self._lengths[segment] > start:
                yield begin, segment
            begin += self._lengths[segment]

    def _items(self, segment: int) -> list[str]:
        if self._current[0] != segment:
            self._current = (-1, [])
            self._current = (segment, self._store.items(self._segments[segment], self._by_block))
        return self._current[1]


# The members' unweighted mean; `count` is the number of members with a row.
_GROUP_MEANS = """
    select kpi, group_id as place, period, gender, avg(value) as value,
        count(*)::integer as count, '' as status, false as isdeleted,
        max(changed_at) as changed_at
    from chosen join group_member on member_id = place
    where not isdeleted
    group by kpi, group_id, period, gender"""
