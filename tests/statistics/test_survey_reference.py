"""`jamlik share` and its macros against R's survey 4.4, every design of the reference."""

from pathlib import Path
from typing import Any

import pytest

from tests.statistics.reference import query
from tests.statistics.survey_designs import (
    DESIGNS,
    OUTCOMES,
    Rows,
    columns,
    reference,
    sample,
    shares,
)
from warehouse.statistics.macros import render
from warehouse.statistics.survey_table import Estimation

# The reference stops raking at a distance of 1 from the totals.
RAKED = "clus1_rake_stype_schwide"
Z = render("z_value", 95)
# Rows of a design whose intervals are compared; the others are shares of 0 or 1, or fixed.
COMPARED = {
    "strat_fpc": 28,
    "strat_nofpc": 28,
    "srs_fpc": 20,
    "weights_only": 28,
    "clus1_fpc": 25,
    "clus1_nofpc": 25,
    "clus2_fpc": 27,
    "clus1_poststrat_stype": 25,
    "clus1_rake_stype_schwide": 24,
    "strat_calib_stype_awards": 26,
}


def tolerance(name: str) -> float:
    return 1e-4 if name == RAKED else 1e-8


def matched(name: str, folder: Path) -> list[tuple[dict[str, str], dict[str, str]]]:
    """Our row and the reference's, for every row that the reference has of a design."""
    found = {
        (outcome, row["stype"], row["yr.rnd"]): row
        for outcome in OUTCOMES
        for row in shares(folder, DESIGNS[name], outcome)
    }
    pairs = []
    for want in reference("expected_proportions"):
        labels = {"stype": "", "yr.rnd": "", want["domain_var"]: want["domain"]}
        if want["design"] == name:
            pairs.append((found[want["variable"], labels["stype"], labels["yr.rnd"]], want))
    return pairs


def check(have: dict[str, Any], want: dict[str, str], columns: dict[str, str], by: float) -> None:
    for mine, theirs in columns.items():
        assert float(have[mine]) == pytest.approx(float(want[theirs]), abs=by, rel=0), (have, want)


@pytest.mark.parametrize("name", DESIGNS)
def test_shares_errors_and_intervals(name: str, tmp_path: Path) -> None:
    pairs = matched(name, tmp_path)
    assert len(pairs) == (22 if name == "srs_fpc" else 28)
    by = tolerance(name)
    inner: Rows = []
    for have, want in pairs:
        assert (have["n"], have["n_yes"]) == (want["n_unweighted"], want["n_yes"]), want
        assert have["df"] == want["df"], want
        check(have, want, {"estimate": "estimate", "se": "se"}, by)
        assert have["ci_method"] == method_of(want)
        if have["ci_method"] == "logit":
            check(have, want, {"ci_lower": "xlogit_low", "ci_upper": "xlogit_high"}, by)
            inner.append({**want, **have})
    assert len(inner) == COMPARED[name]
    whole = max(int(row["n"]) for row, _ in pairs)
    compared = korn_graubard(inner, whole if DESIGNS[name].margins else None)
    for have, want in zip(compared, inner, strict=True):
        check(have, want, {"ci_lower": "beta_low", "ci_upper": "beta_high"}, by)


def method_of(want: dict[str, str]) -> str:
    """Shares of 0 and 1, and those that the margins fix, have an interval of their own."""
    if want["n_yes"] in ("0", want["n_unweighted"]):
        return "clopper_pearson_kish"
    return "logit" if float(want["se"]) > 1e-10 else "no_sampling_error"


def korn_graubard(rows: Rows, whole: int | None) -> list[dict[str, Any]]:
    """The macro's limits. The package keeps all rows of a calibrated sample in its domains,
    so that its n there is the whole sample's: `whole`, in the comparison only."""
    given: dict[str, list[Any]] = {
        "row_no": list(range(len(rows))),
        **{key: [int(row[key]) for row in rows] for key in ("n_yes", "df")},
        **{key: [float(row[key]) for row in rows] for key in ("estimate", "se", "n_eff")},
        "n": [whole or int(row["n"]) for row in rows],
    }
    sql = render("survey_intervals", "input", Z, method="korn_graubard")
    names = ("ci_lower", "ci_upper", "ci_method")
    found = query(f"select {', '.join(names)} from ({sql}) order by row_no", given)
    assert {row[2] for row in found} == {"korn_graubard"}
    return [dict(zip(names, row, strict=True)) for row in found]


@pytest.mark.parametrize("name", DESIGNS)
def test_weights(name: str, tmp_path: Path) -> None:
    files = {
        "clus1_poststrat_stype": ("clus1_poststrat_stype", 1e-9),
        "strat_calib_stype_awards": ("strat_calib_stype_awards", 1e-9),
        RAKED: ("clus1_rake_stype_schwide", 1e-4),
    }
    _, calibration = sample(tmp_path, DESIGNS[name], "awards")
    if name not in files:
        assert calibration is None
        return
    table, by = files[name]
    expected = [float(row["w_final"]) for row in reference(f"weights_{table}")]
    assert calibration is not None
    assert calibration.weights == pytest.approx(expected, rel=by)


@pytest.mark.parametrize("name", DESIGNS)
def test_contrasts(name: str, tmp_path: Path) -> None:
    expected = [row for row in reference("expected_domain_contrasts") if row["design"] == name]
    design = DESIGNS[name]
    with Estimation(*sample(tmp_path, design, "awards"), columns(design, "awards")) as estimation:
        numbers = {label: n for n, label in enumerate(estimation.sample.labels[0], 1)}
        pairs = [row["contrast"].split("-") for row in expected]
        values = ", ".join(
            f"({n}, 1, {numbers[a]}, 0, 1, {numbers[b]}, 0, 1, null::bigint, null::bigint)"
            for n, (a, b) in enumerate(pairs)
        )
        keys = [f"{side}_{key}" for side in "abc" for key in estimation.keys]
        estimation.con.execute(
            f"create table pair as from (values {values}) as p(pair_id, {', '.join(keys)})"
        )
        found = estimation.differences("pair")
    assert len(found) == len(expected) == (6 if not design.margins else 3)
    for (_, estimate, se), want in zip(found, expected, strict=True):
        assert estimate == pytest.approx(float(want["estimate"]), abs=tolerance(name)), want
        assert se == pytest.approx(float(want["se"]), abs=tolerance(name)), want
