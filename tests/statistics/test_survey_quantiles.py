"""Quantiles of t and beta against numerical integration of the densities."""

import math
from collections.abc import Callable
from functools import cache

import jinja2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.statistics.reference import evaluate, query
from warehouse.statistics.macros import render

LEVELS = {"0.8416212335729143": 0.2, "1.959963984540054": 0.025, "3.0902323061678132": 0.001}


@cache
def legendre(n: int) -> list[tuple[float, float]]:
    """Gauss and Legendre's points and weights on -1 to 1."""
    found = []
    for i in range(1, n + 1):
        x = math.cos(math.pi * (i - 0.25) / (n + 0.5))
        for _ in range(20):
            before, now = 1.0, x
            for k in range(2, n + 1):
                before, now = now, ((2 * k - 1) * x * now - (k - 1) * before) / k
            slope = n * (x * now - before) / (x * x - 1)
            x -= now / slope
        found.append((x, 2 / ((1 - x * x) * slope * slope)))
    return found


def integral(f: Callable[[float], float], low: float, high: float, pieces: int) -> float:
    half = (high - low) / pieces / 2
    middles = (low + half * (2 * piece + 1) for piece in range(pieces))
    return math.fsum(half * w * f(middle + half * x) for middle in middles for x, w in legendre(20))


def t_tail(t: float, df: int) -> float:
    """Beyond t: the angle's density is a power of the cosine."""
    if df < 100:
        log_ratio = math.lgamma((df + 1) / 2) - math.lgamma(df / 2)
    else:  # the difference of two logarithms of 10^7 would be good to 9 digits only
        log_ratio = math.log(df / 2) / 2 - 1 / (4 * df) + 1 / (24 * df**3)
    size = math.exp(log_ratio) / math.sqrt(math.pi)
    start = math.atan(t / math.sqrt(df))
    end = min(math.pi / 2, start + 40 / math.sqrt(df))
    return size * integral(lambda a: math.cos(a) ** (df - 1), start, end, 12)


@pytest.mark.parametrize("z", LEVELS)
def test_t(z: str) -> None:
    degrees = [*range(1, 42), 60, 100, 199, 1000, 10_000, 1_000_000]
    found = evaluate(render("t_quantile", "df", z), df=degrees)
    for df, t in zip(degrees, found, strict=True):
        # Near the root the tail falls by its density: an error of t in the 11th digit.
        step = 1e-10 * t
        low, high = t_tail(t + step, df), t_tail(t - step, df)
        assert low < LEVELS[z] < high, (df, t)


def test_t_has_no_value_between_whole_degrees_and_none_for_zero() -> None:
    assert evaluate(render("t_quantile", "df", "1.96"), df=[0.0, 2.5, -1.0]) == [None] * 3


@pytest.mark.parametrize("z", ["0.1", "4.5"])
def test_levels_outside_are_refused(z: str) -> None:
    with pytest.raises(jinja2.TemplateError, match="needs a number z"):
        render("t_quantile", "df", z)


def beta_tail(x: float, a: float, b: float) -> float:
    """Below x, by the density in ln(t / (1 - t)), from where it is 0 to 16 digits."""
    u = math.log(x / (1 - x))
    log_size = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)

    def density(v: float) -> float:
        bend = max(v, 0) + math.log1p(math.exp(-abs(v)))
        return math.exp(log_size + a * (v - bend) - b * bend)

    width = 40 / max(a - (a + b) * x, min(a, math.sqrt(a)) * (1 - x))
    return integral(density, u - width, u, 40)


PARAMETERS = [
    (a, b)
    for a in (0.02, 0.3, 0.999, 1.0, 1.01, 4.0, 17.3, 250.0, 9_000.0, 1e6)
    for b in (1.0, 1.2, 3.0, 40.0, 900.5, 80_000.0, 1e6)
]


@pytest.mark.parametrize("z", LEVELS)
def test_beta(z: str) -> None:
    given_ = {"pa": [a for a, _ in PARAMETERS], "pb": [b for _, b in PARAMETERS]}
    found = query(
        f"select x from ({render('with_beta_quantile', 'input', 'pa', 'pb', z, 'x')})", given_
    )
    compared = 0
    for (a, b), (x,) in zip(PARAMETERS, found, strict=True):
        if x < 1e-10:
            # The tail is a power of x there, and 1e-10 is as good as 0 for a share.
            assert beta_tail(1e-10, a, b) > LEVELS[z]
            continue
        step = min(1e-10, x / 2)
        assert beta_tail(x - step, a, b) < LEVELS[z] < beta_tail(x + step, a, b), (a, b, x)
        compared += 1
    assert compared > 50


def test_beta_of_one_has_a_closed_form() -> None:
    b = [1.0, 2.0, 17.5, 1e5]
    sql = render("with_beta_quantile", "input", "1e0", "pb", "1.959963984540054", "x")
    found = [row[0] for row in query(f"select x from ({sql})", {"pb": b})]
    assert found == pytest.approx([-math.expm1(math.log(0.975) / one) for one in b], abs=1e-10)


@settings(max_examples=30, deadline=None)
@given(st.floats(1e-3, 1e8))
def test_log_gamma(x: float) -> None:
    found = evaluate(render("log_gamma", "x"), x=x)
    assert found == pytest.approx(math.lgamma(x), rel=1e-13, abs=1e-13)
