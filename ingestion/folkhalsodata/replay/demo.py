"""Generated tables in the agency's form, drawn from the same truth as the generated HLV files.

What belongs here: how many answers there are, noise, intervals, and the files. What does not: the
truth (`ingestion/survey_truth.py`, with HLV's population in `ingestion/hlv/generate.py`).

The shares of the focus county and its municipalities lie around those of HLV's population; the
country and other counties, which it does not hold, around the county's with a difference of their
own. Intervals are the agency's: p ± 1.96 √(p(100 − p)/n), not below 0, without design effect.
"""

import json
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ingestion.areas import COUNTRY, area_names, municipalities
from ingestion.folkhalsodata.catalogue import CatalogueTable
from ingestion.hlv.generate import People, answers_of, population
from ingestion.survey_truth import Floats

WINDOWS = ("2015-2018", "2018-2021", "2019-2022", "2021-2024")
# Answers in a period.
COUNTRY_ANSWERS, COUNTY_ANSWERS = 60_000, 9_000
# The agency hides both sexes where one has fewer answers.
LEAST_ANSWERS = 100
MEASURES = {
    "01": "Andel",
    "02": "Konfidensintervall nedre gräns",
    "03": "Konfidensintervall övre gräns",
    "04": "Antal svar",
}
SEXES = {"00": "Totalt", "01": "Kvinnor", "02": "Män"}


def write_demo_tables(
    folder: Path, tables: Sequence[CatalogueTable], region: str, seed: int = 2026
) -> None:
    """Write a replay folder: the same tables, region and seed give the same bytes.

    Args:
        folder: Where; made when missing.
        tables: Those that have items; nothing is known of the others.
        region: Two digits.
        seed: Of the generated world.
    """
    truths = [_Truth(region, int(window[-4:]), seed) for window in WINDOWS]
    for table in tables:
        if table.items:
            path = folder / f"{table.path}.json"
            path.parent.mkdir(parents=True, exist_ok=True)
            content = _table(table, truths, region, seed)
            path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")


class _Truth:
    """Shares in a year's population, by way of how many people are alike."""

    def __init__(self, region: str, year: int, seed: int) -> None:
        self.region, self.year, self.seed = region, year, seed
        people = population(region, year, seed)
        self.areas = municipalities(region)
        # An answer depends on these four only, so 180 kinds of people stand for all.
        sizes = (len(self.areas), 2, 3, 2)
        kinds = np.ravel_multi_index(
            (people.area, people.woman.astype(int), people.education + 1, people.birth > 1), sizes
        )
        self._numbers = np.bincount(kinds, minlength=int(np.prod(sizes))).astype(float)
        area, woman, education, abroad = np.unravel_index(np.arange(self._numbers.size), sizes)
        nobody = np.zeros(self._numbers.size, dtype=np.int64)
        self._kinds = People(area, woman == 1, nobody, education - 1, 1 + abroad, nobody)

    def shares(self, item: str, area: str) -> Floats:
        """Shares of women and men, and how many of them there are, as four numbers."""
        chances = answers_of(item, self._kinds, self.region, self.year, self.seed)
        inside = np.ones(chances.size, dtype=bool)
        if area in self.areas:
            inside = self._kinds.area == self.areas.index(area)
        found = []
        for sex in (self._kinds.woman, ~self._kinds.woman):
            numbers = self._numbers[inside & sex]
            found += [float(np.average(chances[inside & sex], weights=numbers)), numbers.sum()]
        return np.array(found)


def _table(table: CatalogueTable, truths: list[_Truth], region: str, seed: int) -> dict[str, Any]:
    names = area_names()
    county = f"00{region}"
    if table.level == "county":
        areas = [one for one in sorted(names) if one.startswith("00")]
    else:
        areas = [COUNTRY, county, *municipalities(region)]
    codes = {one: one[2:] if one.startswith("00") else one for one in areas}
    contents = {f"{at:02}": text for at, text in enumerate(table.items, start=1)}
    values = [
        _cells(table.items[text], area, truth, county, seed)
        for area in areas
        for text in contents.values()
        for truth in truths
    ]
    shape = (len(areas), len(contents), len(truths), len(SEXES), len(MEASURES))
    ordered = np.array(values).reshape(shape).transpose(0, 1, 4, 3, 2)
    flat = [None if np.isnan(value) else float(value) for value in ordered.ravel()]
    dimensions = {
        "Region": {codes[one]: f"{codes[one]} {names[one]}" for one in areas},
        table.what: contents,
        "Andel och konfidensintervall": MEASURES,
        "Kön": SEXES,
        "År": {window: window for window in WINDOWS},
    }
    return {
        "version": "2.0",
        "class": "dataset",
        "label": f"Demonstrationsdata, genererade: {table.what}",
        "source": "Genererade värden som inte beskriver verkligheten",
        "role": {"time": ["År"]},
        "id": list(dimensions),
        "size": [len(texts) for texts in dimensions.values()],
        "dimension": {
            name: {
                "label": name,
                "category": {
                    "index": {code: at for at, code in enumerate(texts)},
                    "label": texts,
                },
            }
            for name, texts in dimensions.items()
        },
        "value": flat,
        "status": {str(at): ".." for at, value in enumerate(flat) if value is None},
    }


def _cells(item: str, area: str, truth: _Truth, county: str, seed: int) -> list[list[float]]:
    """Share, limits and answers of total, women and men; not a number where they are hidden."""
    random = np.random.default_rng([seed, zlib.crc32(f"{item} {area}".encode()), truth.year])
    women, n_women, men, n_men = truth.shares(item, area)
    if area.startswith("00") and area != county:
        apart = np.random.default_rng([seed, zlib.crc32(f"{item} {area}".encode())]).normal(0, 0.1)
        women, men = (1 / (1 + (1 / p - 1) * np.exp(-apart)) for p in (women, men))
    answers = {COUNTRY: COUNTRY_ANSWERS}.get(area, COUNTY_ANSWERS)
    if not area.startswith("00"):
        # Small municipalities are drawn more densely.
        answers = round(60 + 0.02 * (n_women + n_men))
    of_women = int(random.binomial(answers, n_women / (n_women + n_men)))
    counts = [of_women, answers - of_women]
    found = [
        float(np.clip(random.normal(p, np.sqrt(p * (1 - p) / n)), 0, 1))
        for p, n in zip((women, men), counts, strict=True)
    ]
    total = (found[0] * n_women + found[1] * n_men) / (n_women + n_men)
    rows = [_estimate(p, n) for p, n in zip((total, *found), (answers, *counts), strict=True)]
    if min(counts) < LEAST_ANSWERS:
        rows[1:] = [[np.nan] * len(MEASURES)] * 2
    return rows


def _estimate(share: float, n: int) -> list[float]:
    half = 196 * np.sqrt(share * (1 - share) / n)
    shown = (100 * share, max(0.0, 100 * share - half), 100 * share + half)
    return [*(round(float(value), 1) for value in shown), float(n)]
