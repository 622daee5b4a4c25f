"""The generated workbook of HLV shares: as a region writes its own, from nobody's answers.

What belongs here: shares by the sender's own method, and the quirks of such workbooks. What
does not: the answers behind them (`generate`).

The method is not the warehouse's, as with real ones: nobody above 84, who marked no answer is
counted among all, weights know nothing of age, and intervals are as wide as a simple random
sample's and cut off nowhere. So the same number comes out a little different.
"""

import zipfile
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd
import xlsxwriter

from ingestion.areas import area_names

NAME = "hlv_andelar.xlsx"
CREATED = datetime(2000, 1, 1)
# Rounds with extra samples, which are large enough for municipalities.
BY_MUNICIPALITY = (2014, 2021, 2024)
HIDDEN_BELOW = 10
GENDERS = {"Totalt": (1, 2), "Kvinna": (2,), "Man": (1,)}
OWN = "regfraga1"
# Area of questions, question, answer, item; the last is the region's own question.
QUESTIONS = (
    ("Allmän hälsa", "Självskattad hälsa", "Bra eller mycket bra hälsa", "godhals"),
    ("Allmän hälsa", "Självskattad hälsa", "Dålig eller mycket dålig hälsa", "badhals"),
    ("Allmän hälsa", "Långvarig sjukdom", "Ja", "lsjd"),
    # So frequent that bounds of small groups lie above 100.
    ("Psykisk hälsa", "Gott psykiskt välbefinnande", "Ja", "swemwbs_medhog"),
    ("Psykisk hälsa", "Stressad", "Ja", "stress"),
    ("Psykisk hälsa", "Ängslan, oro eller ångest", "Ja", "angst"),
    ("Psykisk hälsa", "Suicidtankar", "Ja", "s12tank"),
    ("Levnadsvanor", "Röker tobak dagligen", "Ja", "daglrok"),
    ("Levnadsvanor", "Riskkonsumenter av alkohol", "Ja", "alkrisk13"),
    ("Levnadsvanor", "Fetma BMI 30.0 eller högre", "Ja", "fetma"),
    ("Sociala relationer", "Lågt socialt deltagande", "Ja", "deltag1"),
    ("Sociala relationer", "Svårt att lita på andra", "Ja", "lita"),
    ("Tandhälsa", "Dålig tandhälsa", "Ja", "tanhal"),
    ("Egna frågor", "Har en mötesplats nära hemmet", "Ja", OWN),
)
# Spellings that came in with a round and went with it.
DRIFT = {
    (2014, "Röker tobak dagligen"): "röker tobak dagligen",
    (2018, "Lågt socialt deltagande"): "Lågt social deltagande",
    (2018, "Övriga världen"): "Övriga Världen",
    (2014, "Eftergymnasial"): "eftergymnasial",
}
SHEETS: dict[str, tuple[str, dict[int, str | None]]] = {
    "Ålder": ("ald4", {1: "16-29 år", 2: "30-44 år", 3: "45-64 år", 4: "65-84 år"}),
    "Födelseland": (
        "urspr4",
        {1: "Sverige", 2: "Övriga Norden", 3: "Övriga Europa", 4: "Övriga världen"},
    ),
    # Reported from the age of 25 on: the young have no group, and R writes an empty cell.
    "Utbildning": ("utbscb", {0: None, 1: "Förgymnasial", 2: "Gymnasial", 3: "Eftergymnasial"}),
}
Estimate = tuple[float, float, float]
Country = Callable[[int, list[str]], pd.DataFrame]


def write_shares(
    folder: Path, frames: Mapping[int, pd.DataFrame], country: Country, region: str
) -> Path:
    """Write the workbook.

    Args:
        folder: Where.
        frames: Persons who answered, per round, as delivered.
        country: Gives, for a round and columns of items, persons of the whole country with
            their chances of each positive answer.
        region: Two digits.
    """
    path = folder / NAME
    sheets: dict[str, list[list]] = {"Kommunjämförelse": [], **{name: [] for name in SHEETS}}
    for year, frame in frames.items():
        items = [item for *_, item in QUESTIONS if item in frame]
        here = _prepared(frame, items)
        everyone = country(year, [item for item in items if item != OWN])
        for gender, codes in GENDERS.items():
            some = here[here["KON"].isin(codes)]
            theirs = everyone[everyone["KON"].isin(codes)]
            for question in QUESTIONS:
                if question[-1] in items:
                    _add_rows(sheets, year, gender, question, some, theirs, region)
    with xlsxwriter.Workbook(str(path)) as book:
        book.set_properties({"created": CREATED})
        for name, rows in sheets.items():
            _write_sheet(book, name, rows)
    _drop_parts(path)
    return path


def _prepared(frame: pd.DataFrame, items: list[str]) -> pd.DataFrame:
    """Those up to 84, with weights of the sender's own and answers as shares."""
    frame = frame[frame["alder"] <= 84].copy()
    cell = [frame["ukommun"], frame["KON"]]
    frame["weight"] = frame.groupby(cell)["kalvikt"].transform("mean")
    frame.loc[frame["alder"] < 25, "utbscb"] = 0
    for item in items:
        # The region's own question has four options, the others no and yes; 9 is no answer.
        frame[item] = (frame[item] == 1).astype(float).where(frame[item].notna())
    return frame


def _add_rows(
    sheets: dict[str, list[list]],
    year: int,
    gender: str,
    question: tuple[str, str, str, str],
    here: pd.DataFrame,
    everyone: pd.DataFrame,
    region: str,
) -> None:
    """A question's rows of a round and gender, on every sheet."""
    item = question[-1]
    county = area_names()[f"00{region}"].removeprefix("Region ")

    def add(sheet: str, area: str, found: Estimate | None, country: Estimate | None) -> None:
        if found:
            sheets[sheet].append(_row(year, area, gender, group, question, found, country))

    group: list[str | None] = []
    riket = _estimates(everyone, item, None).get(0)
    if year in BY_MUNICIPALITY:
        for code, found in _estimates(here, item, "ukommun").items():
            add("Kommunjämförelse", area_names()[f"{code:04}"], found, riket)
    add("Kommunjämförelse", county, _estimates(here, item, None).get(0), riket)
    add("Kommunjämförelse", "Riket", riket, None)
    for name, (column, titles) in SHEETS.items():
        theirs = _estimates(everyone, item, column)
        for code, found in _estimates(here, item, column).items():
            group = [DRIFT.get((year, str(titles[code])), titles[code])]
            add(name, county, found, theirs.get(code))
            if code:
                add(name, "Riket", theirs.get(code), None)


def _estimates(frame: pd.DataFrame, item: str, by: str | None) -> dict[int, Estimate]:
    """Share and bounds, per cent, of each group that is large enough; 0 is all people."""
    if item not in frame:
        return {}
    answers = frame[item].to_numpy()
    answered = ~np.isnan(answers)
    answers, weight = answers[answered], frame["weight"].to_numpy()[answered]
    group = frame[by].to_numpy()[answered] if by else np.zeros(answers.size, dtype=np.int64)
    n = np.bincount(group)
    codes = np.flatnonzero(n >= HIDDEN_BELOW)
    totals = np.bincount(group, weight)[codes]
    share = 100 * np.bincount(group, weight * answers)[codes] / totals
    half = 1.96 * np.sqrt(share * (100 - share) / n[codes])
    return {
        int(code): (float(p), float(p - h), float(p + h))
        for code, p, h in zip(codes, share, half, strict=True)
    }


def _row(
    year: int,
    area: str,
    gender: str,
    group: list[str | None],
    question: tuple[str, str, str, str],
    found: Estimate,
    country: Estimate | None,
) -> list:
    share, lower, upper = found
    star = country is not None and (lower > country[2] or upper < country[1])
    theme, asked, answer, _ = question
    # R drops decimals that are 0.
    interval = f"{round(lower, 1):g} - {round(upper, 1):g}{'  *' if star else ''}"
    asked = DRIFT.get((year, asked), asked)
    return [
        *(year, area, gender, *group, theme, asked, interval, answer, round(share, 1)),
        "Hälsa på lika villkor",
    ]


def _write_sheet(book: xlsxwriter.Workbook, name: str, rows: list[list]) -> None:
    sheet = book.add_worksheet(name)
    group = [name] if name in SHEETS else []
    tail = ["Frågeområde", "Fråga", "Konfidensintervall", "Svar", "Andel", "Källa"]
    sheet.write_row(0, 0, ["År", "Kommun", "Kön", *group, *tail])
    for number, row in enumerate(rows, start=1):
        sheet.write_row(number, 0, row)


def _drop_parts(path: Path) -> None:
    """As some packages of R leave a workbook: no styles, and a drawing named that is not there."""
    with zipfile.ZipFile(path) as file:
        parts = {one.filename: file.read(one) for one in file.infolist()}
    drawing = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        'relationships/drawing" Target="../drawings/drawing1.xml"/></Relationships>'
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            if name.startswith(("docProps/", "xl/styles", "xl/theme")):
                continue
            if name.startswith("xl/worksheets/"):
                content = content.replace(b"</worksheet>", b'<drawing r:id="rId1"/></worksheet>')
                sheet = name.removeprefix("xl/worksheets/")
                rels = zipfile.ZipInfo(f"xl/worksheets/_rels/{sheet}.rels")
                file.writestr(rels, drawing)
            file.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
