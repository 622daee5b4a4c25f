"""Generated exports of school-health talks: three systems' dialects, nobody's answers.

What belongs here: talks, their consent, and a file per system. What does not: pupils and their
chances (`truth`).

Numbers have serials from 980 on, where the official test cases lie; names begin with `xx` or
say that they are made up. Of 100 talks about 11 have no consent; one pupil of 100 is protected.
"""

import csv
import io
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import yaml

from ingestion.areas import municipalities
from ingestion.delivered.codebook import Codebook, source_codebooks
from ingestion.elsa.iso_bmi import OVERWEIGHT, cut_off
from ingestion.elsa.personal_number import check_digit
from ingestion.elsa.truth import AGE_IN_GRADE, ROUNDS, Pupils, pupils, says_yes

HEIGHT_CM = {"F": 117, "4": 140, "7": 158, "GY1": 172}
CONSENT = {"J": 0.89, "N": 0.08, "": 0.02, "ater": 0.01}
NO_ANSWER = 0.03


def write_demo_files(folder: Path, region: str = "20", seed: int = 2026) -> list[Path]:
    """Write a file per export system, each with a third of the municipalities and all years.

    Args:
        folder: Where; made if missing.
        region: Two digits.
        seed: The same seed gives the same bytes.

    Returns:
        The files, and last how many pupils there are in each grade.
    """
    folder.mkdir(parents=True, exist_ok=True)
    book = source_codebooks("elsa")[0]
    systems: list[list[dict[str, str]]] = [[], [], []]
    sizes: Counter[tuple[int, int, str]] = Counter()
    for year in ROUNDS:
        for grade in AGE_IN_GRADE:
            who = pupils(region, year, grade, seed)
            for place, n in enumerate(np.bincount(who.place)):
                sizes[year, place, grade] = int(n)
            for place, row in _talks(book, region, year, grade, who, seed):
                systems[place % len(systems)].append(row)
    written = [_write(folder, book, number, rows) for number, rows in enumerate(systems) if rows]
    return [*written, _write_sizes(folder, region, sizes)]


def _talks(
    book: Codebook, region: str, year: int, grade: str, who: Pupils, seed: int
) -> list[tuple[int, dict[str, str]]]:
    """The rows of a grade: place of the municipality, and cells."""
    areas = municipalities(region)
    n = who.place.size
    random = np.random.default_rng([seed, int(region), year, list(AGE_IN_GRADE).index(grade)])
    consent = random.choice(list(CONSENT), n, p=list(CONSENT.values()))
    codes = {
        item.columns(year)[0]: _codes(says_yes(item.item, region, year, grade, who, seed), random)
        for item in book.items
        if item.columns(year)[0].startswith("sp")
    }
    visits = random.integers(20, 270, n)
    rows = []
    for at in np.flatnonzero(who.is_there):
        birth = date(int(who.birth_year[at]), 1, 1) + timedelta(days=int(who.day[at]))
        visit = date(year, 8, 15) + timedelta(days=int(visits[at]))
        area = areas[who.place[at]]
        height = HEIGHT_CM[grade] + 5 * float(who.size[at])
        height -= 4 * bool(who.girl[at]) * (grade == "GY1")
        sex = "K" if who.girl[at] else "M"
        limit = cut_off(OVERWEIGHT[sex], (visit - birth).days / 365.25)
        bmi = limit * float(np.exp(-0.17 + 0.17 * random.normal()))
        nine = f"{birth:%y%m%d}{who.serial[at]}"
        cells = {
            "personnummer": f"{birth:%Y%m%d}-{who.serial[at]}{check_digit(nine)}",
            "namn": f"{'xx ' if who.is_protected[at] else ''}Påhittad Elev",
            "adress": "Ingenstans 1",
            "skyddad_identitet": "1" if who.is_protected[at] else "0",
            "samtycke": str(consent[at]),
            "samtyckesdatum": f"{date(year, 8, 10)}",
            "samtycke_fran": "elev" if grade == "GY1" else "vh",
            "lasar": f"{year}/{year + 1}",
            "besoksdatum": f"{visit}",
            "kommunkod": area,
            "skolenhetskod": f"{10_000_000 + int(area) * 100 + at % 3}",
            "arskurs": grade,
            "kon": "F" if who.girl[at] else "P",
            "fodelseland": "OV" if who.abroad[at] else "SE",
            "boende": str(1 + who.family[at]),
            "funktionsnedsattning": "J" if random.random() < 0.07 else "N",
            "langd_cm": f"{height:.1f}".replace(".", ","),
            "vikt_kg": f"{bmi * (height / 100) ** 2:.1f}".replace(".", ","),
            **{name: str(column[at]) for name, column in codes.items()},
        }
        rows.append((int(who.place[at]), cells))
    return rows


def _codes(yes: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """An option on the right side for each pupil, and now and then no answer."""
    n = yes.size
    codes = np.where(yes, random.choice([1, 2], n), random.choice([3, 4, 5], n))
    return np.where(random.random(n) < NO_ANSWER, 9, codes)


def _write_sizes(folder: Path, region: str, sizes: Counter[tuple[int, int, str]]) -> Path:
    areas = municipalities(region)
    entries = [
        {"round": year, "municipality": areas[place], "grade": grade, "pupils": n}
        for (year, place, grade), n in sizes.items()
    ]
    path = folder / "pupils.yml"
    path.write_text(yaml.safe_dump({"pupils": entries}, sort_keys=False), encoding="utf-8")
    return path


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
