"""The generated csv of Lupp shares: as a region exports them from R, from nobody's answers.

What belongs here: shares by the sender's own method, and the file's quirks. What does not: the
answers behind them (`generate`).

The method is not the warehouse's: who left the question out is counted among all pupils.
"""

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from ingestion.areas import area_names
from ingestion.delivered.reading import Told

NAME = "lupp_andelar.csv"
ITEM = "lupp_can_influence"
# What the sender wrote beside the file, since no column says it.
SAID = {NAME: Told(item=ITEM)}
SURVEYS = {"gy": "Gymnasiet", "hs": "Högstadiet"}
HIDDEN_BELOW = 10


@dataclass(frozen=True)
class Count:
    """Pupils of a municipality's grade in a round who answered, and with the positive answer."""

    year: int
    survey: str
    area: str
    positive: int
    answered: int


def write_shares(folder: Path, counts: list[Count], region: str) -> Path:
    """Write the file.

    Args:
        folder: Where.
        counts: All municipalities of the rounds that it is about.
        region: Two digits.
    """
    years = sorted({one.year for one in counts})
    county = area_names()[f"00{region}"].removeprefix("Region ")
    rows = []
    for year in years:
        for survey in SURVEYS:
            same = [one for one in counts if (one.year, one.survey) == (year, survey)]
            total = Count(
                *(year, survey, county),
                sum(one.positive for one in same),
                sum(one.answered for one in same),
            )
            rows.append(_row(total, county))
    for year in years:
        for survey in SURVEYS:
            rows += [
                _row(one, f"{possessive(area_names()[one.area])} kommun")
                for one in counts
                if (one.year, one.survey) == (year, survey) and one.answered >= HIDDEN_BELOW
            ]
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
    writer.writerow(["", "År", "Undersökning", "andel", "Boendekommun"])
    writer.writerows([str(number), *row] for number, row in enumerate(rows, start=1))
    path = folder / NAME
    path.write_bytes(text.getvalue().encode("latin-1"))
    return path


def _row(count: Count, area: str) -> list:
    share = round(100 * count.positive / count.answered, 1)
    # R writes 18 and not 18.0.
    return [count.year, SURVEYS[count.survey], int(share) if share.is_integer() else share, area]


def possessive(name: str) -> str:
    """Falun: Falu; Mora: Mora; Gagnef: Gagnefs."""
    if name.endswith("un"):
        return name[:-1]
    return name if name.endswith(("a", "e", "o", "s", "y", "å", "ö")) else f"{name}s"
