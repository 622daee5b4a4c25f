"""Swedish personal identity numbers: every lawful form, to one form of 12 characters.

What belongs here: form, date and check digit. What does not: what becomes of a number
(`pseudonym`). A number is in no error and no representation of anything here.

Forms: 12 or 10 digits, the last four perhaps after `-`, or after `+` from the year in which the
person turns 100; 000 is nobody's serial number. Samordningsnummer have 60 added to the day.
Interim numbers have a letter (T R S U W X J K L M N) in place of the seventh of ten digits, which
the check digit reads as 1; they are given until a real number comes, so a pupil followed by one
is lost when it changes.
"""

import re
from dataclasses import dataclass, field
from datetime import date

_FORM = re.compile(
    r"(?P<century>\d\d)?(?P<year>\d\d)(?P<month>\d\d)(?P<day>\d\d)"
    r"(?P<sign>[-+])?(?P<serial>[0-9TRSUWXJKLMN]\d\d)(?P<check>\d)",
    re.ASCII,
)
COORDINATION = 60


@dataclass(frozen=True)
class PersonalNumber:
    """A valid number.

    Args:
        number: Its 12 characters, as samordningsnummer with the day + 60.
        birth: The date of birth.
    """

    number: str = field(repr=False)
    birth: date = field(repr=False)

    @property
    def is_coordination(self) -> bool:
        """Whether it is a samordningsnummer."""
        return int(self.number[6:8]) > COORDINATION

    @property
    def is_interim(self) -> bool:
        """Whether it is an interim number."""
        return not self.number[8].isdigit()


def parse(written: str, on: date | None) -> PersonalNumber | None:
    """Read a number.

    Args:
        written: As it stands in the file, without blanks around it.
        on: The day it was in use. Of 10 characters the century is the latest that lies before
            it, or the one before that with `+`. None: unknown, only 12 are read.

    Returns:
        The number; None when it is none.
    """
    found = _FORM.fullmatch(written)
    if not found:
        return None
    ten = "".join(found[part] for part in ("year", "month", "day", "serial", "check"))
    if found["serial"] == "000" or check_digit(ten[:9]) != ten[9]:
        return None
    is_old = found["sign"] == "+"
    if on is None:
        on = date.max if found["century"] else date.min
    century = found["century"] or _century(ten, on, is_old)
    birth = _birth(century, ten)
    if birth is None or birth > on or (is_old and on.year - birth.year < 100):
        return None
    return PersonalNumber(century + ten, birth)


def _century(ten: str, on: date, is_old: bool) -> str:
    """With `+` the youngest of at least a hundred years; else the youngest that is born."""
    year = int(ten[:2])
    latest = on.year - 100 if is_old else on.year
    found = latest - (latest - year) % 100
    if found == on.year and (birth := _birth(str(found // 100), ten)) and birth > on:
        found -= 100
    return str(found // 100)


def _birth(century: str, ten: str) -> date | None:
    day = int(ten[4:6])
    try:
        return date(int(century + ten[:2]), int(ten[2:4]), day - COORDINATION * (day > 60))
    except ValueError:
        return None


def check_digit(nine: str) -> str:
    """Luhn's digit for the nine characters before it; a letter counts as 1."""
    total = 0
    for place, character in enumerate(nine):
        doubled = int(character if character.isdigit() else "1") * (2 - place % 2)
        total += doubled // 10 + doubled % 10
    return str(-total % 10)
