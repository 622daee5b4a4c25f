"""Two tables of the same people: every joint table counted by brute force."""

import itertools
from collections.abc import Mapping

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from warehouse.attack.people import People, gather
from warehouse.attack.public_rules import PublicRules, SourceRule, TableRule
from warehouse.attack.rows import Axis, Grid
from warehouse.attack.system_modes import attack_alone
from warehouse.tables.counts import UNKNOWN, Ints

PERSONS = 5
# Every joint table of so many people by gender, age and education.
JOINT = np.array(
    [
        np.bincount(cells, minlength=8)
        for cells in itertools.combinations_with_replacement(range(8), PERSONS)
    ]
).reshape(-1, 2, 2, 2)


def with_totals(table: Ints, axes: tuple[int, ...]) -> Ints:
    for axis in axes:
        table = np.concatenate([table, table.sum(axis=axis, keepdims=True)], axis=axis)
    return table


def grid(by: str, labels: tuple[str, str], counts: Ints, hidden: Ints) -> Grid:
    rule = TableRule(
        "survey.estimate", {"source": "hlv"}, (), ("county",), ("gender", by), (), "n", ()
    )
    axes = (
        Axis("area_id", ("0020",), None, has_other=False),
        Axis("gender", ("K", "M"), "T", has_other=False),
        Axis(by, labels, "all", has_other=False),
    )
    return Grid(rule, (), axes, np.where(hidden, UNKNOWN, counts)[None, :, :, None])


def verdicts(systems: list[People]) -> Mapping[tuple[str, str, str], str]:
    """Per hidden cell (gender, other breakdown, its category): safe or disclosed."""
    found = {}
    for one in systems:
        strongest = "union of tables" if one.tables > 1 else "integers"
        modes = {mode.mode: mode for mode in attack_alone(one, np.inf)}
        for at in np.flatnonzero(one.table.is_hidden):
            place = one.table.place(int(at))
            label = dict(zip(one.table.dimensions, one.table.labels[at], strict=True))
            is_told = place in modes[strongest].disclosed
            for by in ("age_group", "education"):
                if by in label and (label[by] != "all" or _is_margin(label)):
                    cell = (label["gender"], by, label[by])
                    found[cell] = "disclosed" if is_told else "safe"
    return found


def _is_margin(label: Mapping[str, str]) -> bool:
    return label.get("age_group", "all") == label.get("education", "all") == "all"


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    st.integers(0, len(JOINT) - 1),
    st.lists(st.booleans(), min_size=14, max_size=14),
    st.booleans(),
)
def test_tables_with_a_common_margin(number: int, flags: list[bool], is_margin_open: bool) -> None:
    """Apart with the margin open, as one system where it is hidden: as the joint table says."""
    people = JOINT[number]
    by_age, by_education = (with_totals(people.sum(axis=axis), (0, 1)) for axis in (2, 1))
    hidden_age, hidden_education = np.zeros((3, 3), dtype=bool), np.zeros((3, 3), dtype=bool)
    hidden_age[:, :2] = np.array(flags[:6]).reshape(3, 2)
    hidden_education[:, :2] = np.array(flags[6:12]).reshape(3, 2)
    if not is_margin_open:
        # The number of people stays open.
        hidden_age[:2, 2] = hidden_education[:2, 2] = flags[12:]
    rules = PublicRules({"hlv": SourceRule(5, 5)}, (), ())
    grids = [
        grid("age_group", ("young", "old"), by_age, hidden_age),
        grid("education", ("pre", "post"), by_education, hidden_education),
    ]
    found = verdicts(list(gather(grids, rules)))
    ages, educations = (with_totals(JOINT.sum(axis=axis), (1, 2)).reshape(-1, 9) for axis in (3, 2))
    fits = np.ones(len(JOINT), dtype=bool)
    for tables, table, hidden in (
        (ages, by_age, hidden_age),
        (educations, by_education, hidden_education),
    ):
        fits &= (tables[:, ~hidden.ravel()] == table.ravel()[~hidden.ravel()]).all(axis=1)
    expected = {}
    for tables, hidden, by, names in (
        (ages, hidden_age, "age_group", ("young", "old", "all")),
        (educations, hidden_education, "education", ("pre", "post", "all")),
    ):
        for at, (gender, label) in enumerate(itertools.product(("K", "M", "T"), names)):
            if hidden.ravel()[at]:
                values = len(np.unique(tables[fits, at]))
                expected[(gender, by, label)] = "safe" if values >= 3 else "disclosed"
    assert {cell: found[cell] for cell in expected} == expected
    assert len(found) <= len(expected)
