"""Tail areas, q-values, and values drawn towards the mean."""

import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.statistics.reference import evaluate, query
from warehouse.statistics.macros import render


def test_p_values_to_the_far_tail() -> None:
    z = [i / 50 for i in range(-1855, 1856)]
    found = evaluate(render("normal_p_value", "z"), z=z)
    exact = [math.erfc(abs(v) / math.sqrt(2)) for v in z]
    assert min(exact) < 1e-300
    for have, want in zip(found, exact, strict=True):
        assert have == pytest.approx(want, rel=1e-12, abs=0)


def test_p_value_of_nothing_and_of_infinity() -> None:
    text = render("normal_p_value", "cast(z as double)")
    assert evaluate(text, z=None) is None
    assert evaluate(text, z=60.0) == 0
    assert evaluate(render("normal_p_value", "z"), z=0.0) == 1


@pytest.mark.parametrize("z", [0.7, 1.96, 3.09, 6.0])
def test_tail_while_rendering(z: float) -> None:
    exact = math.erfc(z / math.sqrt(2)) / 2
    assert float(render("tail_beyond", z)) == pytest.approx(exact, rel=1e-13)


def by_hand(p: list[float]) -> list[float]:
    """Benjamini and Hochberg's definition: step down from the largest."""
    order = sorted(range(len(p)), key=p.__getitem__, reverse=True)
    q, least = [0.0] * len(p), 1.0
    for place, i in enumerate(order):
        least = min(least, p[i] * len(p) / (len(p) - place))
        q[i] = least
    return q


def q_values(p: list[float | None], group: list[int]) -> list[float | None]:
    sql = render("with_q_values", "input", "p", ["g"])
    table = {"i": list(range(len(p))), "p": [*p], "g": group}
    # A row with a number fixes the column's type where all others are null.
    table = {"i": [*table["i"], -1], "p": [*p, 0.5], "g": [*group, -1]}
    return [
        row[0] for row in query(f"select q_value from ({sql}) as t where i >= 0 order by i", table)
    ]


P_VALUES = st.floats(0, 1) | st.sampled_from([0.0, 0.01, 0.05, 1.0])


@settings(max_examples=60)
@given(st.lists(P_VALUES, min_size=1, max_size=30), st.lists(st.none(), max_size=3))
def test_q_values(p: list[float], missing: list[None]) -> None:
    found = q_values([*p, *missing], [1] * (len(p) + len(missing)))
    assert found[len(p) :] == missing
    assert found[: len(p)] == pytest.approx(by_hand(p), rel=1e-12, abs=0)
    pairs = sorted(zip(p, found, strict=False))
    assert all(q >= p_ - 1e-15 and q <= 1 for p_, q in pairs)
    assert [q for _, q in pairs] == sorted(q for _, q in pairs)


def test_q_values_within_their_partition() -> None:
    p = [0.01, 0.02, 0.03, 0.9]
    assert q_values([*p, *p[:2]], [1] * 4 + [2] * 2) == pytest.approx(
        [0.04, 0.04, 0.04, 0.9, 0.02, 0.02]
    )


def test_many_comparisons_without_differences() -> None:
    """990 z-values of chance alone: 50 below 5 %, none or nearly none with q < 0.05."""
    import random

    draw = random.Random(3)
    p = evaluate(render("normal_p_value", "z"), z=[draw.gauss(0, 1) for _ in range(990)])
    assert 30 < sum(v < 0.05 for v in p) < 70
    assert sum(q < 0.05 for q in q_values(p, [1] * 990) if q is not None) == 0


def shrink(
    values: list[float | None], errors: list[float | None]
) -> tuple[tuple[Any, ...], list[tuple[Any, ...]]]:
    table = {"k": [1] * len(values), "i": list(range(len(values))), "y": values, "s": errors}
    prior = render("empirical_bayes_prior", "input", "y", "s", ["k"])
    value = render("shrunken_value", "y", "s", "prior_mean", "between_variance")
    error = render("shrunken_se", "s", "between_variance")
    rows = query(
        f"""select n_in_prior, prior_mean, between_variance, {value}, {error}
        from input inner join ({prior}) as p using (k) order by i""",
        table,
    )
    return rows[0][:3], [row[3:] for row in rows]


def test_prior_by_its_formulas() -> None:
    y, s = [1.0, 4.0, 2.0, 7.0], [0.5, 1.0, 0.5, 2.0]
    (n, mean, between), shrunken = shrink(y, s)
    w = [1 / v**2 for v in s]
    first = sum(a * b for a, b in zip(w, y, strict=True)) / sum(w)
    q = sum(a * (b - first) ** 2 for a, b in zip(w, y, strict=True))
    tau = (q - 3) / (sum(w) - sum(a * a for a in w) / sum(w))
    again = [1 / (v**2 + tau) for v in s]
    assert n == 4 and between == pytest.approx(tau, rel=1e-12)
    assert mean == pytest.approx(
        sum(a * b for a, b in zip(again, y, strict=True)) / sum(again), rel=1e-12
    )
    assert shrunken[3][0] == pytest.approx(mean + tau / (tau + 4) * (7 - mean), rel=1e-12)
    assert shrunken[3][1] == pytest.approx(math.sqrt(tau * 4 / (tau + 4)), rel=1e-12)


def test_rows_without_error_take_no_part() -> None:
    complete, _ = shrink([1.0, 4.0, 2.0], [0.5, 1.0, 0.5])
    found, shrunken = shrink([1.0, 4.0, 2.0, 99.0, None, 50.0], [0.5, 1.0, 0.5, None, 1.0, 0.0])
    assert found == complete
    assert [row[0] is None for row in shrunken] == [False] * 3 + [True] * 3


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.floats(-1e6, 1e6), st.floats(1e-3, 1e3)), min_size=2, max_size=40),
    st.randoms(use_true_random=False),
)
def test_shrunken_values(areas: list[tuple[float, float]], shuffler: Any) -> None:
    """Between the raw value and the mean; the same to the last bit in any order."""
    (n, mean, between), shrunken = shrink([y for y, _ in areas], [s for _, s in areas])
    assert n == len(areas) and between >= 0
    assert min(y for y, _ in areas) - 1e-6 <= mean <= max(y for y, _ in areas) + 1e-6
    for (y, s), (value, error) in zip(areas, shrunken, strict=True):
        slack = 1e-9 * max(abs(y), abs(mean), 1)
        assert min(y, mean) - slack <= value <= max(y, mean) + slack
        assert 0 <= error <= s
    shuffler.shuffle(areas)
    assert shrink([y for y, _ in areas], [s for _, s in areas])[0] == (n, mean, between)


def test_known_spread_is_recovered() -> None:
    """290 areas of spread 3 and errors 1 to 4; shrunken values miss the truth by less."""
    import random

    draw = random.Random(11)
    truth = [draw.gauss(50, 3) for _ in range(290)]
    errors: list[float | None] = [draw.uniform(1, 4) for _ in truth]
    raw: list[float | None] = [draw.gauss(t, s or 0) for t, s in zip(truth, errors, strict=True)]
    (_, mean, between), shrunken = shrink(raw, errors)
    assert mean == pytest.approx(50, abs=0.8) and math.sqrt(between) == pytest.approx(3, abs=0.5)
    miss_raw = sum(((r or 0) - t) ** 2 for r, t in zip(raw, truth, strict=True))
    miss = sum((row[0] - t) ** 2 for row, t in zip(shrunken, truth, strict=True))
    assert miss < 0.65 * miss_raw
