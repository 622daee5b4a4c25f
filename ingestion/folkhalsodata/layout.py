"""What a table's variables and codes stand for, read from its own texts.

What belongs here: the table's description (GET on a table), and choosing codes by texts. What
does not: values (`estimates.py`).

Codes are never known beforehand: 01 is women in one table and men in another.
"""

import codecs
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

import msgspec

from ingestion.areas import COUNTRY, area_id, municipalities
from ingestion.folkhalsodata.catalogue import CatalogueTable
from ingestion.folkhalsodata.client import TableChanged
from ingestion.http.client import ShapeError

NAMES = {
    "region": ("region", "län", "kommun"),
    "gender": ("kön",),
    "period": ("år", "period", "mätperiod", "tid"),
    "measure": ("andel och konfidensintervall",),
}
GENDERS = {
    "T": ("totalt", "total", "samtliga", "alla", "båda könen", "kvinnor och män"),
    "K": ("kvinnor", "kvinna", "flickor"),
    "M": ("män", "man", "pojkar"),
}
_PERIOD = re.compile(r"((?:19|20)\d\d)(?:\s*[-–]\s*((?:19|20)\d\d))?")
REMEDY = "Compare the table's variables with docs/folkhalsodata.md and correct tables.yml."

T = TypeVar("T")
Window = tuple[int, int]


class Variable(msgspec.Struct, frozen=True):
    """One variable of a table, as PxWeb v1 describes it."""

    code: str
    text: str
    values: list[str]
    valueTexts: list[str]
    time: bool = False


class Metadata(msgspec.Struct, frozen=True):
    """A table's description of itself."""

    title: str
    variables: list[Variable]


@dataclass(frozen=True)
class Choice(Generic[T]):
    """The codes of a variable that are asked for, and what each stands for."""

    variable: str
    meaning: dict[str, T]


@dataclass(frozen=True)
class Layout:
    """What a table is asked for.

    Args:
        region: Area ids by code.
        content: The table's words for an estimate by code.
        measure: share, ci_lower, ci_upper or n by code.
        gender: T, K or M by code.
        period: First and last year by code.
        unread: Periods that could not be understood, and are not asked for.
    """

    region: Choice[str]
    content: Choice[str]
    measure: Choice[str]
    gender: Choice[str]
    period: Choice[Window]
    unread: tuple[str, ...] = ()

    @property
    def selection(self) -> dict[str, list[str]]:
        """Codes by variable."""
        parts = (self.region, self.content, self.measure, self.gender, self.period)
        return {part.variable: list(part.meaning) for part in parts}


def decode_metadata(body: bytes) -> Metadata:
    """Decode a table's description.

    Raises:
        ShapeError: JSON, but no description of a table.
        msgspec.DecodeError: No JSON; the answer was probably cut.
    """
    try:
        found = msgspec.json.decode(body.removeprefix(codecs.BOM_UTF8), type=Metadata)
    except msgspec.ValidationError as error:
        raise ShapeError(f"The answer describes no table: {error}.") from None
    for one in found.variables:
        if len(one.values) != len(one.valueTexts) or len(set(one.values)) != len(one.values):
            raise ShapeError(f"The variable {one.text!r} has not one text for each code.")
    return found


def wanted_areas(region: str) -> tuple[str, ...]:
    """Ids of the country, a region and its municipalities."""
    return (COUNTRY, f"00{region}", *municipalities(region))


def understand(table: CatalogueTable, metadata: Metadata, region: str) -> Layout:
    """Choose a table's codes by its texts.

    Args:
        table: Named in errors; its level says which areas must be there.
        metadata: The table's description.
        region: Two digits.

    Raises:
        TableChanged: A variable or a needed value is not there under a known name, or two values
            mean the same.
    """
    roles = _roles(table, metadata)
    wanted = wanted_areas(region)
    region_ = _choose(table, roles["region"], lambda text, code: _area(text, code, wanted))
    needed = {f"00{region}"} if table.level == "county" else set(municipalities(region))
    if not needed & set(region_.meaning.values()):
        raise TableChanged(
            f"{table.path} has no {table.level} of region {region} among its regions.", REMEDY
        )
    measure = _choose(table, roles["measure"], lambda text, _: _measure(text))
    if "share" not in measure.meaning.values():
        raise _lacks(table, roles["measure"], "a share (Andel)")
    gender = _choose(table, roles["gender"], lambda text, _: _gender(text))
    if not gender.meaning:
        raise _lacks(table, roles["gender"], "Totalt, Kvinnor or Män")
    period = _choose(table, roles["period"], lambda text, _: period_of(text))
    if not period.meaning:
        raise _lacks(table, roles["period"], "a year or a span of years")
    content = roles["content"]
    unread = [text for text in roles["period"].valueTexts if period_of(text) is None]
    texts = dict(zip(content.values, content.valueTexts, strict=True))
    return Layout(region_, Choice(content.code, texts), measure, gender, period, tuple(unread))


def period_of(text: str) -> Window | None:
    """First and last year of "2018-2021" or "2021"; None for anything else."""
    found = _PERIOD.fullmatch(text.strip())
    if not found:
        return None
    first, last = int(found[1]), int(found[2] or found[1])
    return (first, last) if first <= last else None


def _roles(table: CatalogueTable, metadata: Metadata) -> dict[str, Variable]:
    """The variable of each role; what is left over is what the table is about."""
    left = list(metadata.variables)
    roles: dict[str, Variable] = {}
    for role, names in NAMES.items():
        fitting = [
            one
            for one in left
            if {one.text.strip().casefold(), one.code.strip().casefold()} & set(names)
            or (role == "period" and one.time)
        ]
        if len(fitting) != 1:
            raise TableChanged(
                f"{table.path} has {len(fitting)} variables called {' or '.join(names)}; it has "
                f"{', '.join(one.text for one in metadata.variables)}.",
                REMEDY,
            )
        roles[role] = fitting[0]
        left.remove(fitting[0])
    if len(left) != 1 or not left[0].values:
        raise TableChanged(
            f"{table.path} should have one variable beside region, sex, period and interval, but "
            f"has {', '.join(one.text for one in left) or 'none'}.",
            REMEDY,
        )
    return roles | {"content": left[0]}


def _choose(
    table: CatalogueTable, variable: Variable, means: Callable[[str, str], T | None]
) -> Choice[T]:
    chosen: dict[str, T] = {}
    for code, text in zip(variable.values, variable.valueTexts, strict=True):
        meaning = means(text, code)
        if meaning is None:
            continue
        if meaning in chosen.values():
            raise TableChanged(
                f"{table.path}: two values of {variable.text} mean {meaning}; one is {text!r}.",
                REMEDY,
            )
        chosen[code] = meaning
    return Choice(variable.code, chosen)


def _area(text: str, code: str, wanted: tuple[str, ...]) -> str | None:
    """By the text; by the code where that is a municipality's, which no position is."""
    found = area_id(text) or (area_id(code) if re.fullmatch(r"\d{4}", code) else None)
    return found if found in wanted else None


def _measure(text: str) -> str | None:
    words = text.strip().casefold()
    if any(word in words for word in ("nedre", "undre", "lägre")):
        return "ci_lower"
    if any(word in words for word in ("övre", "högre")):
        return "ci_upper"
    if words.startswith("antal"):
        return "n"
    return "share" if words.startswith("andel") else None


def _gender(text: str) -> str | None:
    words = text.strip().casefold()
    return next((gender for gender, texts in GENDERS.items() if words in texts), None)


def _lacks(table: CatalogueTable, variable: Variable, what: str) -> TableChanged:
    texts = ", ".join(variable.valueTexts[:8]) or "no value"
    return TableChanged(f"{table.path}: {variable.text} lacks {what}; it has {texts}.", REMEDY)
