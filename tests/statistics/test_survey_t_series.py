"""The coefficients of `t_series`, derived again as fractions.

With t(z) the quantile of t with v degrees and e = 1/v: ln t' = -z²/2 - ln G +
(v + 1)/2 ln(1 + t²/v), where G is the density's factor over that of the normal one. Polynomials
in z are lists, series in e are lists of polynomials; comparing powers of e gives g' - z g.
"""

from fractions import Fraction as F

import pytest

from warehouse.statistics.macros import render

Poly = list[F]
Series = list[Poly]

# ln [gamma((v + 1)/2) / gamma(v/2) sqrt(2/v)] = -1/(4v) + 1/(24v³) - 1/(20v⁵) + 17/(112v⁷).
LN_G = [F(0), F(-1, 4), F(0), F(1, 24), F(0), F(-1, 20), F(0), F(17, 112), F(0)]
ORDERS = len(LN_G) - 1


def add(a: Poly, b: Poly, factor: F = F(1)) -> Poly:
    size = max(len(a), len(b))
    a, b = a + [F(0)] * (size - len(a)), b + [F(0)] * (size - len(b))
    return [x + factor * y for x, y in zip(a, b, strict=True)]


def times(a: Poly, b: Poly) -> Poly:
    product = [F(0)] * (len(a) + len(b))
    for i, x in enumerate(a):
        for j, y in enumerate(b):
            product[i + j] += x * y
    return product


def product(a: Series, b: Series) -> Series:
    found: Series = [[] for _ in a]
    for i, x in enumerate(a):
        for j, y in enumerate(b[: len(a) - i]):
            found[i + j] = add(found[i + j], times(x, y))
    return found


def powers(a: Series, highest: int) -> list[Series]:
    found = [[[F(1)], *([] for _ in a[1:])]]
    for _ in range(highest):
        found.append(product(found[-1], a))
    return found


def next_term(g: Series) -> Poly:
    """The term of e^k, given those before it."""
    k = len(g)
    t = [*g, []]
    slopes = [[i * c for i, c in enumerate(p)][1:] for p in t]
    known = [-LN_G[k]]
    for m, power in enumerate(powers([[], *slopes[1:]], k)):
        if m:
            known = add(known, power[k], F((-1) ** m, m))
    for j, power in enumerate(powers(product(t, t), k + 1)):
        if j:
            for shift in (j - 1, j):
                if shift <= k:
                    known = add(known, power[k - shift], F((-1) ** (j + 1), 2 * j))
    c = [F(0)] * (2 * k + 4)
    for m in range(2 * k + 2, 0, -1):
        c[m - 1] = (m + 1) * c[m + 1] - (known[m] if m < len(known) else 0)
    assert c[1] == known[0], "the constant must fit as well"
    return c[: 2 * k + 2]


def test_coefficients_are_the_fractions() -> None:
    g: Series = [[F(0), F(1)]]
    for row in render("t_series_coefficients").split(";"):
        g.append(next_term(g))
        have = [float(one) for one in row.split(",")]
        assert have == pytest.approx([float(c) for c in g[-1][1::2]], rel=1e-15, abs=0)
        assert not any(g[-1][::2])
    assert len(g) == ORDERS + 1
