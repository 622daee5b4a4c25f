"""Files that hold shares instead of persons: from rows as written to `published_share`.

What belongs here: what is the same for all senders of shares. What does not: a source's headers
and labels (`ingestion/<source>/shares.py`), one cell (`share_cells`), storing (`load`).

A file is known by its headers or its sheets, never by its suffix.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pyarrow as pa

from ingestion.delivered import rows as why
from ingestion.delivered import rules
from ingestion.delivered.labels import Labels
from ingestion.delivered.reading import Delivered, FileRejected, Told, check_headers
from ingestion.delivered.rows import AggregateRows, Rejection
from ingestion.delivered.share_cells import COLUMNS, Unreadable, read_row
from warehouse.settings import Settings

TABLE = "published_share"
# What R, PxWeb and people write in a cell that holds nothing.
BLANK = {"na", "n/a", ".", "..", "-"}
TYPES = {**rules.TYPES, "bigint": pa.int64(), "boolean": pa.bool_()}
SCHEMA = pa.schema([(name, TYPES[kind]) for name, kind in COLUMNS.items()])


@dataclass(frozen=True)
class Layout:
    """What a source's tables of shares look like.

    Args:
        headers: Accepted headers of each field, in small letters. Fields are round, survey,
            area, gender, question, answer, share, interval, n, source and each dimension.
        required: Fields without which a table cannot be taken.
        known_by: Fields whose headers tell a table of shares from one of persons.
        sheets: Names of sheets that tell a workbook of shares, in small letters.
        dimensions: Fields that divide people into groups.
        labels: Meanings of labels.
        items: Titles of the source's items, by id.
        survey: The survey, where no column says.
        same: Columns that say which earlier rows a file replaces.
    """

    headers: Mapping[str, tuple[str, ...]]
    required: tuple[str, ...]
    known_by: tuple[str, ...]
    labels: Labels
    items: Mapping[str, str]
    same: tuple[str, ...]
    sheets: frozenset[str] = frozenset()
    dimensions: tuple[str, ...] = ()
    survey: str | None = None

    def knows(self, delivered: Delivered) -> bool:
        """Whether a file is one of shares."""
        if self.sheets & {name.casefold() for name in delivered.sheets}:
            return True
        return any(self.fits(table) for table in (delivered, *delivered.others))

    def fits(self, table: Delivered) -> bool:
        """Whether a table has the columns by which shares are known."""
        return set(self.known_by) <= self.places(table).keys()

    def places(self, table: Delivered) -> dict[str, str]:
        """The table's own header of each field that it has."""
        written = {header.casefold(): header for header in table.columns}
        found = {
            name: next((written[one] for one in accepted if one in written), None)
            for name, accepted in self.headers.items()
        }
        return {name: header for name, header in found.items() if header}


def read_shares(
    layout: Layout, delivered: Delivered, told: Told, settings: Settings
) -> AggregateRows:
    """Read a file of shares.

    Args:
        layout: The source's.
        delivered: The file; other sheets' tables are read too.
        told: Year and item, where no column says.
        settings: Rows must be about the region, its municipalities or the country.

    Raises:
        FileRejected: A required column is missing, nothing says which question the shares
            answer, or they are no percentages.
    """
    tables = [one for one in (delivered, *delivered.others) if layout.fits(one)]
    if not tables:
        raise FileRejected(
            f"{delivered.name}: no sheet has the columns {_accepted(layout, layout.known_by)}.",
            "Name the columns so.",
        )
    reading = _Reading(layout, told, settings.region)
    reading.note_sheets(delivered, tables)
    for table in tables:
        reading.take(table)
    reading.check_percent(delivered.name)
    found = reading.rows
    return AggregateRows(
        TABLE,
        pa.Table.from_pylist(found, SCHEMA),
        reading.rejections,
        reading.rows_read,
        sorted({one["round"] for one in found}),
        sorted({one["area_id"] for one in found}),
        kind="shares",
        surveys=sorted({one["survey"] for one in found}),
        same=layout.same,
        unknown_labels=list(reading.unknown),
    )


def _accepted(layout: Layout, fields: tuple[str, ...]) -> str:
    return ", ".join(" or ".join(layout.headers[name]) for name in fields)


@dataclass
class _Reading:
    """Rows so far, and what was left out."""

    layout: Layout
    told: Told
    region: str
    rows: list[dict] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)
    rows_read: int = 0
    # Labels in the order in which they were met.
    unknown: dict[str, None] = field(default_factory=dict)
    seen: set[tuple] = field(default_factory=set)

    def note_sheets(self, delivered: Delivered, tables: list[Delivered]) -> None:
        """Sheets without shares are told, since one may be missed by a misspelt header."""
        looked_at = {*delivered.skipped, *(one.sheet for one in (delivered, *delivered.others))}
        self.rejections += [
            Rejection(None, None, None, why.NO_SHARES, False, sheet=name)
            for name in delivered.sheets
            if name in looked_at - {table.sheet for table in tables}
        ]

    def take(self, table: Delivered) -> None:
        """Read one table."""
        check_headers(table.name, table.columns)
        places = self.layout.places(table)
        self._check_columns(table, places)
        for batch in table.batches:
            for cells in batch.to_pylist():
                self.rows_read += 1
                self._take_row(table, places, cells)
        for fault in table.faults:
            is_row = fault.column is None
            self.rows_read += is_row
            self.rejections.append(
                Rejection(
                    fault.row_number, fault.column, None, fault.reason, is_row, sheet=table.sheet
                )
            )

    def _check_columns(self, table: Delivered, places: Mapping[str, str]) -> None:
        where = f"{table.name}{f', sheet {table.sheet}' if table.sheet else ''}"
        # Fields that need no column.
        given = {
            "question": self.told.item is not None,
            "round": self.told.year is not None,
            "survey": self.layout.survey is not None,
        }
        missing = tuple(
            one for one in self.layout.required if one not in places and not given.get(one)
        )
        if "question" in missing:
            raise FileRejected(
                f"{where}: nothing says which question the shares answer.",
                "Say it with --item ID (dbt_project/seeds/items.csv), or add a column item.",
            )
        if missing:
            raise FileRejected(
                f"{where}: there is no column {_accepted(self.layout, missing)}.",
                "Name the column so.",
            )
        if self.told.item and "question" in places:
            raise FileRejected(
                f"{where}: the column {places['question']} already says which question it is.",
                "Leave --item out.",
            )
        if self.told.item and self.told.item not in self.layout.items:
            raise FileRejected(
                f"{where}: there is no item {self.told.item}.",
                f"Items: {', '.join(self.layout.items)}.",
            )

    def _take_row(self, table: Delivered, places: Mapping[str, str], cells: dict) -> None:
        written = {name: _filled(cells[header]) for name, header in places.items()}
        number = cells["row_number"]
        notes: list[tuple[str, str]] = []
        try:
            row = read_row(self.layout, self.told, self.region, written, notes)
            key = _key(row)
            if key in self.seen:
                raise Unreadable(None, why.SAME_SHARE)
        except Unreadable as found:
            column = places.get(found.field) if found.field else None
            self.rejections.append(
                Rejection(number, column, None, found.reason, True, sheet=table.sheet)
            )
            return
        self.seen.add(key)
        self.rows.append(row)
        for name, reason in notes:
            if reason == why.UNKNOWN_LABEL:
                label = f"{places[name]}: {written[name]}"
                if label in self.unknown:
                    continue
                self.unknown[label] = None
            self.rejections.append(
                Rejection(number, places[name], row["item_id"], reason, False, sheet=table.sheet)
            )

    def check_percent(self, name: str) -> None:
        """Parts of one would all be taken for shares below one per cent."""
        shares = [row["share"] for row in self.rows]
        if len(shares) > 1 and max(shares) <= 1 and any(0 < share < 1 for share in shares):
            raise FileRejected(
                f"{name}: no share is above 1: they seem to be parts of one, not percentages.",
                "Write them as percentages, 0 to 100.",
            )


def _filled(cell: str | None) -> str | None:
    return None if cell is None or cell.casefold() in BLANK else cell


def _key(row: dict) -> tuple:
    """What a share is about: there may be one of it in a file."""
    about = row["item_id"] or (row["question"].casefold(), (row["answer"] or "").casefold())
    same = ("round", "survey", "area_id", "gender", "dimension", "category")
    return (about, *(row[name] for name in same))
