"""Positions of a small chart: nothing overlaps, nothing leaves the box, lines break."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from pages.layout import (
    CHARACTER,
    FONT,
    LABEL_HEIGHT,
    Box,
    Line,
    axis,
    domain,
    lay_out,
    shortened,
    spread,
)
from pages.numbers import SWEDISH

VALUES = st.one_of(
    st.floats(-1e9, 1e9, allow_nan=False), st.sampled_from([0.0, 1e-9, -1e9, 1e9, 80.0])
)
YEARS = st.lists(st.integers(1990, 2030), min_size=1, max_size=25, unique=True).map(sorted)
KEYS = ("area", "riket", "county", "similar")


@st.composite
def charts(draw: st.DrawFn) -> tuple[list[Line], list[int], list[int]]:
    years = draw(YEARS)
    lines = []
    for key in KEYS[: draw(st.integers(1, 4))]:
        chosen = draw(st.lists(st.sampled_from(years), unique=True))
        values = {year: draw(VALUES) for year in chosen}
        with_interval = draw(st.booleans())
        intervals = {y: (v - 1.0, v + 2.0) for y, v in values.items()} if with_interval else {}
        lines.append(Line(key, draw(st.text("Åäö-x ", min_size=1, max_size=40)), values, intervals))
    breaks = draw(st.lists(st.integers(1990, 2030), max_size=2))
    return lines, years, breaks


@given(charts())
def test_nothing_leaves_the_box_and_no_labels_meet(drawn) -> None:
    lines, years, breaks = drawn
    scale = domain(lines)
    if scale is None:
        return
    chart = lay_out(lines, years, scale, tick=SWEDISH.tick, breaks=breaks)
    box = Box()
    points = [p for line in chart.lines for run in (*line.runs, *line.bands) for p in run]
    points += [(x, y) for line in chart.lines for x, up, down in line.bars for y in (up, down)]
    assert all(chart.left <= x <= box.width - box.right for x, _ in points)
    assert all(box.top <= y <= box.height - box.bottom for _, y in points)
    assert all(0 <= y <= box.height for y, _ in chart.y_ticks)
    assert 2 <= len(chart.y_ticks) <= 6
    assert len({text for _, text in chart.y_ticks}) == len(chart.y_ticks)
    heights = sorted(label.y for label in chart.labels)
    assert all(b - a >= LABEL_HEIGHT - 0.11 for a, b in itertools.pairwise(heights))
    for label in chart.labels:
        assert label.x + len(label.text) * FONT * CHARACTER <= box.width
        assert LABEL_HEIGHT / 2 <= label.y <= box.height - LABEL_HEIGHT / 2
    assert len(chart.labels) == sum(bool(line.values) for line in lines)


@given(charts())
def test_every_value_is_drawn_once_and_no_run_crosses_a_gap(drawn) -> None:
    lines, years, breaks = drawn
    scale = domain(lines)
    if scale is None:
        return
    chart = lay_out(lines, years, scale, tick=SWEDISH.tick, breaks=breaks)
    for line, found in zip(lines, chart.lines[::-1], strict=True):
        assert sum(map(len, found.runs)) == len(line.values)
        missing = sum(
            year in line.values and (i == 0 or years[i - 1] not in line.values)
            for i, year in enumerate(years)
        )
        if not breaks:
            assert len(found.runs) == missing


@given(st.lists(st.floats(-500, 500), min_size=1, max_size=10))
def test_spread_keeps_order_and_moves_only_what_is_too_near(wanted: list[float]) -> None:
    placed = spread(wanted, 13, 0, 150)
    ordered = sorted(placed)
    assert all(b - a >= 13 - 1e-6 for a, b in itertools.pairwise(ordered))
    assert ordered[0] >= -1e-9 and ordered[-1] <= 150 + 1e-9
    pairs = sorted(zip(wanted, placed, strict=True))
    assert [p for _, p in pairs] == sorted(p for _, p in pairs)


def test_spread_leaves_what_is_apart_and_centres_what_meets() -> None:
    assert spread([20, 60, 100], 13, 0, 150) == [20, 60, 100]
    assert spread([50, 50], 10, 0, 150) == [45, 55]


@given(VALUES, VALUES)
def test_an_axis_holds_its_values(a: float, b: float) -> None:
    low, high, ticks, step = axis(min(a, b), max(a, b))
    assert low <= min(a, b) and high >= max(a, b)
    assert all(low - step * 1e-6 <= tick <= high + step * 1e-6 for tick in ticks)


def test_a_line_breaks_at_a_missing_year_and_before_a_new_series() -> None:
    line = Line("area", "Falun", {2018: 1.0, 2020: 2.0, 2021: 3.0, 2022: 4.0}, {})
    chart = lay_out(
        [line], [2018, 2019, 2020, 2021, 2022], (1, 4), tick=SWEDISH.tick, breaks=[2022]
    )
    assert [len(run) for run in chart.lines[0].runs] == [1, 2, 1]
    assert len(chart.breaks) == 1


def test_years_that_nobody_has_do_not_break_a_line() -> None:
    line = Line("area", "Falun", {2018: 1.0, 2020: 2.0}, {})
    chart = lay_out([line], [2018, 2020], (1, 2), tick=SWEDISH.tick)
    assert [len(run) for run in chart.lines[0].runs] == [2]


def test_long_labels_are_cut() -> None:
    assert shortened("Smedjebacken", 86) == "Smedjebacken"
    assert shortened("Smedjebackens kommun", 86) == "Smedjebacke…"
