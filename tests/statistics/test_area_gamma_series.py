"""The coefficients of `gamma_quantile`, derived again as fractions.

With w the quantile over a, u = z/sqrt(a) and G = gamma(a) e^a a^(1/2 - a) / sqrt(2 pi):
ln w' - ln w - ln G = a (w - 1 - ln w - u²/2). Series in u (lists) and in 1/a (lists of lists).
"""

from fractions import Fraction as F
from itertools import pairwise

import pytest

from warehouse.statistics.macros import render

SIZE = 24  # powers of u kept; every division by u below costs one
Series = list[F]

# ln G = 1/(12 a) - 1/(360 a³) + 1/(1260 a⁵) - ...: Stirling's series.
LN_G = [F(0), F(1, 12), F(0), F(-1, 360), F(0), F(1, 1260)]


def times(a: Series, b: Series) -> Series:
    return [sum((a[i] * b[n - i] for i in range(n + 1)), F(0)) for n in range(SIZE)]


def inverse(a: Series) -> Series:
    r = [1 / a[0]]
    for n in range(1, SIZE):
        r.append(-sum((a[k] * r[n - k] for k in range(1, n + 1)), F(0)) / a[0])
    return r


def slope(a: Series) -> Series:
    return [a[i + 1] * (i + 1) for i in range(SIZE - 1)] + [F(0)]


def log(a: Series) -> Series:
    """Of a series that begins with 1."""
    q = times(slope(a), inverse(a))
    return [F(0)] + [q[i] / (i + 1) for i in range(SIZE - 1)]


def log_of_one_plus(r: list[Series], order: int) -> Series:
    """Coefficient of a^-order in ln(1 + r), r a series in 1/a without constant term."""
    total, power = [F(0)] * SIZE, r
    for k in range(1, order + 1):
        if order < len(power):
            total = [
                t + F((-1) ** (k + 1), k) * p for t, p in zip(total, power[order], strict=True)
            ]
        power = [
            [
                sum(c, F(0))
                for c in zip(*(times(power[i], r[m - i]) for i in range(m + 1)), strict=True)
            ]
            for m in range(len(r))
        ]
    return total


def first_series() -> Series:
    """h0: w - 1 - ln w = u²/2, so h0' (h0 - 1) = u h0 with h0 = 1 + u + ..."""
    c = [F(1), F(1)] + [F(0)] * (SIZE - 2)
    for n in range(2, SIZE):
        known = sum(((i + 1) * c[i + 1] * c[n - i] for i in range(1, n - 1)), F(0))
        c[n] = (c[n - 1] - known) / (n + 1)
    return c


def derived(orders: int) -> list[Series]:
    h0 = first_series()
    over_v = inverse([*h0[1:], F(0)])  # u / (h0 - 1)
    h = [h0]
    for k in range(1, orders + 1):
        known = [*h, [F(0)] * SIZE]
        r = [[F(0)] * SIZE] + [times(g, inverse(h0)) for g in known[1:]]
        s = [[F(0)] * SIZE] + [times(slope(g), inverse(slope(h0))) for g in known[1:]]
        left = [
            a - b for a, b in zip(log_of_one_plus(s, k - 1), log_of_one_plus(r, k - 1), strict=True)
        ]
        if k == 1:
            left = [a - b for a, b in zip(log(slope(h0)), log(h0), strict=True)]
        left[0] -= LN_G[k - 1]
        right = [a + b for a, b in zip(left, log_of_one_plus(r, k), strict=True)]
        assert right[0] == 0
        h.append(times(times([*right[1:], F(0)], over_v), h0))
    return h


def test_coefficients_are_the_fractions() -> None:
    rows = [[float(c) for c in row.split(",")] for row in render("gamma_coefficients").split(";")]
    assert [len(row) for row in rows] == [17, 15, 13, 11, 9, 7]
    for row, series in zip(rows, derived(5), strict=True):
        for have, want in zip(row, series, strict=False):
            assert have == pytest.approx(float(want), rel=1e-15, abs=0)


def test_orders_shrink() -> None:
    """No coefficient stands out, which a slip of a digit would make."""
    rows = [
        [abs(float(c)) for c in row.split(",")] for row in render("gamma_coefficients").split(";")
    ]
    assert all(max(after) < max(before) for before, after in pairwise(rows[:4]))
