"""Dates, school years and measures of a talk, as text."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.elsa import reasons as why
from ingestion.elsa.measures import (
    months_between,
    read_date,
    read_height,
    read_school_year,
    read_weight,
    school_year_of,
)


@given(st.dates(date(2000, 1, 1), date(2040, 1, 1)))
def test_days_are_read_and_lie_in_their_school_year(day: date) -> None:
    assert read_date(f"{day:%Y-%m-%d}") == read_date(f"{day:%Y%m%d}") == day
    year = school_year_of(day)
    assert date(year, 8, 1) <= day < date(year + 1, 8, 1)
    assert read_school_year(f"{year}/{year + 1}") == year
    assert read_school_year(f"{year}/{(year + 1) % 100:02}") == year
    assert read_school_year(f"{year}/{year + 2}") is None


@given(st.dates(date(2000, 1, 1), date(2020, 1, 1)), st.integers(0, 240), st.integers(0, 27))
def test_whole_months_of_age(birth: date, months: int, days: int) -> None:
    birth = birth.replace(day=1 + birth.day % 28)
    year, month = divmod(birth.month - 1 + months, 12)
    later = date(birth.year + year, month + 1, birth.day)
    assert months_between(birth, later) == months
    assert months_between(birth, date.fromordinal(later.toordinal() - 1)) == months - 1
    assert months_between(birth, date.fromordinal(later.toordinal() + days)) == months


@pytest.mark.parametrize(
    ("written", "height", "weight"),
    [
        ("140,5", ("140,5", None), ("140,5", None)),
        ("1.42", (None, why.IN_METRES), (None, why.BAD_WEIGHT)),
        ("35200", (None, why.BAD_HEIGHT), (None, why.IN_GRAMS)),
        ("35.2", (None, why.BAD_HEIGHT), ("35,2", None)),
        ("35 kg", (None, why.BAD_HEIGHT), (None, why.BAD_WEIGHT)),
        ("-140", (None, why.BAD_HEIGHT), (None, why.BAD_WEIGHT)),
        ("1,400,5", (None, why.BAD_HEIGHT), (None, why.BAD_WEIGHT)),
    ],
)
def test_measures(written: str, height: tuple, weight: tuple) -> None:
    assert read_height(written) == height and read_weight(written) == weight


@given(st.text(max_size=12))
def test_no_text_makes_them_fail(written: str) -> None:
    for call in (read_date, read_school_year, read_height, read_weight):
        call(written)
