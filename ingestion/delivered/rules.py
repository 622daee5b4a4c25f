"""A codebook applied to rows: persons with codes, and what had to be left out.

What belongs here: the rules of one batch. What does not: where rows come from (`reading`) and
go to (`store`).

Whole columns are looked up at a time: 60 million cells one by one took minutes in Python.
"""

from collections.abc import Iterator, Mapping

import pyarrow as pa
import pyarrow.compute as pc

from ingestion.areas import area_id
from ingestion.delivered import rows as why
from ingestion.delivered.codebook import Codebook, Column, Item, person_columns
from ingestion.delivered.reading import Delivered, FileRejected
from ingestion.delivered.rows import Rejection

TYPES = {"varchar": pa.string(), "smallint": pa.int16(), "double": pa.float64()}
TEXT, CODE = pa.string(), pa.uint8()
NUMBER = r"^[+-]?\d+(\.\d+)?$"


class Rules:
    """A codebook fitted to one file.

    Args:
        codebook: The codebook.
        delivered: The file; its columns are looked up once.
        region: Two digits; municipalities of others are rejected.
        year: The round where the file itself does not say.

    Raises:
        FileRejected: A required column is missing.
    """

    def __init__(
        self, codebook: Codebook, delivered: Delivered, region: str, year: int | None = None
    ) -> None:
        self.codebook = codebook
        self._types = {name: TYPES[kind] for name, kind in person_columns(codebook.source).items()}
        self.region = region
        self.year = year
        self.name = delivered.name
        self.rejections: list[Rejection] = []
        self.rows_read = 0
        self.rounds: set[int] = set()
        self.surveys: set[str] = set()
        self.areas: set[str] = set()
        self._persons: set[tuple[object, ...]] = set()
        self._headers = {header.casefold(): header for header in delivered.columns}
        self._check_required()
        self.items = {item.item: self._places(item) for item in codebook.items}
        self.items = {key: places for key, places in self.items.items() if places}
        self.schema = pa.schema(
            [
                ("row_number", pa.int64()),
                *self._types.items(),
                *((f"item_{key}", CODE) for key in self.items),
            ]
        )

    def unknown_columns(self) -> list[str]:
        """Headers that the codebook does not name."""
        named = {
            name.casefold() for column in self.codebook.columns.values() for name in column.names
        }
        named |= {flag.casefold() for one in self.codebook.columns.values() for flag in one.flags}
        named |= {
            name.casefold()
            for item in self.codebook.items
            for names in item.names.values()
            for name in names
        }
        named |= {name.casefold() for name in self.codebook.ignore}
        return [header for folded, header in self._headers.items() if folded not in named]

    def coded(self, delivered: Delivered) -> Iterator[pa.RecordBatch]:
        """Batches of `schema`: the rows that may stay, in the file's order."""
        for batch in delivered.batches:
            self.rows_read += batch.num_rows
            yield self._code(batch)

    def _code(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        numbers = batch.column("row_number")
        columns = {name: self._column(name, batch) for name in self._types}
        reasons = self._row_reasons(batch, columns)
        kept = pc.is_null(reasons)
        for number, reason in zip(numbers.to_pylist(), reasons.to_pylist(), strict=True):
            if reason is not None:
                self.rejections.append(Rejection(number, None, None, reason, True))
        rounds = columns["round"]
        self.rounds |= set(pc.unique(rounds.filter(kept)).to_pylist())
        self.surveys |= set(pc.unique(columns["survey"].filter(kept)).to_pylist())
        self.areas |= set(pc.unique(columns["area_id"].filter(kept)).to_pylist())
        answers = [self._item(key, batch, rounds, kept) for key in self.items]
        coded = pa.RecordBatch.from_arrays(
            [numbers, *columns.values(), *answers], schema=self.schema
        )
        return coded.filter(kept)

    def _header(self, names: list[str]) -> str | None:
        return next(
            (self._headers[n.casefold()] for n in names if n.casefold() in self._headers), None
        )

    def _places(self, item: Item) -> dict[int, str]:
        """Per round the file's column of an item."""
        found = {
            round: self._header(item.columns(round))
            for round in self.codebook.rounds
            if item.in_round(round)
        }
        return {round: header for round, header in found.items() if header}

    def _check_required(self) -> None:
        for name, column in self.codebook.columns.items():
            if column.required and not self._header(column.names):
                if name == "round" and self.year is not None:
                    continue
                raise FileRejected(
                    f"{self.name}: the column {name} is missing; it may be called "
                    f"{', '.join(column.names)}.",
                    "Name the column so, or add its name to the codebook.",
                )

    def _column(self, name: str, batch: pa.RecordBatch) -> pa.Array:
        type_ = self._types[name]
        column = self.codebook.columns.get(name)
        rows = batch.num_rows
        header = self._header(column.names) if column else None
        if name == "round" and header is None:
            return pa.array([self.year] * rows, type_)
        if column is None or (header is None and column.constant is None and not column.flags):
            return pa.nulls(rows, type_)
        if column.constant is not None:
            return pa.array([column.constant] * rows).cast(type_)
        if column.flags:
            return self._flags(column, batch)
        cells = batch.column(header)
        if column.codes:
            return look_up(cells, {key: str(value) for key, value in column.codes.items()}, TEXT)
        if column.kind == "municipality":
            return look_up(cells, _municipalities(cells), TEXT)
        if column.kind == "text":
            return cells
        return self._number(column, cells).cast(type_)

    def _flags(self, column: Column, batch: pa.RecordBatch) -> pa.Array:
        found = pa.nulls(batch.num_rows, TEXT)
        for flag, value in column.flags.items():
            if header := self._header([flag]):
                is_set = pc.equal(look_up(batch.column(header), {"1": "1"}, TEXT), "1")
                found = pc.if_else(pc.fill_null(is_set, False), value, found)
        return found

    def _number(self, column: Column, cells: pa.Array) -> pa.Array:
        """Numbers within the column's limits; whole ones for years and whole numbers."""
        if self.codebook.decimal_mark == ",":
            cells = pc.replace_substring(cells, ",", ".")
        is_number = pc.fill_null(pc.match_substring_regex(cells, NUMBER), False)
        values = pc.if_else(is_number, cells, pa.scalar(None, TEXT)).cast(pa.float64())
        least = 1900.0 if column.kind == "year" else column.least
        most = 2200.0 if column.kind == "year" else column.most
        fits = pc.is_finite(values)
        if least is not None:
            fits = pc.and_(fits, pc.greater_equal(values, least))
        if most is not None:
            fits = pc.and_(fits, pc.less_equal(values, most))
        if column.kind in ("year", "whole_number"):
            fits = pc.and_(fits, pc.equal(values, pc.floor(values)))
        return pc.if_else(pc.fill_null(fits, False), values, pa.scalar(None, pa.float64()))

    def _row_reasons(self, batch: pa.RecordBatch, columns: dict[str, pa.Array]) -> pa.Array:
        """Per row why it is left out, the first that holds; null when it stays."""
        found = pa.nulls(batch.num_rows, TEXT)

        def mark(is_bad: pa.Array, reason: str) -> None:
            nonlocal found
            found = pc.if_else(pc.and_(pc.is_null(found), is_bad), reason, found)

        rounds = pa.array(list(self.codebook.rounds), pa.int16())
        mark(self._blank("round", batch, columns), why.NO_ROUND)
        mark(pc.invert(pc.is_in(columns["round"], rounds)), why.OTHER_ROUND)
        mark(self._blank("area_id", batch, columns), why.NO_AREA)
        mark(pc.is_null(columns["area_id"]), why.UNKNOWN_AREA)
        inside = pc.equal(pc.utf8_slice_codeunits(columns["area_id"], 0, 2), self.region)
        mark(pc.invert(pc.fill_null(inside, True)), why.OTHER_REGION)
        mark(pc.is_null(columns["survey"]), why.NO_SURVEY)
        mark(self._blank("weight", batch, columns), why.NO_WEIGHT)
        mark(pc.invert(pc.fill_null(pc.greater(columns["weight"], 0.0), False)), why.BAD_WEIGHT)
        mark(self._repeated(batch, columns, found), why.SAME_PERSON)
        return found

    def _blank(self, name: str, batch: pa.RecordBatch, columns: dict[str, pa.Array]) -> pa.Array:
        """Rows where the file's cell is empty or a dot, or where nothing fills the column."""
        column = self.codebook.columns[name]
        header = self._header(column.names)
        if not header:
            return pc.is_null(columns[name])
        return pc.fill_null(pc.equal(batch.column(header), "."), True)

    def _repeated(
        self, batch: pa.RecordBatch, columns: dict[str, pa.Array], found: pa.Array
    ) -> pa.Array:
        """Rows of a person who came before; each round and survey numbers people anew."""
        column = self.codebook.columns.get("respondent")
        header = self._header(column.names) if column else None
        if header is None:
            return pa.array([False] * batch.num_rows)
        repeated = []
        persons = (columns["round"], columns["survey"], batch.column(header))
        for *person, reason in zip(*(one.to_pylist() for one in (*persons, found)), strict=True):
            key = tuple(person)
            is_counted = key[-1] is not None and reason is None
            repeated.append(is_counted and key in self._persons)
            if is_counted:
                self._persons.add(key)
        return pa.array(repeated)

    def _item(self, key: str, batch: pa.RecordBatch, rounds: pa.Array, kept: pa.Array) -> pa.Array:
        """Codes of an item; unknown ones are null and noted."""
        item = next(one for one in self.codebook.items if one.item == key)
        known = {**self.codebook.missing_of(item), **item.options}
        known_codes = {label.casefold(): int(code) for code, label in known.items()}
        known_codes |= {code: int(code) for code in known}
        result = pa.nulls(batch.num_rows, CODE)
        for header in dict.fromkeys(self.items[key].values()):
            asked = pa.array([r for r, h in self.items[key].items() if h == header], pa.int16())
            here = pc.and_(pc.is_in(rounds, asked), kept)
            cells = batch.column(header)
            codes = look_up(cells, known_codes, CODE)
            bad = pc.and_(
                here,
                pc.and_(
                    pc.and_(pc.is_valid(cells), pc.is_null(codes)),
                    pc.fill_null(pc.not_equal(cells, "."), False),
                ),
            )
            if pc.any(bad).as_py():
                self.rejections += [
                    Rejection(number, header, key, why.BAD_CODE, False)
                    for number in batch.column("row_number").filter(bad).to_pylist()
                ]
            result = pc.if_else(here, codes, result)
        return result


def look_up(cells: pa.Array, codes: Mapping[str, object], type_: pa.DataType) -> pa.Array:
    """What cells mean; null where nothing knows them.

    Args:
        cells: Text.
        codes: Meanings by text; upper and lower case are not told apart, nor 1 and 1,0.
        type_: Of the meanings.
    """
    keys = pa.array([key.casefold() for key in codes], TEXT)
    values = pa.array(list(codes.values()), type_)
    places = pc.index_in(cells, value_set=keys)
    left = pc.and_(pc.is_valid(cells), pc.is_null(places))
    if pc.any(left).as_py():
        plain = pc.replace_substring_regex(pc.utf8_lower(cells), r"^(\d+)[.,]0+$", r"\1")
        places = pc.if_else(left, pc.index_in(plain, value_set=keys), places)
    return values.take(places)


def _municipalities(cells: pa.Array) -> dict[str, object]:
    found = {cell: area_id(cell) for cell in pc.unique(cells).to_pylist() if cell is not None}
    return {cell: area for cell, area in found.items() if area and not area.startswith("00")}
