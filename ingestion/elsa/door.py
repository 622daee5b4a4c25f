"""The door: which rows of an export may come in, and what of them.

What belongs here: consent, protected identities, pseudonyms, dates and measures, row by row. What
does not: columns that only need a codebook (`ingestion/delivered/rules`), tables (`talks`).

In this order: protected identities are gone before anything else is looked at; then consent,
which is counted and never listed; then everything that can be wrong with a row. A name is
looked at for its first two letters and goes no further.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import pyarrow as pa

from ingestion.delivered.codebook import Codebook
from ingestion.delivered.reading import Delivered, FileRejected
from ingestion.delivered.rows import BAD_CODE, Rejection
from ingestion.delivered.rules import look_up
from ingestion.elsa import reasons as why
from ingestion.elsa.consent import (
    OWN_CONSENT_MONTHS,
    consent_reason,
    giver,
    is_protected,
)
from ingestion.elsa.iso_bmi import weight_class
from ingestion.elsa.measures import (
    months_between,
    read_date,
    read_height,
    read_school_year,
    read_weight,
    school_year_of,
)
from ingestion.elsa.personal_number import parse
from ingestion.elsa.pseudonym import Chain, delivered_identity, number_identity, tombstone
from ingestion.elsa.talk import AGES, MADE, Talk, fits
from warehouse.sealed.boundary import Place
from warehouse.sealed.keys import Key

REQUIRED = ("consent", "consent_date", "consent_by", "school_year", "visit_date", "grade")


@dataclass(frozen=True)
class Keys:
    """What the door needs of keys and of the store.

    Args:
        chain: Makes pseudonyms.
        tombstone_key: Makes the marks of persons who withdrew.
        withdrawn: Their marks in the store, and when consent was withdrawn.
        sender: Whose pseudonyms delivered ones are.
    """

    chain: Chain
    tombstone_key: Key
    withdrawn: dict[str, date]
    sender: str


class Door:
    """The door for one file.

    Args:
        book: The codebook; its `door` says what the columns are called.
        delivered: The file; its columns become those that are let in.
        keys: Pseudonyms and tombstones.
        place: Follows the row that is looked at.

    Raises:
        FileRejected: A column is missing.
    """

    def __init__(self, book: Codebook, delivered: Delivered, keys: Keys, place: Place) -> None:
        self.rejections: list[Rejection] = []
        self.consents: Counter[str] = Counter()
        self.protected: Counter[int] = Counter()
        self.withdrawn: dict[str, tuple[str, date]] = {}
        self.rows_seen = 0
        self._keys = keys
        self._place = place
        self._codes = {name: column.codes for name, column in book.columns.items() if column.codes}
        headers = {header.casefold(): header for header in delivered.columns}
        self._headers = {
            name: next((headers[one] for one in map(str.casefold, names) if one in headers), None)
            for name, names in book.door.items()
        }
        self._coded = {
            name: header
            for name in self._codes
            for header in headers.values()
            if header.casefold() in map(str.casefold, book.columns[name].names)
        }
        self._check_columns(book, delivered.name)
        private = {
            one.casefold() for name, names in book.door.items() if name != "grade" for one in names
        }
        self._kept = [one for one in delivered.columns if one.casefold() not in private]
        self._talks: set[str] = set()
        delivered.columns = [*self._kept, *MADE]
        delivered.batches = self._let_in(delivered.batches)

    def _check_columns(self, book: Codebook, name: str) -> None:
        missing = [one for one in REQUIRED if self._headers[one] is None]
        if self._headers["number"] is None and self._headers["pseudonym"] is None:
            missing.append("number")
        if missing:
            raise FileRejected(
                f"{name}: the column {missing[0]} is missing; it may be called "
                f"{', '.join(book.door[missing[0]])}.",
                "Name the column so, or add its name to the codebook.",
            )

    def _let_in(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            numbers = batch.column("row_number").to_pylist()
            fields_of = {
                name: batch.column(header).to_pylist() if header else [None] * len(numbers)
                for name, header in self._headers.items()
            }
            grades, genders = self._meanings("grade", batch), self._meanings("gender", batch)
            talks = []
            for at, number in enumerate(numbers):
                cells = {name: cells[at] for name, cells in fields_of.items()}
                cells |= {"grade": grades[at], "gender": genders[at]}
                talks.append(self._judge(number, cells))
            self._place.row_number = None
            # `astuple` would copy every cell deeply, a third of the door's time.
            made = [tuple(vars(talk).values()) for talk in talks if talk]
            if not made:
                continue
            let_in = batch.select(["row_number", *self._kept]).filter(
                pa.array([talk is not None for talk in talks])
            )
            self._note_unknown_codes(let_in)
            columns = [pa.array(cells, pa.string()) for cells in zip(*made, strict=True)]
            yield pa.RecordBatch.from_arrays(
                [*let_in.columns, *columns], names=["row_number", *self._kept, *MADE]
            )

    def _meanings(self, name: str, batch: pa.RecordBatch) -> list[str | None]:
        """What the codebook makes of a coded column."""
        if name not in self._coded:
            return [None] * batch.num_rows
        cells = batch.column(self._coded[name])
        return look_up(cells, dict(self._codes[name]), pa.string()).to_pylist()

    def _judge(self, row: int, cells: dict[str, str | None]) -> Talk | None:
        self._place.row_number = row
        visit, consented = read_date(cells["visit_date"]), read_date(cells["consent_date"])
        year = read_school_year(cells["school_year"])
        if is_protected(cells):
            self.protected[year or (school_year_of(visit) if visit else 0)] += 1
            return None
        self.rows_seen += 1
        identity, birth = self._person(cells, visit or consented)
        reason = consent_reason(cells, consented, visit)
        if reason == why.WITHDRAWN:
            reason = self._note_withdrawal(identity, [day for day in (consented, visit) if day])
        if reason is None and identity and consented and self._has_withdrawn(identity, consented):
            reason = why.WITHDRAWN
        if reason is None and birth and consented and giver(cells) == "pupil":
            young = months_between(birth, consented) < OWN_CONSENT_MONTHS
            reason = why.TOO_YOUNG if young else None
        if reason:
            self.consents[reason] += 1
            return None
        return self._talk(row, cells, year, visit, identity, birth)

    def _talk(
        self,
        row: int,
        cells: dict[str, str | None],
        year: int | None,
        visit: date | None,
        identity: str | None,
        birth: date | None,
    ) -> Talk | None:
        """The talk of a row with consent; None, and a rejection, when something is wrong."""
        if visit is None:
            return self._reject(row, "visit_date", why.BAD_VISIT)
        if identity is None:
            if cells["number"] is None:
                return self._reject(row, None, why.NO_PERSON)
            return self._reject(row, "number", why.NO_NUMBER)
        if year is None:
            return self._reject(row, "school_year", why.BAD_SCHOOL_YEAR)
        if school_year_of(visit) != year:
            return self._reject(row, "visit_date", why.OUTSIDE_YEAR)
        grade = cells["grade"]
        if grade not in AGES:
            return self._reject(row, "grade", why.BAD_GRADE)
        if birth and not fits(grade, year - birth.year):
            return self._reject(row, "grade", why.OTHER_AGE)
        talk_id = self._keys.chain.talk(identity, visit.isoformat())
        if talk_id in self._talks:
            return self._reject(row, None, why.SAME_DAY)
        self._talks.add(talk_id)
        months = months_between(birth, visit) if birth else None
        height = self._measure(row, "height", cells["height"])
        weight = self._measure(row, "weight", cells["weight"])
        years = (visit - birth).days / 365.25 if birth else None
        return Talk(
            round=str(year),
            pseudonym=self._keys.chain.pseudonym(identity),
            talk_id=talk_id,
            visit_month=f"{visit:%Y-%m}",
            consent_by=giver(cells),
            birth_year=str(birth.year) if birth else None,
            birth_month=str(birth.month) if birth else None,
            age=str(months // 12) if months is not None else None,
            age_months=str(months) if months is not None else None,
            school_unit=self._school_unit(row, cells["school_unit"]),
            height_cm=height,
            weight_kg=weight,
            weight_class=weight_class(cells["gender"], years, height, weight),
        )

    def _person(
        self, cells: dict[str, str | None], on: date | None
    ) -> tuple[str | None, date | None]:
        """Who a row is about, and when that person was born, where a number tells it."""
        if cells["number"] is not None:
            found = parse(cells["number"], on)
            return (number_identity(found.number), found.birth) if found else (None, None)
        if cells["pseudonym"] is not None:
            return delivered_identity(self._keys.sender, cells["pseudonym"]), None
        return None, None

    def _note_withdrawal(self, identity: str | None, days: list[date]) -> str:
        """Whose talks are to be erased; returns what the row is counted as."""
        if identity is None:
            return why.UNKNOWN_WITHDRAWN
        mark = tombstone(self._keys.tombstone_key, identity)
        self.withdrawn[mark] = (self._keys.chain.pseudonym(identity), max(days, default=date.max))
        return why.WITHDRAWN

    def _has_withdrawn(self, identity: str, consented: date) -> bool:
        """Consent that was given anew after it was withdrawn counts."""
        on = self._keys.withdrawn.get(tombstone(self._keys.tombstone_key, identity))
        return on is not None and consented <= on

    def _school_unit(self, row: int, written: str | None) -> str | None:
        if written is None or (len(written) == 8 and written.isascii() and written.isdigit()):
            return written
        self._leave_out(row, "school_unit", why.BAD_SCHOOL)
        return None

    def _measure(self, row: int, name: str, written: str | None) -> str | None:
        if written is None:
            return None
        value, reason = (read_height if name == "height" else read_weight)(written)
        if reason:
            self._leave_out(row, name, reason)
        return value

    def _leave_out(self, row: int, name: str, reason: str) -> None:
        self.rejections.append(Rejection(row, self._headers[name], None, reason, False))

    def _reject(self, row: int, name: str | None, reason: str) -> Talk | None:
        header = self._headers[name] if name else None
        self.rejections.append(Rejection(row, header, None, reason, True))
        return None

    def _note_unknown_codes(self, batch: pa.RecordBatch) -> None:
        for name, header in self._coded.items():
            cells = batch.column(header)
            meanings = self._meanings(name, batch)
            for at, (cell, meaning) in enumerate(zip(cells.to_pylist(), meanings, strict=True)):
                if cell is not None and meaning is None:
                    row = batch.column("row_number")[at].as_py()
                    self.rejections.append(Rejection(row, header, None, BAD_CODE, False))
