"""Municipalities, regions and the country: their codes, and the names files call them by.

What belongs here: from a code or a name as written to the area's id. What does not: groups,
sizes and names over time, which Kolada tells (`raw_kolada.municipality`).

Ids are text: 2021, 2026 and 2029 are municipalities, not years.
"""

import csv
import re
from functools import cache
from pathlib import Path

TABLE = Path(__file__).with_name("areas.csv")
COUNTRY = "0000"
COUNTRY_NAMES = ("riket", "sverige", "hela landet")


@cache
def area_names() -> dict[str, str]:
    """Names by id: 0000 the country, 0020 a region, 2080 a municipality."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return {row["id"]: row["title"] for row in csv.DictReader(file)}


def municipalities(region: str) -> tuple[str, ...]:
    """Ids of a region's municipalities, ascending.

    Args:
        region: Two digits, such as 20.
    """
    return tuple(sorted(i for i in area_names() if i.startswith(region) and i[:2] != "00"))


def area_id(written: str) -> str | None:
    """The area that a cell means.

    Args:
        written: A code (2080; 305 is 0305 from a column of numbers; 20; one digit is not guessed
            at), or a name, also in the genitive (`Falu kommun`), with a county's ending
            (`Dalarnas län`), or with the code before it (`20 Dalarnas län`).

    Returns:
        Its id; None when it is unknown.
    """
    text = re.sub(r"\s+", " ", written).strip().casefold()
    if re.fullmatch(r"\d{4}|[1-9]\d{2}", text):
        code = text.zfill(4)
        return code if code in area_names() else None
    if re.fullmatch(r"\d{2}", text):
        return _county(text)
    if numbered := re.fullmatch(r"(\d{2}|\d{4}) (\D+)", text):
        return area_id(numbered[1])
    return _by_name().get(text)


def _county(code: str) -> str | None:
    found = COUNTRY if code == "00" else f"00{code}"
    return found if found in area_names() else None


@cache
def _by_name() -> dict[str, str]:
    names = dict.fromkeys(COUNTRY_NAMES, COUNTRY)
    for one, title in area_names().items():
        plain = re.sub(r"^region |s? län$| region$", "", title.casefold())
        stems = {plain, f"{plain}s", _genitive(plain)}
        endings = ("län", "region") if one.startswith("00") else ("kommun", "stad")
        for written in (
            title.casefold(),
            plain,
            f"region {plain}" if one.startswith("00") else plain,
            *(f"{stem} {ending}" for stem in stems for ending in endings),
        ):
            # A municipality wins over a region of the same name (Gotland, Örebro).
            if written not in names or names[written].startswith("00"):
                names[written] = one
    return names


def _genitive(name: str) -> str:
    """Falun: Falu; Mora: Mora; Leksand: Leksands."""
    if name.endswith("un") or name.endswith("en"):
        return name[:-1]
    return name if name.endswith(("a", "s", "o", "e", "y")) else f"{name}s"
