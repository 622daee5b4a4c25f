"""The slope over quantiles of one area, against OHID's package."""

from typing import Any

import pytest

from tests.statistics.reference import number, query, reference
from warehouse.statistics.macros import render

Z = {"95_0": render("z_value", 95), "99_8": render("z_value", 99.8)}
TRANSFORM = {("1", "TRUE"): "log", ("2", "TRUE"): "logit"}


def _table(rows: list[dict[str, str]], transform: str, se_from: str) -> dict[str, list[Any]]:
    """Values and errors on the scale that the line is fitted on."""
    import math

    to = {
        "none": lambda v: v,
        "log": math.log,
        "logit": lambda p: math.log(p / (1 - p)),
    }[transform]
    columns: dict[str, list[Any]] = {"k": [], "position": [], "n": [], "y": [], "s": []}
    for row in rows:
        low, high = number(row["LowerCL"]), number(row["UpperCL"])
        columns["k"].append(1)
        columns["position"].append(int(row["Quantile"]))
        columns["n"].append(float(row["Population"]))
        columns["y"].append(to(float(row["Value"])))
        if se_from == "se":
            columns["s"].append(float(row["StandardError"]))
        else:
            assert low is not None and high is not None
            columns["s"].append((to(high) - to(low)) / 2 / float(Z["95_0"]))
    return columns


def _fit(table: dict[str, list[Any]], transform: str) -> dict[str, float]:
    sql = render("area_slope", "input", ["k"], "position", "n", "y", "s")
    columns = {
        "sii": render("area_sii", "mean", "slope", transform),
        "rii": render("area_rii", "mean", "slope", transform),
        "intercept": render("area_sii_end", "mean", "slope", "-", transform),
        "n_groups": "n_groups",
    }
    for level, z in Z.items():
        for side, sign in (("lower", "-"), ("upper", "+")):
            turned = f"(slope {sign} {z} * slope_se)"
            columns[f"sii_{side}{level}cl"] = render("area_sii", "mean", turned, transform)
            columns[f"rii_{side}{level}cl"] = render("area_rii", "mean", turned, transform)
    text = ", ".join(f"{expression} as {name}" for name, expression in columns.items())
    row = query(f"select {text} from ({sql}) as t", table)[0]
    return dict(zip(columns, row, strict=True))


def test_against_the_package() -> None:
    """Estimates 1e-9; limits from draws within 1 % of their interval's width.

    The relative index within 3 %: its limits turn the line around a mean without error.
    """
    inputs: dict[str, list[dict[str, str]]] = {}
    for row in reference("phe_input_sii"):
        inputs.setdefault(row["blk"], []).append(row)
    compared = {"estimates": 0, "limits": 0}
    expected = reference("phe_computed_sii")
    assert len(expected) == 88
    near = {"sii": 0.01, "rii": 0.03}
    for want in expected:
        transform = TRANSFORM.get((want["value_type"], want["transform"]), "none")
        found = _fit(_table(inputs[want["blk"]], transform, want["se_from"]), transform)
        for name in ("sii", "rii", "intercept"):
            assert found[name] == pytest.approx(float(want[name]), rel=1e-9, abs=1e-12), want
            compared["estimates"] += 1
        for measure in ("sii", "rii"):
            for level in Z:
                limits = [float(want[f"{measure}_{side}{level}cl"]) for side in ("lower", "upper")]
                width = limits[1] - limits[0]
                for side, limit in zip(("lower", "upper"), limits, strict=True):
                    have = found[f"{measure}_{side}{level}cl"]
                    assert have == pytest.approx(limit, abs=near[measure] * width), (
                        want,
                        measure,
                        level,
                    )
                    compared["limits"] += 1
    assert compared == {"estimates": 3 * 88, "limits": 8 * 88}
