"""Verdicts: Fingertips' table in its modes, and the test of a difference."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.statistics.reference import evaluate, number, reference
from warehouse.statistics.macros import render

Z = {"95.0": render("z_value", 95), "99.8": render("z_value", 99.8)}
POLARITY = {"high_is_good": 1, "low_is_good": -1, "no_judgement": 0}


def _macro(method: str, z: str) -> str:
    if method == "ci_vs_value":
        return render("verdict_by_interval", "value", "lower", "upper", "benchmark", "polarity")
    if method == "ci_vs_ci_overlap":
        return render("compare_by_overlap", "lower", "upper", "b_lower", "b_upper", "polarity")
    return render(f"compare_{method}", "value", "n", "benchmark", "unit", "polarity", z)


def test_fingertips() -> None:
    """`none` there is null here: no word without all that it needs."""
    rows = reference("fingertips_benchmark_comparison")
    columns = {
        "lower": "lower95",
        "upper": "upper95",
        "benchmark": "benchmark_value",
        "b_lower": "benchmark_lower95",
        "b_upper": "benchmark_upper95",
        "value": "value",
        "n": "denominator",
        "unit": "unit",
    }
    compared: dict[str, int] = {}
    for row in rows:
        values = {name: number(row[column]) for name, column in columns.items()}
        expression = _macro(row["method"], Z[row["confidence"]])
        # Missing numbers are typed: an all-null column has no type of its own.
        typed = ", ".join(
            f"cast({'null' if v is None else repr(v)} as double) as {k}" for k, v in values.items()
        )
        source = f"(select {typed}, {POLARITY[row['polarity']]} as polarity)"
        found = evaluate(f"(select {expression} from {source} as t)", one=1)
        expected = None if row["expected"] == "none" else row["expected"]
        assert found == expected, row
        compared[row["method"]] = compared.get(row["method"], 0) + 1
    assert compared == {
        "spc_proportion": 10, "spc_rate_poisson": 6, "ci_vs_value": 24, "ci_vs_ci_overlap": 8,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("statistic", "polarity", "word"),
    [
        (2.0, 1, "better"), (2.0, -1, "worse"), (2.0, 0, "higher"),
        (-2.0, 1, "worse"), (-2.0, -1, "better"), (-2.0, 0, "lower"),
        (1.9, 1, "similar"), (-1.9, 0, "similar"), (2.0, None, None), (None, 1, None),
    ],
)  # fmt: skip
def test_words(statistic: float | None, polarity: int | None, word: str | None) -> None:
    text = render("verdict_by_statistic", "cast(s as double)", "cast(p as integer)", Z["95.0"])
    assert evaluate(text, s=statistic, p=polarity) == word


@given(st.floats(0.05, 0.95), st.integers(50, 10**5), st.integers(50, 10**6), st.floats(0.05, 0.95))
def test_an_area_within_its_benchmark(p: float, n: int, rest: int, q: float) -> None:
    """Whole = weighted mean: area minus whole is (1 - share) times area minus rest, exactly."""
    whole, share = n + rest, n / (n + rest)
    s_area, s_rest = math.sqrt(p * (1 - p) / n), math.sqrt(q * (1 - q) / rest)
    s_whole = math.sqrt(share**2 * s_area**2 + (1 - share) ** 2 * s_rest**2)
    covariance = evaluate(render("covariance_with_whole", "s", "n", "m"), s=s_area, n=n, m=whole)
    found = evaluate(render("difference_se", "s", "b", "c"), s=s_area, b=s_whole, c=covariance)
    # Near-equal numbers are subtracted where the area is most of the whole.
    expected = (1 - share) * math.sqrt(s_area**2 + s_rest**2)
    assert found == pytest.approx(expected, rel=1e-6, abs=1e-9)


def test_impossible_parts_have_no_covariance() -> None:
    assert evaluate(render("covariance_with_whole", "s", "n", "m"), s=1.0, n=11, m=10) is None


def test_without_error_there_is_no_test() -> None:
    text = render("difference_statistic", "d", "s")
    assert evaluate(text, d=1.0, s=0.0) is None
    assert evaluate(text, d=1.0, s=0.5) == 2


@given(st.floats(-5, 5), st.floats(0.01, 5), st.floats(-5, 5), st.sampled_from([1, -1, 0]))
def test_the_wider_level_never_turns_a_verdict(
    value: float, se: float, benchmark: float, polarity: int
) -> None:
    text = {
        level: render(
            "verdict_by_interval", "v", f"(v - {z} * s)", f"(v + {z} * s)", "b", str(polarity)
        )
        for level, z in Z.items()
    }
    narrow, wide = (evaluate(text[level], v=value, s=se, b=benchmark) for level in ("95.0", "99.8"))
    assert wide in (narrow, "similar")
