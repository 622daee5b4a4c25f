"""Generated HLV files: real layouts, nobody's answers.

What belongs here: a population, samples from it as regions draw them, and files as they are
delivered. What does not: the truth behind answers (`ingestion/survey_truth.py`).

Small municipalities are drawn more densely, old people answer more often, and people in poor
health a little less often. Weights correct for municipality, gender and age, as the real
ones do; nothing corrects for health.
"""

import csv
import io
import zlib
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
import pandas as pd

from ingestion.areas import municipalities
from ingestion.delivered.codebook import Codebook, source_codebooks
from ingestion.delivered.reading import Told
from ingestion.hlv.generate_questions import item_share, question_of, steps_of
from ingestion.hlv.generate_shares import write_shares
from ingestion.survey_truth import Floats, chance, effects
from warehouse.register import item_polarities

FIRST = 2014
# Answers per round, and the file's form.
ROUNDS = {
    2014: (14_500, "sav"),
    2018: (870, "cp1252"),
    2021: (10_100, "utf-8-sig"),
    2024: (10_000, "sav"),
}
AGE_GROUPS = {1: (16, 29), 2: (30, 44), 3: (45, 64), 4: (65, 84), 5: (85, 99)}
ANSWERING = {1: 0.30, 2: 0.38, 3: 0.50, 4: 0.65, 5: 0.45}
POOR_HEALTH_ANSWERS = 0.9
INCOME = ("inkp0t20", "inkp21t40", "inkp41t60", "inkp61t80", "inkp81t100")
NO_ANSWER = 0.03
# Of all, those who mark so; the rest of them leave it blank.
MARKED = NO_ANSWER * 2 / 3
# The country's sample: every so many of the population.
COUNTRY_STEP = 17
# What senders say beside their files: nothing.
TOLD: dict[str, Told] = {}
# A file's creation date stands in its header; a fixed one keeps files the same byte for byte.
SAV_DATE = slice(92, 109)


@dataclass(frozen=True)
class People:
    """A round's population, one entry a person.

    Args:
        area: Index of the municipality.
        woman: Women.
        age_group: 1 to 5.
        education: -1, 0 or 1.
        birth: 1 to 4.
        income: 0 to 4.
    """

    area: np.ndarray
    woman: np.ndarray
    age_group: np.ndarray
    education: np.ndarray
    birth: np.ndarray
    income: np.ndarray

    def some(self, drawn: np.ndarray) -> "People":
        """These people only."""
        return People(*(getattr(self, one.name)[drawn] for one in fields(self)))


def population(region: str, year: int, seed: int = 2026) -> People:
    """The people that a round's sample is drawn from.

    Args:
        region: Two digits.
        year: Before 2021 nobody is older than 84.
        seed: Of the generated world.
    """
    random = np.random.default_rng([seed, int(region), year, 1])
    areas = len(municipalities(region))
    sizes = np.random.default_rng([seed, int(region)]).integers(6_000, 40_000, areas)
    n = int(sizes.sum())
    shares = [0.19, 0.21, 0.32, 0.28, 0.0] if year < 2021 else [0.19, 0.21, 0.31, 0.25, 0.04]
    education = random.choice([-1, 0, 1], n, p=[0.2, 0.5, 0.3])
    return People(
        np.repeat(np.arange(areas), sizes),
        random.random(n) < 0.5,
        random.choice([1, 2, 3, 4, 5], n, p=shares),
        education,
        random.choice([1, 2, 3, 4], n, p=[0.82, 0.03, 0.06, 0.09]),
        np.clip(np.rint(random.normal(2 + 0.8 * education, 1.2)), 0, 4).astype(np.int64),
    )


def answers_of(item: str, people: People, region: str, year: int, seed: int = 2026) -> Floats:
    """Each person's chance of an item's positive answer."""
    return item_share(item, lambda step: _step(step, people, region, year, seed))


def _step(step: str, people: People, region: str, year: int, seed: int) -> Floats:
    """Each person's chance of yes in a step of a question."""
    return chance(
        effects(step, region, item_polarities()[step], seed),
        year - FIRST,
        people.area,
        people.woman,
        np.zeros(people.area.size, dtype=bool),
        people.education,
        people.birth > 1,
    )


def true_share(
    item: str, region: str, year: int, area: str | None = None, seed: int = 2026
) -> float:
    """The population's share, 0 to 1, of a municipality or the whole region."""
    people = population(region, year, seed)
    chances = answers_of(item, people, region, year, seed)
    if area is None:
        return float(chances.mean())
    return float(chances[people.area == municipalities(region).index(area)].mean())


def write_demo_files(folder: Path, region: str = "20", seed: int = 2026) -> list[Path]:
    """Write one file per round, and a workbook of shares.

    Args:
        folder: Where; made if missing.
        region: Two digits.
        seed: The same seed gives the same bytes.

    Returns:
        The files.
    """
    folder.mkdir(parents=True, exist_ok=True)
    book = source_codebooks("hlv")[0]
    frames = {year: _sample(book, region, year, size, seed) for year, (size, _) in ROUNDS.items()}
    written = [_write(folder, year, form, frames[year]) for year, (_, form) in ROUNDS.items()]

    def country(year: int, columns: list[str]) -> pd.DataFrame:
        return _country(columns, region, year, seed)

    return [*written, write_shares(folder, frames, country, region)]


def _country(columns: list[str], region: str, year: int, seed: int) -> pd.DataFrame:
    """People of a whole country, which differs a little from the region, with their chances."""
    people = population(region, year, seed)
    people = people.some(np.flatnonzero(people.age_group < 5)[::COUNTRY_STEP])
    random = np.random.default_rng([seed, int(region), year, 3])
    ages = _ages(people.age_group, random)
    frame = pd.DataFrame(
        {
            "KON": np.where(people.woman, 2, 1),
            "ald4": people.age_group,
            "urspr4": people.birth,
            "utbscb": np.where(ages < 25, 0, people.education + 2),
            "weight": 1.0,
        }
    )
    for column in columns:
        item = f"hlv_{column}"
        chances = answers_of(item, people, region, year, seed)
        shift = np.random.default_rng([seed, int(region), zlib.crc32(item.encode()), 3])
        odds = chances / (1 - chances) * np.exp(shift.normal(0, 0.1))
        # Who marks no answer is counted among all, as in the workbook's other rows.
        frame[column] = (1 - MARKED) * odds / (1 + odds)
    return frame


def _sample(book: Codebook, region: str, year: int, size: int, seed: int) -> pd.DataFrame:
    people = population(region, year, seed)
    random = np.random.default_rng([seed, int(region), year, 2])
    areas = municipalities(region)
    poor = random.random(people.area.size) < answers_of("hlv_badhals", people, region, year, seed)
    answering = np.array([ANSWERING[group] for group in range(1, 6)])[people.age_group - 1]
    answering = answering * np.where(poor, POOR_HEALTH_ANSWERS, 1.0)
    counts = np.bincount(people.area)
    # Half of the answers in proportion, half the same number everywhere; `size` in all.
    exact = size * (0.5 * counts / counts.sum() + 0.5 / len(areas))
    wanted = np.floor(exact).astype(int)
    wanted[np.argsort(wanted - exact)[: size - wanted.sum()]] += 1
    rank = random.random(people.area.size) ** (1 / answering)
    drawn = np.sort(
        np.concatenate(
            [
                np.flatnonzero(people.area == place)[
                    np.argsort(-rank[people.area == place])[:number]
                ]
                for place, number in enumerate(wanted)
            ]
        )
    )
    cell = (people.area * 2 + people.woman) * 6 + people.age_group
    known, answered = np.bincount(cell), np.bincount(cell[drawn], minlength=cell.max() + 1)
    frame = pd.DataFrame(
        {
            "lopnr": np.arange(1, drawn.size + 1),
            "argang": year,
            "KON": np.where(people.woman[drawn], 2, 1),
            "alder": _ages(people.age_group[drawn], random),
            "ald4": people.age_group[drawn],
            "ukommun": [int(areas[place]) for place in people.area[drawn]],
            "utbscb": people.education[drawn] + 2,
            "urspr4": people.birth[drawn],
            "arbsyss": random.integers(1, 6, drawn.size),
            **{name: (people.income[drawn] == at).astype(int) for at, name in enumerate(INCOME)},
            "stratum": people.area[drawn] + 1,
            "stratumstorlek": counts[people.area[drawn]],
            "kalvikt": np.round(known[cell[drawn]] / answered[cell[drawn]], 6),
        }
    )
    sampled = people.some(drawn)
    chances = {
        step: _step(step, sampled, region, year, seed)
        for item in book.items
        for step in steps_of(question_of(item.item))
    }
    answers = _answers(book, year, chances, poor[drawn], random)
    # Questions that only this region asked: no codebook knows them.
    answers["regfraga1"] = random.integers(1, 5, drawn.size).astype(float)
    return pd.concat([frame, pd.DataFrame(answers)], axis=1)


def _answers(
    book: Codebook,
    year: int,
    chances: dict[str, Floats],
    poor: np.ndarray,
    random: np.random.Generator,
) -> dict[str, Floats]:
    """The columns of a round's items: one answer a question, and one blank."""
    size = poor.size
    drawn: dict[str, Floats] = {"hlv_badhals": poor.astype(float)}
    blanks: dict[str, Floats] = {}
    columns = {}
    for item in book.items:
        if not item.in_round(year):
            continue
        steps = steps_of(question_of(item.item))
        for step in steps:
            if step not in drawn:
                drawn[step] = (random.random(size) < chances[step]).astype(float)
        if steps[0] not in blanks:
            blanks[steps[0]] = random.random(size)
        blank = blanks[steps[0]]
        answers = item_share(item.item, drawn.__getitem__)
        answers[blank < NO_ANSWER] = 9
        answers[blank < NO_ANSWER - MARKED] = np.nan
        columns[item.columns(year)[0]] = answers
    return columns


def _ages(group: np.ndarray, random: np.random.Generator) -> np.ndarray:
    low = np.array([AGE_GROUPS[one][0] for one in range(1, 6)])[group - 1]
    high = np.array([AGE_GROUPS[one][1] for one in range(1, 6)])[group - 1]
    return low + np.floor(random.random(group.size) * (high - low + 1)).astype(int)


def _write(folder: Path, year: int, form: str, frame: pd.DataFrame) -> Path:
    if form == "sav":
        path = folder / f"hlv_{year}.sav"
        write_sav(path, frame, [name for name in frame.columns if frame[name].dtype.kind == "f"])
        return path
    path = folder / f"hlv_{year}.csv"
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(frame.columns)
    for row in frame.itertuples(index=False):
        writer.writerow([_cell(value) for value in row])
    path.write_bytes(text.getvalue().encode(form))
    return path


def _cell(value: object) -> str:
    if isinstance(value, float):
        if np.isnan(value):
            return "."
        return str(int(value)) if value.is_integer() else str(value).replace(".", ",")
    return str(value)


def write_sav(path: Path, frame: pd.DataFrame, answers: list[str]) -> None:
    """Write an SPSS file with 9 as user-missing and labels, the same bytes every time.

    Args:
        path: The file.
        frame: Its table.
        answers: Columns of answers.
    """
    import pyreadstat

    pyreadstat.write_sav(
        frame,
        str(path),
        variable_value_labels={
            name: {0.0: "Nej", 1.0: "Ja", 9.0: "Inget svar"} for name in answers
        },
        missing_ranges={name: [9] for name in answers if name != "kalvikt"},
    )
    content = bytearray(path.read_bytes())
    content[SAV_DATE] = b"01 Jan 2000:00:00"
    path.write_bytes(content)
