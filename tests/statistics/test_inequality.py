"""Rules of the inequality macros: what is given, what is withheld and why, ties, directions."""

from typing import Any

import jinja2
import pytest

from tests.statistics.groups import Row, group, measured, ordered
from warehouse.statistics.macros import names, render


def one(groups: list[Row], measure: str, **options: Any) -> Row:
    return measured(groups, **options)[1, measure]


def unordered(estimates: list[float | None], **other: Any) -> list[Row]:
    return [group(1, n, y, **other) for n, y in enumerate(estimates, 1)]


def test_measures_of_a_set_depend_on_what_it_declares() -> None:
    plain = {measure for _, measure in measured(unordered([1.0, 2.0, 3.0]))}
    along = {measure for _, measure in measured(ordered(1, [1.0, 2.0, 3.0]))}
    assert along - plain == {"sii", "rii", "aci", "rci", "rci_wagstaff", "rci_erreygers"}
    named = unordered([1.0, 2.0, 3.0])
    named[0]["is_reference"] = True
    assert {measure for _, measure in measured(named)} - plain == {"mdru", "mdrw"}


def test_the_list_of_measures_can_be_restricted() -> None:
    assert set(measured(unordered([1.0, 2.0, 3.0]), measures=["d", "bgv"])) == {
        (1, "d"),
        (1, "bgv"),
    }
    with pytest.raises(jinja2.TemplateError, match="unknown measure"):
        render("inequality_measures", "groups", ["bgv", "gini"])


def test_every_row_accounts_for_what_is_missing() -> None:
    sets = [
        *ordered(1, [50.0, 60.0, 70.0], se=1.0),
        *ordered(2, [50.0, 60.0, None], se=1.0),
        *ordered(3, [0.0, 60.0, 70.0], scale_min=0.0, scale_max=65.0),
        *ordered(4, [5.0, 5.0, 5.0], se=0.5, population=None),
        *[group(5, n, -1.0 * n, polarity=0, population=0.0) for n in range(3)],
        group(6, 1, 3.0),
        group(7, 1, None),
    ]
    rows = measured(sets)
    assert {set_id for set_id, _ in rows} == set(range(1, 8))
    for row in rows.values():
        whole = None not in (row["estimate"], row["ci_lower"], row["ci_upper"])
        assert (row["reason"] is None) == whole, row
        assert (row["ci_method"] == "none") == (row["ci_lower"] is None), row
        assert row["n_groups"] is not None
        assert (row["estimate"] is None) == (row["gap_direction"] is None)


@pytest.mark.parametrize(
    ("n", "missing", "given"), [(20, 3, True), (20, 4, False), (7, 1, True), (6, 1, False)]
)
def test_up_to_15_percent_of_the_groups_may_be_missing(n: int, missing: int, given: bool) -> None:
    estimates: list[float | None] = [None] * missing + [10.0 + i for i in range(n - missing)]
    row = one(unordered(estimates), "bgv")
    assert (row["estimate"] is not None) == given
    assert row["n_groups"] == n - missing
    assert given or row["reason"] == "more than 15 % of the groups have no value"


def test_two_groups_have_difference_and_ratio_only() -> None:
    rows = measured(unordered([2.0, 3.0]))
    given = {measure for (_, measure), row in rows.items() if row["estimate"] is not None}
    assert given == {"d", "r"}
    assert rows[1, "bgv"]["reason"] == "fewer than 3 groups have a value"


@pytest.mark.parametrize(
    ("polarity", "difference", "gap", "direction"),
    [
        (1, 20.0, 20.0, "disadvantaged_worse"),
        (-1, -20.0, -20.0, "disadvantaged_better"),
        (0, 20.0, None, "advantaged_higher"),
    ],
)
def test_which_of_two_ends_is_first(
    polarity: int, difference: float, gap: float | None, direction: str
) -> None:
    row = one(ordered(1, [50.0, 60.0, 70.0], polarity=polarity), "d")
    assert (row["estimate"], row["gap_size"], row["gap_direction"]) == (difference, gap, direction)


def test_the_gap_of_a_slope_follows_polarity() -> None:
    for polarity, size in ((1, 30.0), (-1, -30.0)):
        row = one(ordered(1, [50.0, 60.0, 70.0], polarity=polarity), "sii")
        assert row["estimate"] == pytest.approx(30.0)
        assert row["gap_size"] == pytest.approx(size)


def test_a_reference_is_compared_with_the_worst_of_the_others() -> None:
    for polarity, difference in ((1, 40.0 - 10.0), (-1, 70.0 - 40.0)):
        groups = unordered([10.0, 40.0, 70.0], polarity=polarity)
        groups[1]["is_reference"] = True
        assert one(groups, "d")["estimate"] == difference


def test_tied_extremes_are_the_first_group_and_one_row() -> None:
    groups = unordered([10.0, 18.0, 18.0, 12.0])
    for row, se in zip(groups, (1.0, 2.0, 5.0, 1.0), strict=True):
        row["se"] = se
    assert one(groups, "d", gated=False)["se"] == pytest.approx(5**0.5)
    assert one(groups[::-1], "d", gated=False)["se"] == pytest.approx(5**0.5)


def test_groups_of_one_order_share_their_rank() -> None:
    groups = ordered(1, [60.0, 70.0, 75.0, 90.0])
    groups[2]["group_order"] = groups[1]["group_order"]
    merged = ordered(1, [60.0, 72.5, 90.0])
    merged[1]["population"] = 200.0
    for measure in ("sii", "aci", "rci"):
        assert one(groups, measure)["estimate"] == pytest.approx(one(merged, measure)["estimate"])


def test_equal_values_have_no_slope() -> None:
    rows = measured(ordered(1, [50.1] * 5, se=1.0))
    assert rows[1, "sii"]["estimate"] == 0.0 and rows[1, "sii"]["se"] > 0
    assert rows[1, "rii"]["estimate"] == 1.0
    assert [rows[1, name]["estimate"] for name in ("d", "aci", "bgv", "ti", "mld")] == [0.0] * 5


def test_selected_extremes_have_no_interval() -> None:
    rows = measured(unordered([50.0, 60.0, 70.0], se=1.0))
    for measure in ("d", "r", "par", "paf"):
        assert rows[1, measure]["ci_lower"] is None
        assert "selected" in rows[1, measure]["reason"]


def test_a_reference_among_many_needs_spread_for_an_interval() -> None:
    for spread, given in ((0.1, False), (3.0, True)):
        groups = unordered([50.0 + spread * n for n in range(9)], se=2.0)
        groups[4]["is_reference"] = True
        rows = measured(groups)
        assert (rows[1, "d"]["ci_lower"] is not None) == given
        assert rows[1, "par"]["ci_lower"] is None
    few = unordered([50.0, 50.1, 50.2], se=2.0)
    few[0]["is_reference"] = True
    assert one(few, "d")["ci_lower"] is not None


def test_spread_must_stand_out_from_noise() -> None:
    near = measured(unordered([50.0, 51.0, 52.0, 53.0], se=2.0))
    far = measured(unordered([50.0, 60.0, 70.0, 80.0], se=2.0))
    for measure in ("bgv", "ti", "mld"):
        assert near[1, measure]["reason"] == "spread not distinguishable from noise"
        assert near[1, measure]["estimate"] > 0
        assert far[1, measure]["ci_lower"] < far[1, measure]["estimate"]


def test_many_groups_move_bgv_by_more_than_its_interval_allows() -> None:
    row = one(unordered([50.0 + 10 * (n % 7) for n in range(290)], se=6.0), "bgv")
    assert row["ci_lower"] is None and "bgv_corrected" in row["reason"]


def test_bgv_corrected_is_less_by_the_noise() -> None:
    rows = measured(unordered([50.0, 60.0, 70.0], se=2.0))
    assert rows[1, "bgv"]["estimate"] - rows[1, "bgv_corrected"]["estimate"] == pytest.approx(8 / 3)
    row = one(unordered([50.0, 50.5, 51.0], se=2.0), "bgv_corrected")
    assert row["estimate"] == 0.0 and row["ci_lower"] == 0.0 and row["ci_upper"] > 1


def test_the_wrong_sign_makes_a_risk_of_zero_and_its_interval_too() -> None:
    row = one(ordered(1, [10.0, 12.0, 14.0, 20.0], polarity=-1, se=0.5), "par")
    assert (row["estimate"], row["ci_lower"], row["ci_upper"]) == (0.0, 0.0, 0.0) or (
        row["ci_lower"] <= 0.0 and row["ci_upper"] == 0.0
    )


def test_a_given_average_stands_in_for_missing_populations() -> None:
    groups = unordered([60.0, 70.0, 90.0], population=None, setting_average=80.0)
    rows = measured(groups)
    assert rows[1, "mdmu"]["estimate"] == pytest.approx(40 / 3)
    assert rows[1, "par"]["estimate"] == pytest.approx(10.0)
    assert rows[1, "mdmw"]["reason"] == "a group has no population"


def test_the_scale_is_declared_never_guessed() -> None:
    assert one(ordered(1, [0.2, 0.3, 0.4]), "rci_wagstaff")["reason"] == "no scale is declared"
    outside = ordered(1, [20.0, 30.0, 140.0], scale_min=0.0, scale_max=100.0)
    assert "outside" in one(outside, "rci_erreygers")["reason"]


def test_every_macro_of_the_folder_can_be_reached() -> None:
    """Those with an engine's prefix through their dispatching macro."""
    known = names()
    assert {"inequality_measures", "inequality_draws", "inequality_with_draws"} <= set(known)
    for name in known:
        if "__" in name:
            assert name.split("__", 1)[1] in known, name
    for name in ("inequality_measures", "inequality_draws"):
        sql = render(name, "groups")
        assert sql.startswith("with ") and "{" not in sql
