"""Change of a paired share: Newcombe's own examples, and properties."""

import math
from statistics import NormalDist

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from warehouse.statistics.macros import render

Z = NormalDist().inv_cdf(0.975)
COUNTS = st.integers(0, 200)


def change(both: int, first: int, second: int, neither: int) -> tuple[float, float, float]:
    cells = {"n_both": both, "n_first": first, "n_second": second, "n_neither": neither}
    row = ", ".join(f"{n} as {name}" for name, n in cells.items())
    sql = render("paired_change", f"(select {row})", render("z_value", 95))
    found = duckdb.sql(f"select change, ci_lower, ci_upper from ({sql})").fetchone()
    assert found
    return found


@pytest.mark.parametrize(
    ("cells", "low", "high"),
    [
        # Newcombe 1998, Statistics in Medicine 17:2635, method 10; his difference is first
        # less second.
        ((36, 12, 2, 0), 0.0569, 0.3404),
        ((36, 14, 0, 0), 0.1528, 0.4167),
        ((2, 97, 1, 0), 0.8721, 0.9854),
        ((54, 0, 0, 0), -0.0664, 0.0664),
    ],
)
def test_the_examples_of_the_method(cells: tuple, low: float, high: float) -> None:
    _, lower, upper = change(*cells)
    assert (-upper, -lower) == pytest.approx((low, high), abs=5e-5)


def by_hand(both: int, first: int, second: int, neither: int) -> tuple[float, float]:
    """The same, written from the definition."""
    n = both + first + second + neither
    sides = []
    for yes in (both + first, both + second):
        centre, reach = 2 * yes + Z * Z, Z * math.sqrt(Z * Z + 4 * yes * (1 - yes / n))
        sides.append((yes / n, *((centre + s * reach) / (2 * (n + Z * Z)) for s in (-1, 1))))
    (p1, l1, u1), (p2, l2, u2) = sides
    margins = (both + first) * (second + neither) * (both + second) * (first + neither)
    product = both * neither - first * second
    if product > 0:
        product = max(product - n / 2, 0)
    phi = product / math.sqrt(margins) if margins else 0
    down = (p2 - l2) ** 2 - 2 * phi * (p2 - l2) * (u1 - p1) + (u1 - p1) ** 2
    up = (p1 - l1) ** 2 - 2 * phi * (p1 - l1) * (u2 - p2) + (u2 - p2) ** 2
    return p2 - p1 - math.sqrt(max(down, 0)), p2 - p1 + math.sqrt(max(up, 0))


@settings(max_examples=40)
@given(COUNTS, COUNTS, COUNTS, COUNTS)
def test_any_table(both: int, first: int, second: int, neither: int) -> None:
    n = both + first + second + neither
    if n == 0:
        assert change(0, 0, 0, 0) == (None, None, None)
        return
    found, lower, upper = change(both, first, second, neither)
    assert (lower, upper) == pytest.approx(by_hand(both, first, second, neither), abs=1e-12)
    assert found == pytest.approx((second - first) / n)
    assert -1 - 1e-9 <= lower <= found + 1e-12 and found - 1e-12 <= upper <= 1 + 1e-9
    # Times exchanged, the change is turned around.
    assert change(both, second, first, neither) == pytest.approx((-found, -upper, -lower))


@settings(max_examples=40)
@given(st.integers(1, 400), st.floats(0, 1), st.integers(0, 400))
def test_answers_of_a_finite_population(n: int, share: float, unseen: int) -> None:
    """Worth more the fewer are unseen; the variance is that of a draw without return."""
    population = n + unseen
    text = render("endless_n", "n", "population")
    sql = f"select {text} from (select {n} as n, {population}::double as population)"
    [(worth,)] = duckdb.sql(sql).fetchall()
    if unseen == 0:
        assert worth is None
        return
    variance = share * (1 - share) / n * unseen / (population - 1)
    assert share * (1 - share) / worth == pytest.approx(variance)
    assert worth >= n
    text = render("endless_n", "n", "cast(null as double)")
    assert duckdb.sql(f"select {text} from (select {n} as n)").fetchall() == [(n,)]
