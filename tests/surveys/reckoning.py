"""Survey shares reckoned from the generated files themselves, without the loader or SQL.

What belongs here: the files as pandas frames in the marts' words, and an estimate of one domain
with its logit interval. What does not: expectations, and variances
(`tests/statistics/survey_brute.py`).
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
from scipy import stats

from tests.statistics.survey_brute import Survey

GENDER = {"1": "M", "2": "K"}
AGE_GROUP = {"1": "16-29", "2": "30-44", "3": "45-64", "4": "65-84", "5": "85+"}
EDUCATION = {"1": "pre_secondary", "2": "secondary", "3": "post_secondary"}
BIRTH_COUNTRY = {"1": "SE", "2": "NO", "3": "EU", "4": "OV"}
INCOME = ("inkp0t20", "inkp21t40", "inkp41t60", "inkp61t80", "inkp81t100")


def hlv(path: Path) -> pd.DataFrame:
    """A round of HLV: breakdowns in the marts' words, answers as 1, 0 or nan."""
    if path.suffix == ".sav":
        frame, _ = pyreadstat.read_sav(str(path), user_missing=True)
    else:
        # latin-1 reads any bytes, and no header here has another letter.
        frame = pd.read_csv(path, sep=";", decimal=",", na_values=["."], encoding="latin-1")
        frame.columns = [name.removeprefix("ï»¿") for name in frame.columns]
    frame.columns = [name.lower() for name in frame.columns]
    whole = frame[["kon", "ald4", "utbscb", "urspr4"]].astype(int).astype(str)
    answers = frame.drop(columns=["kalvikt"]).select_dtypes("number").replace(9, np.nan)
    return answers.assign(
        area_id=frame["ukommun"].astype(int).astype(str),
        gender=whole["kon"].map(GENDER),
        age_group=whole["ald4"].map(AGE_GROUP),
        education=whole["utbscb"].map(EDUCATION),
        birth_country=whole["urspr4"].map(BIRTH_COUNTRY),
        income=[str(place + 1) for place in frame[list(INCOME)].to_numpy().argmax(axis=1)],
        stratum=frame["stratum"],
        population=frame["stratumstorlek"],
        weight=frame["kalvikt"],
    )


def lupp(folder: Path, year: int, survey: str, column: str, positive: tuple) -> pd.DataFrame:
    """A round of Lupp from all its files: codes, or labels as some files have them."""
    return pd.concat(_lupp(path, survey, column, positive) for path in folder.glob(f"*_{year}_*"))


def _lupp(path: Path, survey: str, column: str, positive: tuple) -> pd.DataFrame:
    if path.suffix == ".sav":
        frame, _ = pyreadstat.read_sav(str(path), user_missing=True)
    elif path.suffix == ".xlsx":
        frame = pd.read_excel(path, header=2, engine="calamine")
    else:
        text = path.read_bytes()
        encoding = "utf-8-sig" if text.startswith(b"\xef\xbb\xbf") else "cp1252"
        frame = pd.read_csv(path, sep=None, engine="python", encoding=encoding)
    frame.columns = [name.lower() for name in frame.columns]
    frame = frame.drop_duplicates("lopnr")
    frame = frame[frame["skolform"] == survey.upper()]
    options, yes = positive
    answers = frame[column].astype(str).str.removesuffix(".0").str.lower()
    return pd.DataFrame(
        {
            # One file, one municipality: its name ends with it.
            "area_id": path.stem[-4:],
            "school_area_id": frame["skolkommun"].astype(int).astype(str),
            "gender": frame["kon"].astype(int).astype(str).map({"1": "K", "2": "M", "3": "A"}),
            "y": np.where(answers.isin(options), answers.isin(yes).astype(float), np.nan),
        }
    )


def survey_of(frame: pd.DataFrame, y: pd.Series, *, corrected: bool = True) -> Survey:
    """The sample as the textbook's reckoning takes it; not corrected: populations unknown."""
    return Survey(
        y=y.to_numpy(float),
        weight=frame["weight"].to_numpy(float),
        stratum=frame["stratum"].to_numpy(),
        population=frame["population"].to_numpy(float) if corrected else None,
    )


def logit_interval(p: float, se: float, df: int) -> tuple[float, float]:
    """Limits of a 95 % interval."""
    reach = stats.t.ppf(0.975, df) * se / (p * (1 - p))
    low, high = (1 / (1 + (1 - p) / p * np.exp(-sign * reach)) for sign in (-1, 1))
    return float(low), float(high)
