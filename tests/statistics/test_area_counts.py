"""Wilson, Byar and exact limits against OHID's package, and their properties."""

import math
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.statistics.reference import area, compare, evaluate, number, reference
from warehouse.statistics.macros import render

LIMITS = {
    f"{side}{level}cl": f"{side}{level}cl"
    for level in ("95_0", "99_8")
    for side in ("lower", "upper")
}
INPUT = {"Area": "Area", "Numerator": "Numerator", "Denominator": "Denominator"}
Z = {"95%": render("z_value", 95), "99.8%": render("z_value", 99.8)}


@pytest.mark.parametrize(
    ("kind", "table", "rows"),
    [
        ("proportion", "phe_computed_proportion", 16),
        ("proportion", "phe_Proportion__testdata_Prop", 19),
        ("rate", "phe_computed_rate", 17),
        ("rate", "phe_Rate__testdata_Rate", 20),
    ],
)
def test_single_areas(kind: str, table: str, rows: int, tmp_path: Path) -> None:
    expected = reference(table)
    assert len(expected) == rows
    compared = 0
    multipliers = {"computed_proportion": ["100"], "computed_rate": ["100000"]}.get(
        table[4:], sorted({row.get("multiplier", "") for row in expected})
    )
    for multiplier in multipliers:
        part = [row for row in expected if row.get("multiplier", multiplier) == multiplier]
        complete = [row for row in part if row["value"]]
        columns = {"value": "value", **LIMITS}
        found = area(tmp_path, part, INPUT, kind, multiplier=float(multiplier or 1))
        for have, want in zip(found, part, strict=True):
            assert bool(have["reason"]) == (not want["value"])
        compared += compare([row for row in found if not row["reason"]], complete, columns)
        if kind == "rate":
            assert [r["method"] for r in found if r["value"]] == [r["method"] for r in complete]
        assert {r["statistic"] for r in found} == {r["statistic"] for r in part}
    assert compared == 5 * len([row for row in expected if row["value"]])


@pytest.mark.parametrize(
    ("kind", "table", "rows"),
    [
        ("proportion", "phe_Proportion__testdata_Prop_g", 8),
        ("rate", "phe_Rate__testdata_Rate_g", 9),
    ],
)
def test_one_level(kind: str, table: str, rows: int, tmp_path: Path) -> None:
    expected = reference(table)
    found = area(
        tmp_path,
        expected,
        INPUT,
        kind,
        confidence=[95],
        multiplier=float(expected[0]["multiplier"]),
    )
    columns = {"value": "value", "lower95_0cl": "lowercl", "upper95_0cl": "uppercl"}
    assert compare(found, expected, columns) == 3 * rows


def test_byar_and_wilson_table() -> None:
    compared = 0
    for row in reference("phe_Byars_Wilson__testdata_B_W"):
        z, x, n = Z[row["confidence"]], float(row["x"]), number(row["n"])
        for side in ("lower", "upper"):
            want = number(row[f"{side}cl"])
            if row["method"] == "Wilson":
                got = evaluate(render(f"wilson_{side}", "x", "n", z), x=x, n=n)
            else:
                got = evaluate(render(f"byar_{side}", "x", z), x=x)
            assert got == (None if want is None else pytest.approx(want, rel=1e-9, abs=0))
            compared += 1
    assert compared == 26


def test_grid_at_four_levels() -> None:
    """Levels without a constant of their own as well: 90 and 99 %."""
    from statistics import NormalDist

    compared = 0
    grid = reference("phe_computed_byars_wilson_exact_grid")
    for level in sorted({row["confidence"] for row in grid}):
        z = repr(NormalDist().inv_cdf(0.5 + float(level) / 2))
        rows = [row for row in grid if row["confidence"] == level]
        values = {"x": [int(r["x"]) for r in rows], "n": [int(r["n"]) for r in rows]}
        for column, macro, arguments in (
            ("byars", "byar", ("x",)),
            ("wilson", "wilson", ("x", "n")),
            ("poisson_exact", "poisson_exact", ("x",)),
        ):
            for side in ("lower", "upper"):
                found = evaluate(render(f"{macro}_{side}", *arguments, z), **values)
                for have, row in zip(found, rows, strict=True):
                    want = number(row[f"{column}_{side}"])
                    near = None if want is None else pytest.approx(want, rel=1e-9, abs=1e-300)
                    assert have == near, (level, row, column, side)
                    compared += 1
    assert compared == 6 * 228


def poisson_tail_from(x: int, expected: float) -> float:
    """P(X >= x), summed upwards from its first term."""
    term = math.exp(x * math.log(expected) - expected - math.lgamma(x + 1))
    total, k = 0.0, x
    while term > total * 1e-17:
        total, k = total + term, k + 1
        term *= expected / k
    return total


@pytest.mark.parametrize("level", [60, 80, 95, 99.8, 99.99])
def test_exact_limits_solve_their_equations(level: float) -> None:
    """Around 10 and 30, where tables end, and far above; by Poisson's own sum."""
    from statistics import NormalDist

    z = repr(NormalDist().inv_cdf(0.5 + level / 200))
    p = (1 - level / 100) / 2
    counts = [*range(1, 60), 100, 400, 1000]
    lower = evaluate(render("poisson_exact_lower", "x", z), x=counts)
    upper = evaluate(render("poisson_exact_upper", "x", z), x=counts)
    for x, low, high in zip(counts, lower, upper, strict=True):
        # A relative error e of the limit moves the tail by about z·sqrt(x)·e of itself;
        # lgamma's rounding at x = 1000 is 1e-13 x 6000.
        assert poisson_tail_from(x, low) == pytest.approx(p, rel=1e-9)
        assert 1 - poisson_tail_from(x + 1, high) == pytest.approx(p, rel=1e-9)
    assert evaluate(render("poisson_exact_lower", "x", z), x=0) == 0
    assert evaluate(render("poisson_exact_upper", "x", z), x=0) == pytest.approx(-math.log(p))


def test_exact_limits_of_fractions_are_refused() -> None:
    z = render("z_value", 95)
    for macro in ("poisson_lower", "poisson_exact_lower", "poisson_exact_upper"):
        assert evaluate(render(macro, "x", z), x=4.5) is None
    assert evaluate(render("poisson_exact_upper", "x", z), x=40.5) is None


def test_z_must_be_a_number_for_exact_limits() -> None:
    import jinja2

    with pytest.raises(jinja2.TemplateError, match="needs a number z"):
        render("poisson_lower", "x", "some_column")


@given(st.integers(1, 10**9), st.floats(0, 1), st.sampled_from(list(Z.values())))
def test_wilson_holds_the_share_and_narrows(n: int, share: float, z: str) -> None:
    x = round(n * share)
    text = [render(f"wilson_{side}", "x", "n", z) for side in ("lower", "upper")]
    low, high = (evaluate(t, x=x, n=n) for t in text)
    assert 0 <= low <= x / n <= high <= 1
    wider = evaluate(f"({text[1]}) - ({text[0]})", x=x, n=n)
    narrower = evaluate(f"({text[1]}) - ({text[0]})", x=4 * x, n=4 * n)
    assert narrower < wider


@settings(max_examples=25)
@given(st.lists(st.integers(0, 60) | st.integers(0, 10**7), min_size=1, max_size=40))
def test_poisson_limits_hold_the_count_and_nest(counts: list[int]) -> None:
    text = {
        (level, side): render(f"poisson_{side}", "x", z)
        for level, z in Z.items()
        for side in ("lower", "upper")
    }
    found = {key: evaluate(expression, x=counts) for key, expression in text.items()}
    after = evaluate(text["95%", "upper"], x=[x + 1 for x in counts])
    for i, x in enumerate(counts):
        low, high = found["95%", "lower"][i], found["95%", "upper"][i]
        assert found["99.8%", "lower"][i] <= low <= x <= high <= found["99.8%", "upper"][i]
        assert high < after[i]
