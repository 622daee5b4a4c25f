"""Generated exports of school-health talks: three systems' dialects, nobody's answers.

What belongs here: pupils who are followed over their grades, their consent, and a file per
system. What does not: the truth behind answers (`ingestion/survey_truth.py`).

Numbers have serials from 980 on, where the official test cases lie; names begin with `xx` or
say that they are made up. Of 100 talks about 11 have no consent; one pupil of 100 is protected.
"""

import csv
import io
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from ingestion.areas import municipalities
from ingestion.delivered.codebook import Codebook, Item, source_codebooks
from ingestion.elsa.iso_bmi import OVERWEIGHT, cut_off
from ingestion.elsa.personal_number import check_digit
from ingestion.survey_truth import chance, effects

ROUNDS = tuple(range(2018, 2025))
AGE_IN_GRADE = {"F": 6, "4": 10, "7": 13, "GY1": 16}
PUPILS_A_YEAR = 450
HEIGHT_CM = {"F": 117, "4": 140, "7": 158, "GY1": 172}
# Items whose positive share is ill-health; of all others it is good.
ILL = (
    *("sight", "hearing", "allergy", "ache", "tired", "back_neck", "dizzy", "irritable", "angry"),
    *("worried", "sad"),
)
CONSENT = {"J": 0.89, "N": 0.08, "": 0.02, "ater": 0.01}


def write_demo_files(folder: Path, region: str = "20", seed: int = 2026) -> list[Path]:
    """Write a file per export system, each with a third of the municipalities and all years.

    Args:
        folder: Where; made if missing.
        region: Two digits.
        seed: The same seed gives the same bytes.

    Returns:
        The files.
    """
    folder.mkdir(parents=True, exist_ok=True)
    book = source_codebooks("elsa")[0]
    systems: list[list[dict[str, str]]] = [[], [], []]
    for year in ROUNDS:
        for grade, age in AGE_IN_GRADE.items():
            for place, row in _talks(book, region, year, grade, year - age, seed):
                systems[place % len(systems)].append(row)
    return [_write(folder, book, number, rows) for number, rows in enumerate(systems) if rows]


def _talks(
    book: Codebook, region: str, year: int, grade: str, birth_year: int, seed: int
) -> list[tuple[int, dict[str, str]]]:
    """The rows of a grade: place of the municipality, and cells."""
    areas = municipalities(region)
    # Who a pupil is depends on the year of birth alone, so that grades can be joined.
    who = np.random.default_rng([seed, int(region), birth_year])
    n = PUPILS_A_YEAR
    days = who.permutation(365)[np.arange(n) % 365]
    serials = 980 + np.arange(n) // 365 * 10 + who.integers(0, 5, n) * 2
    girl, abroad = who.random(n) < 0.49, who.random(n) < 0.13
    # The last digit but one of a number is even for girls.
    serials = serials + ~girl
    place = who.integers(0, len(areas), n)
    protected, size = who.random(n) < 0.01, who.normal(0, 1, n)
    random = np.random.default_rng([seed, int(region), year, birth_year])
    consent = random.choice(list(CONSENT), n, p=list(CONSENT.values()))
    codes = {
        item.columns(year)[0]: _codes(item, region, year, place, girl, abroad, random, seed)
        for item in book.items
        if item.columns(year)[0].startswith("sp")
    }
    visits = random.integers(20, 270, n)
    rows = []
    for at in range(n):
        birth = date(birth_year, 1, 1) + timedelta(days=int(days[at]))
        visit = date(year, 8, 15) + timedelta(days=int(visits[at]))
        height = HEIGHT_CM[grade] + 5 * float(size[at]) - 4 * bool(girl[at]) * (grade == "GY1")
        sex = "K" if girl[at] else "M"
        limit = cut_off(OVERWEIGHT[sex], (visit - birth).days / 365.25)
        bmi = limit * float(np.exp(-0.17 + 0.17 * random.normal()))
        nine = f"{birth:%y%m%d}{serials[at]}"
        cells = {
            "personnummer": f"{birth:%Y%m%d}-{serials[at]}{check_digit(nine)}",
            "namn": f"{'xx ' if protected[at] else ''}Påhittad Elev",
            "adress": "Ingenstans 1",
            "skyddad_identitet": "1" if protected[at] else "0",
            "samtycke": str(consent[at]),
            "samtyckesdatum": f"{date(year, 8, 10)}",
            "samtycke_fran": "elev" if grade == "GY1" else "vh",
            "lasar": f"{year}/{year + 1}",
            "besoksdatum": f"{visit}",
            "kommunkod": areas[place[at]],
            "skolenhetskod": f"{10_000_000 + int(areas[place[at]]) * 100 + at % 3}",
            "arskurs": grade,
            "kon": "F" if girl[at] else "P",
            "fodelseland": "OV" if abroad[at] else "SE",
            "boende": str(1 + at % 4),
            "funktionsnedsattning": "J" if random.random() < 0.07 else "N",
            "langd_cm": f"{height:.1f}".replace(".", ","),
            "vikt_kg": f"{bmi * (height / 100) ** 2:.1f}".replace(".", ","),
            **{name: str(column[at]) for name, column in codes.items()},
        }
        rows.append((int(place[at]), cells))
    return rows


def _codes(
    item: Item,
    region: str,
    year: int,
    place: np.ndarray,
    girl: np.ndarray,
    abroad: np.ndarray,
    random: np.random.Generator,
    seed: int,
) -> np.ndarray:
    """An option on the right side for each pupil, and now and then no answer."""
    is_ill = item.item.endswith(ILL)
    none = np.zeros(place.size, dtype=np.int64)
    chances = chance(
        effects(item.item, region, -1 if is_ill else 1, seed),
        year - ROUNDS[0],
        place,
        girl,
        none.astype(bool),
        none,
        abroad,
    )
    yes = random.random(place.size) < chances
    codes = np.where(yes, random.choice([1, 2], place.size), random.choice([3, 4, 5], place.size))
    return np.where(random.random(place.size) < 0.03, 9, codes)


def _write(folder: Path, book: Codebook, system: int, rows: list[dict[str, str]]) -> Path:
    """0: texts, cp1252; 1: codes, utf-8-sig; both with a flag. 2: number and name first, cp1252."""
    header = list(rows[0])
    if system < 2:
        header = [name for name in header if name not in ("adress", "namn")]
        header.append(header.pop(0))
    else:
        header.remove("skyddad_identitet")
    if system == 0:
        labels = {
            name: {**book.missing_of(item), **item.options}
            for item in book.items
            for name in item.names["default"]
        }
        rows = [
            {name: labels.get(name, {}).get(cell, cell) for name, cell in row.items()}
            for row in rows
        ]
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, header, delimiter=";", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    path = folder / f"elsa_{system}.csv"
    path.write_bytes(text.getvalue().encode("utf-8-sig" if system == 1 else "cp1252"))
    return path
