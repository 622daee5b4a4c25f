"""Intervals hold the truth in 93 to 97 % of simulated sets (the benchmark takes more of them)."""

import pytest

from benchmarks.coverage import Scene, coverage

FIXED = ("d", "sii", "rii", "aci", "rci")


@pytest.mark.parametrize("spread", [1.0, 4.0])
def test_intervals_between_fixed_groups(spread: float) -> None:
    result = coverage(Scene("", 21, spread, uneven=0.5), 2000)
    for measure in FIXED:
        assert result.loc[measure, "given"] == 1
        assert 0.93 <= result.loc[measure, "held"] <= 0.97, measure
    # At the limit of 0 a true risk of 0 is never missed from below.
    assert 0.93 <= result.loc["par", "held"] <= 0.985
    assert 0.93 <= result.loc["bgv_corrected", "held"] <= 0.97


def test_the_corrected_variance_has_an_interval_without_any_inequality() -> None:
    result = coverage(Scene("", 21, 0.0), 2000).loc["bgv_corrected"]
    assert result["given"] == 1 and 0.95 <= result["held"] <= 0.985


def test_spread_far_above_noise() -> None:
    """A variance of 36 times the noise's; the rule asks for at least 5."""
    result = coverage(Scene("", 21, 6.0), 2000)
    for measure in ("bgv", "ti", "mld"):
        assert result.loc[measure, "given"] > 0.95
        assert 0.93 <= result.loc[measure, "held"] <= 0.97, measure


def test_what_would_not_hold_is_withheld() -> None:
    """290 groups with 16 times the noise's variance: bgv's own interval would hold 0 to 50 %."""
    scene = Scene("", 290, 4.0)
    assert coverage(scene, 100, gated=False).loc["bgv", "held"] < 0.7
    assert coverage(scene, 100).loc["bgv", "given"] == 0


def test_bias_under_no_inequality() -> None:
    """Groups of standard error 2 that are all the same look unequal; corrected ones hardly."""
    result = coverage(Scene("", 21, 0.0, is_ordered=False), 2000)
    assert result.loc["bgv", "estimate"] == pytest.approx(4 * 20 / 21, rel=0.05)
    assert result.loc["mdmu", "estimate"] == pytest.approx(1.56, rel=0.05)
    assert result.loc["mdbu", "estimate"] == pytest.approx(3.77, rel=0.05)
    assert result.loc["bgv_corrected", "estimate"] < 0.6


def test_draws_hold_where_the_spread_stands_out() -> None:
    result = coverage(Scene("", 21, 4.0), 200, 200)
    for measure in ("bgsd", "cov", "mdmu", "idisu"):
        assert result.loc[measure, "given"] == 1
        # 200 sets: 95 % give or take 4 standard errors.
        assert result.loc[measure, "held"] > 0.89, measure
