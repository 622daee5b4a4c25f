"""Generated Lupp files: as many shapes as real ones have, nobody's answers.

What belongs here: pupils, who of them answers, and a file per municipality and round. What
does not: the truth behind answers (`ingestion/survey_truth.py`).

Pupils who feel bad answer a little less often, as drop-outs follow truancy: shares of
ill-health come out too low, in the generated files too.
"""

import csv
import io
import zlib
from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd
import xlsxwriter
import yaml

from ingestion.areas import area_names, municipalities
from ingestion.delivered.codebook import Codebook, Item, source_codebooks
from ingestion.hlv.generate import write_sav
from ingestion.lupp.generate_shares import ITEM, SAID, Count, write_shares
from ingestion.survey_truth import Floats, chance, effects
from warehouse.register import item_polarities

FIRST = 2015
ROUNDS = (2015, 2018, 2021, 2024)
# One municipality of the region asks every year; of Dalarna it is Ludvika.
YEARLY = (2022, 2023)
ASKED = {"hs": 3_400, "gy": 5_000}
ANSWERING = {"hs": (0.80, 0.94), "gy": (0.28, 0.72)}
POOR_HEALTH_ANSWERS = 0.9
FORMS = ("cp1252", "comma", "tab", "xlsx", "sav")
CREATED = datetime(2000, 1, 1)
# What senders say beside their files.
TOLD = SAID


def write_demo_files(folder: Path, region: str = "20", seed: int = 2026) -> list[Path]:
    """Write a file per municipality and round, how many were asked, and one of shares.

    Args:
        folder: Where; made if missing.
        region: Two digits.
        seed: The same seed gives the same bytes.

    Returns:
        The files.
    """
    folder.mkdir(parents=True, exist_ok=True)
    book = source_codebooks("lupp")[0]
    areas = municipalities(region)
    item = next(one for one in book.items if one.item == ITEM)
    written, sizes, counts = [], [], []
    for year in (*ROUNDS, *YEARLY):
        for place in range(len(areas)) if year in ROUNDS else [len(areas) - 1]:
            parts = []
            for survey in ("hs", "gy"):
                asked, frame = _answered(book, region, year, place, survey, seed)
                parts.append(frame)
                positive = int(frame[item.columns(year)[0]].isin(item.positive).sum())
                if year in ROUNDS:
                    counts.append(Count(year, survey, areas[place], positive, len(frame)))
                sizes.append(
                    {
                        "round": year,
                        "survey": survey,
                        "municipality": areas[place],
                        "invited": asked,
                        "answered": len(frame),
                    }
                )
            table = pd.concat(parts, ignore_index=True)
            table.insert(0, "lopnr", np.arange(1, len(table) + 1))
            written.append(_write(folder, book, region, year, place, table, seed))
    rounds = folder / "rounds.yml"
    rounds.write_text(yaml.safe_dump({"rounds": sizes}, sort_keys=False), encoding="utf-8")
    return [*written, rounds, write_shares(folder, counts, region)]


def pupils(
    region: str, year: int, place: int, survey: str, seed: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The pupils of a municipality's grade: girls, another gender, born abroad."""
    random = np.random.default_rng([seed, int(region), year, place, survey == "gy"])
    weights = np.random.default_rng([seed, int(region), 5]).uniform(
        0.3, 2.0, len(municipalities(region))
    )
    n = round(ASKED[survey] * weights[place] / weights.sum())
    other = random.random(n) < 0.02
    return (random.random(n) < 0.49) & ~other, other, random.random(n) < 0.12


def answers_of(
    item: str, region: str, year: int, place: int, survey: str, seed: int = 2026
) -> Floats:
    """Each pupil's chance of an item's positive answer, in the order of `pupils`."""
    girl, other, abroad = pupils(region, year, place, survey, seed)
    return chance(
        effects(item, region, item_polarities()[item], seed),
        year - FIRST + (3 if survey == "gy" else 0),
        np.full(girl.size, place),
        girl,
        other,
        np.zeros(girl.size, dtype=np.int64),
        abroad,
    )


def _answered(
    book: Codebook, region: str, year: int, place: int, survey: str, seed: int
) -> tuple[int, pd.DataFrame]:
    """How many were asked, and a row for each who answered."""
    areas = municipalities(region)
    girl, other, abroad = pupils(region, year, place, survey, seed)
    random = np.random.default_rng([seed, int(region), year, place, survey == "gy", 1])
    low, high = ANSWERING[survey]
    poor = random.random(girl.size) > answers_of(
        "lupp_self_rated_health", region, year, place, survey, seed
    )
    share = random.uniform(low, high) * np.where(poor, POOR_HEALTH_ANSWERS, 1.0)
    here = np.flatnonzero(random.random(girl.size) < share)
    gender = np.where(other, 3, np.where(girl, 1, 2))[here]
    gender[random.random(here.size) < 0.02] = 9
    moved = random.random(here.size) < (0.2 if survey == "gy" else 0.0)
    school = np.where(moved, random.integers(0, len(areas), here.size), place)
    columns: dict[str, object] = {
        "ar": year,
        "skolform": "HS" if survey == "hs" else "GY",
        "arskurs": 8 if survey == "hs" else 2,
        "boendekommun": areas[place],
        "skolkommun": [areas[one] for one in school],
        "kon": gender,
        "fodelsear": year - (14 if survey == "hs" else 17),
        "fodd_sverige": np.where(abroad, 2, 1)[here],
    }
    polarity = item_polarities()
    for item in book.items:
        chances = chance(
            effects(item.item, region, polarity[item.item], seed),
            year - FIRST + (3 if survey == "gy" else 0),
            np.full(here.size, place),
            girl[here],
            other[here],
            np.zeros(here.size, dtype=np.int64),
            abroad[here],
        )
        yes = random.random(here.size) < chances
        if item.item == "lupp_self_rated_health":
            yes = ~poor[here]
        columns[item.columns(year)[0]] = _codes(item, yes, random)
    return girl.size, pd.DataFrame(columns)


def _codes(item: Item, yes: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """An option on the right side for each answer, and now and then no answer."""
    positive = np.array(item.positive)
    negative = np.array([int(code) for code in item.options if int(code) not in item.positive])
    codes = np.where(yes, random.choice(positive, yes.size), random.choice(negative, yes.size))
    blank = random.random(yes.size)
    return np.where(blank < 0.04, random.choice([8, 9, 77, 99], yes.size), codes)


def _write(
    folder: Path, book: Codebook, region: str, year: int, place: int, table: pd.DataFrame, seed: int
) -> Path:
    """A file in the shape that this municipality uses."""
    area = municipalities(region)[place]
    random = np.random.default_rng([seed, zlib.crc32(f"{area}{year}".encode())])
    questions = [name for name in table.columns if name.startswith("f") and name[1:].isdigit()]
    for number in range(1, place % 4):
        table[f"kf{number}"] = random.integers(1, 6, len(table))
    if place % 3 == 1:
        table = table[
            [*table.columns[:9], *reversed(questions), *table.columns[9 + len(questions) :]]
        ]
    form = FORMS[place % len(FORMS)]
    if place % 5 == 2:
        # A code that the codebook does not know, and a person twice.
        table.loc[3, questions[0]] = 55
        table = pd.concat([table, table.iloc[[5]]], ignore_index=True)
    if place % 2 and form != "sav":
        table = _with_texts(table, book, year)
        table["boendekommun"] = f"{area_names()[area]} kommun"
    path = (
        folder
        / f"lupp_{year}_{area}.{'xlsx' if form == 'xlsx' else 'sav' if form == 'sav' else 'csv'}"
    )
    if form == "sav":
        table = table.astype({name: float for name in questions})
        write_sav(path, table, questions)
    elif form == "xlsx":
        _write_xlsx(path, table, f"Lupp {year}")
    else:
        if place % 4 == 0:
            table = table.rename(columns=str.upper)
        _write_csv(path, table, form)
    return path


def _with_texts(table: pd.DataFrame, book: Codebook, year: int) -> pd.DataFrame:
    """Labels in place of codes, as some programs export them."""
    changed = table.copy()
    for item in book.items:
        labels = {**book.missing_of(item), **item.options}
        name = item.columns(year)[0]
        changed[name] = [labels.get(str(code), code) for code in table[name]]
    return changed


def _write_csv(path: Path, table: pd.DataFrame, form: str) -> None:
    delimiter, encoding = {
        "cp1252": (";", "cp1252"),
        "comma": (",", "utf-8-sig"),
        "tab": ("\t", "cp1252"),
    }[form]
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow(table.columns)
    writer.writerows(table.itertuples(index=False))
    path.write_bytes(text.getvalue().encode(encoding))


def _write_xlsx(path: Path, table: pd.DataFrame, title: str) -> None:
    """With a title and a merged cell above the header."""
    with xlsxwriter.Workbook(str(path)) as book:
        book.set_properties({"created": CREATED})
        sheet = book.add_worksheet("Svar")
        sheet.write(0, 0, title)
        sheet.merge_range(1, 0, 1, 3, "Bakgrund")
        sheet.write_row(2, 0, list(table.columns))
        for number, row in enumerate(table.itertuples(index=False), start=3):
            sheet.write_row(number, 0, [one.item() if hasattr(one, "item") else one for one in row])
