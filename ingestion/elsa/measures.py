"""Cells of a talk that are dates and measures, read.

What belongs here: from text to a date, a school year, centimetres, kilograms. What does not:
what follows when one cannot be read (`door`).
"""

import re
from datetime import date

from ingestion.elsa import reasons as why

_DATE = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)", re.ASCII)
_SCHOOL_YEAR = re.compile(r"(\d{4})/(\d{4}|\d\d)", re.ASCII)
_NUMBER = re.compile(r"\d{1,6}([.,]\d{1,6})?", re.ASCII)


def read_date(written: str | None) -> date | None:
    """2023-11-05 or 20231105; None when it is neither."""
    found = _DATE.fullmatch(written or "")
    if not found:
        return None
    try:
        return date(*map(int, found.groups()))
    except ValueError:
        return None


def read_school_year(written: str | None) -> int | None:
    """The year in which 2023/2024 (or 2023/24) begins."""
    found = _SCHOOL_YEAR.fullmatch(written or "")
    if not found:
        return None
    begin, end = int(found[1]), int(found[2])
    return begin if end in (begin + 1, (begin + 1) % 100) else None


def school_year_of(day: date) -> int:
    """School years change on 1 August."""
    return day.year if day.month >= 8 else day.year - 1


def months_between(birth: date, day: date) -> int:
    """Whole months of age."""
    months = (day.year - birth.year) * 12 + day.month - birth.month
    return months - (day.day < birth.day)


def read_height(written: str) -> tuple[str | None, str | None]:
    """Centimetres, or why not."""
    return _measure(written, (60, 220), (0.6, 2.2), why.IN_METRES, why.BAD_HEIGHT)


def read_weight(written: str) -> tuple[str | None, str | None]:
    """Kilograms, or why not."""
    return _measure(written, (8, 250), (8_000, 250_000), why.IN_GRAMS, why.BAD_WEIGHT)


def _measure(
    written: str,
    limits: tuple[float, float],
    other_limits: tuple[float, float],
    in_other_unit: str,
    outside: str,
) -> tuple[str | None, str | None]:
    if not _NUMBER.fullmatch(written):
        return None, outside
    value = float(written.replace(",", "."))
    if limits[0] <= value <= limits[1]:
        return written.replace(".", ","), None
    is_other = other_limits[0] <= value <= other_limits[1]
    return None, in_other_unit if is_other else outside
