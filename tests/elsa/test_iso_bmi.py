"""isoBMI: the published cut-offs, and what holds between them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.elsa.iso_bmi import OBESITY, OVERWEIGHT, cut_off, weight_class

# (sex, age, overweight from, obesity from) of table 4 of the article, and of no column's pattern.
PUBLISHED = [
    *[("M", 2, 18.41, 20.09), ("K", 2, 18.02, 19.81), ("M", 5, 17.42, 19.30)],
    *[("K", 5.5, 17.20, 19.34), ("M", 8.5, 18.76, 22.17), ("K", 10, 19.86, 24.11)],
    *[("M", 13, 21.91, 26.84), ("K", 13, 22.58, 27.76), ("M", 16, 23.90, 28.88)],
    *[("K", 16.5, 24.54, 29.56), ("K", 18, 25.0, 30.0), ("M", 18, 25.0, 30.0)],
]


@pytest.mark.parametrize(("sex", "age", "overweight", "obesity"), PUBLISHED)
def test_published_cut_offs(sex: str, age: float, overweight: float, obesity: float) -> None:
    assert cut_off(OVERWEIGHT[sex], age) == pytest.approx(overweight, abs=1e-9)
    assert cut_off(OBESITY[sex], age) == pytest.approx(obesity, abs=1e-9)
    for bmi, code in ((overweight - 0.01, "1"), (overweight + 0.01, "2"), (obesity + 0.01, "3")):
        weight = f"{bmi * 1.44**2:.6f}".replace(".", ",")
        assert weight_class(sex, age, "144", weight) == code


def test_between_half_years_and_after_18() -> None:
    assert cut_off(OVERWEIGHT["M"], 10.25) == pytest.approx((19.84 + 20.20) / 2)
    assert cut_off(OVERWEIGHT["K"], 19.5) == 25.0


@given(st.sampled_from("KM"), st.floats(2, 20), st.floats(0.01, 0.4))
def test_curves_have_no_jumps_and_do_not_cross(sex: str, age: float, step: float) -> None:
    for table in (OVERWEIGHT[sex], OBESITY[sex]):
        assert abs(cut_off(table, age + step) - cut_off(table, age)) < 1.4 * step
    assert cut_off(OBESITY[sex], age) > cut_off(OVERWEIGHT[sex], age) + 1.2
    # Dips until about 5 (the adiposity rebound), and rises from 6 on.
    if age > 6 and age + step < 18:
        assert cut_off(OVERWEIGHT[sex], age + step) > cut_off(OVERWEIGHT[sex], age)


@pytest.mark.parametrize(
    "cells", [(None, 9.0, "140", "35"), ("K", None, "140", "35"), ("K", 9.0, None, "35")]
)
def test_without_sex_age_or_measures_there_is_no_class(cells: tuple) -> None:
    assert weight_class(*cells) is None
    assert weight_class("A", 9.0, "140", "35") is None
