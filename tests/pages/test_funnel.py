"""Funnels: persons, limits and places are right, names meet nothing, the table holds it all."""

import itertools
import json
import math
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pages.funnel import Dot, Funnel, Limits
from pages.funnel_chart import BOX, RADIUS, Mark, lay_out_funnel, meet, place_names, round_counts
from pages.layout import CHARACTER, FONT, LABEL_HEIGHT
from pages.texts import language
from tests.pages.made import Tables
from tests.pages.made_funnel import COUNTED, RIKET, Z
from tests.pages.test_site import swedish
from warehouse.statistics.macros import render

PLACES = {"2080": "outside", "2081": "outside", "2039": "inside"}


def limits(n: int, level: float) -> tuple[float, float]:
    p = RIKET / 100
    reach = 100 * Z[level] * math.sqrt(p * (1 - p) / n)
    return RIKET - reach, RIKET + reach


def test_persons_limits_and_places_are_those_of_the_formulas(funnel_page: Path) -> None:
    document = json.loads(funnel_page.with_suffix(".json").read_text(encoding="utf-8"))["funnel"]
    assert (document["year_end"], document["riket"]) == (2024, RIKET)
    found = {one["area_id"]: one for one in document["areas"]}
    assert list(found) == ["2080", "2081", "2039"]
    for area, (n, x) in COUNTED.items():
        assert (found[area]["n"], found[area]["value"]) == (n, round(100 * x / n, 1))
        assert found[area]["limits_95"] == pytest.approx(limits(n, 95), abs=1e-9)
        assert found[area]["limits_998"] == pytest.approx(limits(n, 99.8), abs=1e-9)
        assert found[area]["place"] == PLACES[area]


def test_the_page_draws_it_says_what_is_outside_and_has_the_numbers(funnel_page: Path) -> None:
    html = funnel_page.read_text(encoding="utf-8")
    assert "Utanför 95 %: 2 av 3 kommuner, 0,15 vore att vänta av slump." in html
    assert html.count('<circle class="dot outside"') == 2
    assert html.count('<circle class="dot inside"') == 1
    (rows,) = [
        rows
        for _, kind, rows in Tables(html).tables
        if kind == "figures" and rows[0][1] == "Personer"
    ]
    for row, (area, (n, x)) in zip(rows[1:], COUNTED.items(), strict=True):
        assert row[1] == f"{n:,}".replace(",", "\u00a0") and row[2] == swedish(100 * x / n)
        assert row[3] == "–".join(map(swedish, limits(n, 95)))
        assert row[4] == "–".join(map(swedish, limits(n, 99.8)))
        assert row[5] == {"inside": "innanför 95 %", "outside": "utanför 99,8 %"}[PLACES[area]]
        assert row[6] == "Sämre än Riket"


def test_indicators_without_known_populations_have_none(funnel_page: Path, site: Path) -> None:
    assert 'id="funnel"' in funnel_page.read_text(encoding="utf-8")
    # Of two municipalities only the populations are known.
    assert 'id="funnel"' not in (site / "indicator" / "N00001.html").read_text(encoding="utf-8")
    assert json.loads((site / "indicator" / "N00002.json").read_text())["funnel"] is None


@settings(max_examples=40)
@given(st.integers(1, 10**6).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_number_of_persons_is_found_again(drawn: tuple[int, int]) -> None:
    x, n = drawn
    z = render("z_value", 95)
    lower, upper = (render(f"wilson_{side}", "x", "n", z) for side in ("lower", "upper"))
    (found,) = duckdb.execute(
        f"select {render('wilson_n', 'l', 'u', z)} from (select {lower} as l, {upper} as u "
        f"from (select {x}::bigint as x, {n}::bigint as n))"
    ).fetchone()
    assert round(found) == n


def test_no_persons_without_two_limits() -> None:
    for lower, upper in (("0.5", "0.5"), ("-0.1", "0.5"), ("0.5", "1.1"), ("null", "0.5")):
        sql = render("wilson_n", f"cast({lower} as double)", f"cast({upper} as double)", "1.96")
        assert duckdb.execute(f"select {sql}").fetchone() == (None,)


MARKS = st.lists(
    st.builds(
        Mark,
        st.floats(60, BOX.width - BOX.right),
        st.floats(BOX.top, BOX.height - BOX.bottom),
        st.sampled_from(["inside", "between", "outside"]),
        st.text("Åäö-x ", min_size=1, max_size=16),
    ),
    max_size=30,
)


@given(MARKS)
def test_names_meet_no_dot_and_no_name(marks: list[Mark]) -> None:
    def covers(name) -> tuple[float, float, float, float]:
        width = len(name.text) * FONT * CHARACTER
        start = name.x - {"start": 0, "middle": width / 2, "end": width}[name.anchor]
        return start, name.y - LABEL_HEIGHT / 2, start + width, name.y + LABEL_HEIGHT / 2

    boxes = [covers(name) for name in place_names(marks, 40.0, BOX)]
    assert not any(meet(a, b) for a, b in itertools.combinations(boxes, 2))
    for left, top, right, bottom in boxes:
        assert left >= 40 and right <= BOX.width - BOX.right
        assert top >= 0 and bottom <= BOX.height - BOX.bottom
        for mark in marks:
            reach = RADIUS - 1e-6
            dot = (mark.x - reach, mark.y - reach, mark.x + reach, mark.y + reach)
            assert not meet((left, top, right, bottom), dot)
    assert not marks or boxes or len(marks) > 1


def test_lines_narrow_with_size_and_everything_is_in_the_box() -> None:
    sizes = [100.0 * 1.2**k for k in range(30)]
    curve = [
        Limits(n, (50 - 90 / n**0.5, 50 + 90 / n**0.5), (50 - 150 / n**0.5, 50 + 150 / n**0.5))
        for n in sizes
    ]
    dots = [Dot("2080", 90.0, curve[3]), Dot("2081", 20.0, curve[-1]), Dot("2039", 50.0, curve[9])]
    names = {"2080": "Falun", "2081": "Borlänge", "2039": "Älvdalen"}
    chart = lay_out_funnel(Funnel("N1", 2024, 50.0, dots, curve), names, 1, language("sv"))
    points = [p for _, line in chart.lines for p in line] + [(m.x, m.y) for m in chart.marks]
    assert all(chart.left <= x <= BOX.width - BOX.right for x, _ in points)
    assert all(BOX.top <= y <= BOX.height - BOX.bottom for _, y in points)
    (low, high), (outer_low, outer_high) = (
        [line for key, line in chart.lines if key == wanted] for wanted in ("inner", "outer")
    )
    for k, (_, y) in enumerate(chart.lines[0][1]):
        heights = (outer_high[k][1], high[k][1], y, low[k][1], outer_low[k][1])
        assert list(heights) == sorted(heights)
    assert low[0][1] - high[0][1] > low[-1][1] - high[-1][1]
    assert [mark.place for mark in chart.marks] == ["outside", "outside", "inside"]
    assert round_counts(900, 60_000) == [1000, 2000, 5000, 10_000, 20_000, 50_000]
