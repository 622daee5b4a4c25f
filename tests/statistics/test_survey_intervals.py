"""Intervals of survey shares: what must hold whatever the design, and the special cases."""

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.statistics.reference import query
from warehouse.statistics.macros import render


@cache
def interval_sql(method: str) -> str:
    return render("survey_intervals", "input", render("z_value", 95), method=method)


def interval(method: str, **one: float) -> tuple[float, float, str, str]:
    given_ = {"n": 40, "n_yes": 13, "estimate": 0.3, "se": 0.07, "df": 37, "n_eff": 33.0} | one
    [row] = query(
        f"select ci_lower, ci_upper, ci_method, reason from ({interval_sql(method)})",
        {name: [value] for name, value in given_.items()},
    )
    return row


@settings(max_examples=40, deadline=None)
@given(p=st.floats(0.001, 0.999), se=st.floats(1e-4, 0.4), df=st.integers(1, 5000))
def test_logit_interval_holds_its_share_and_mirrors(p: float, se: float, df: int) -> None:
    low, high, *_ = interval("logit", estimate=p, se=se, df=df)
    assert 0 <= low <= p <= high <= 1
    mirrored = interval("logit", estimate=1 - p, se=se, df=df)
    assert (1 - mirrored[1], 1 - mirrored[0]) == pytest.approx((low, high), abs=1e-9)


def test_korn_graubard_holds_its_share_and_mirrors() -> None:
    rng = np.random.default_rng(5)
    p = rng.uniform(0.001, 0.999, 300)
    columns = {
        "n": rng.integers(2, 5000, 300).tolist(),
        "n_yes": [1] * 300,
        "se": (np.sqrt(p * (1 - p)) * rng.uniform(0.005, 0.9, 300)).tolist(),
        "df": rng.integers(1, 400, 300).tolist(),
        "n_eff": [10.0] * 300,
    }
    found = []
    for shares in (p, 1 - p):
        sql = f"select ci_lower, ci_upper from ({interval_sql('korn_graubard')})"
        found.append(query(sql, {**columns, "estimate": shares.tolist()}))
    for share, (low, high), mirrored in zip(p, *found, strict=True):
        assert 0 <= low <= share <= high <= 1
        assert (1 - mirrored[1], 1 - mirrored[0]) == pytest.approx((low, high), abs=1e-9)


def test_special_cases_are_named() -> None:
    edge = pytest.approx(0.025 ** (1 / 33), rel=1e-12)
    low, high, method, _ = interval("logit", n_yes=0, estimate=0.0, se=0.0)
    assert (low, 1 - high, method) == (0.0, edge, "clopper_pearson_kish")
    low, high, method, _ = interval("korn_graubard", n_yes=40, estimate=1.0, se=0.0)
    assert (low, high, method) == (edge, 1.0, "clopper_pearson_kish")
    assert interval("korn_graubard", se=1e-12)[:3] == (0.3, 0.3, "no_sampling_error")
    assert "no degrees of freedom" in interval("logit", df=0)[3]
    simple = interval("simple", estimate=0.05)
    assert simple[:3] == (0.0, pytest.approx(0.05 + 1.96 * (0.05 * 0.95 / 40) ** 0.5), "simple")
