"""Laws that measures of inequality obey, on generated groups."""

import math
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.statistics.groups import Row, measured, ordered

FEW = settings(max_examples=8, deadline=None)
estimates = st.lists(st.integers(1, 9999).map(lambda n: n / 100), min_size=3, max_size=12)
counts = st.integers(1, 10_000)


@st.composite
def sets(draw: Any) -> list[Row]:
    """Six result sets at once: planning the query takes longer than running it."""
    groups = []
    for set_id in range(1, 7):
        some = ordered(set_id, draw(estimates), scale_min=0.0, scale_max=1000.0)
        for row in some:
            row["population"] = float(draw(counts))
            row["se"] = draw(st.integers(0, 500)) / 100
        groups += some
    return groups


def values(groups: list[Row]) -> dict[tuple[int, str], float | None]:
    return {key: row["estimate"] for key, row in measured(groups).items()}


def assert_same(
    before: dict[tuple[int, str], float | None],
    after: dict[tuple[int, str], float | None],
    names: tuple[str, ...],
    size: float = 1.0,
    sign: int = 1,
) -> None:
    assert before.keys() == after.keys()
    for key, value in before.items():
        if key[1] in names:
            other = after[key]
            if value is None or other is None:
                assert value is other, key
            else:
                assert math.isclose(value, sign * other, rel_tol=1e-9, abs_tol=1e-9 * size), key


@FEW
@given(sets(), st.integers(1, 900))
def test_adding_a_constant_moves_no_absolute_measure(groups: list[Row], shift: int) -> None:
    moved = [row | {"estimate": row["estimate"] + shift} for row in groups]
    absolute = ("d", "sii", "aci", "bgv", "bgsd", "mdmu", "mdmw", "mdbu", "mdbw", "par")
    assert_same(values(groups), values(moved), absolute, 1000.0)


@FEW
@given(sets(), st.integers(1, 1000))
def test_a_unit_moves_no_relative_measure(groups: list[Row], factor: int) -> None:
    scaled = [
        row | {"estimate": row["estimate"] * factor / 10, "scale_max": 100.0 * factor}
        for row in groups
    ]
    relative = ("r", "rii", "rci", "rci_wagstaff", "rci_erreygers", "ti", "mld", "cov", "paf")
    assert_same(values(groups), values(scaled), (*relative, "idisu", "idisw"))


@FEW
@given(sets(), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_no_bit(groups: list[Row], random: Any) -> None:
    assert measured(groups) == measured(random.sample(groups, len(groups)))


@FEW
@given(sets())
def test_bounds_and_signs(groups: list[Row]) -> None:
    rows = measured(groups)
    turned = measured([row | {"polarity": -1} for row in groups], measures=["d"])
    for (set_id, measure), row in rows.items():
        if measure in ("bgv", "ti", "mld", "mdmw", "mdbu", "bgv_corrected"):
            assert row["estimate"] >= 0
        if measure in ("rci", "rci_erreygers") and row["estimate"] is not None:
            assert abs(row["estimate"]) <= 1
        if measure == "bgv_corrected":
            assert row["estimate"] <= rows[set_id, "bgv"]["estimate"]
        if measure == "d":
            own = [one["estimate"] for one in groups if one["set_id"] == set_id]
            assert row["gap_size"] == row["estimate"] == own[-1] - own[0]
            assert turned[set_id, "d"]["estimate"] == own[0] - own[-1]
        if row["ci_lower"] is not None:
            assert row["ci_lower"] <= row["ci_upper"]


@FEW
@given(sets())
def test_reversing_the_order_turns_slopes_around(groups: list[Row]) -> None:
    turned = [row | {"group_order": 100 - row["group_order"]} for row in groups]
    assert_same(values(groups), values(turned), ("sii", "aci", "rci"), sign=-1)
