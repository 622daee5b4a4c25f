"""A funnel as a page shows it: where dots, lines and names go, its words and its table.

What belongs here: positions and texts of a language. What does not: the limits (`funnel.py`)
and markup (`templates/macros.html`).
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pages.cards import verdict_against
from pages.funnel import Dot, Funnel
from pages.layout import CHARACTER, FONT, LABEL_HEIGHT, Box, axis, spread
from pages.model import Series
from pages.numbers import decimals_of
from pages.texts import Language

BOX = Box(width=560.0, height=330.0, top=10.0, bottom=36.0, right=74.0)
RADIUS = 4.0
Rectangle = tuple[float, float, float, float]


@dataclass(frozen=True)
class Mark:
    """A municipality's dot."""

    x: float
    y: float
    place: str
    name: str


@dataclass(frozen=True)
class Name:
    """A name beside its dot; `anchor` is the end of the text that `x` is."""

    x: float
    y: float
    anchor: str
    text: str


@dataclass(frozen=True)
class FunnelChart:
    """All positions; y grows downwards.

    Args:
        lines: Key (riket, inner or outer) and points of each.
        ends: Key, text and height of what is written at the lines' right ends.
        names: Of the dots beside which there is room; the table has them all.
    """

    box: Box
    left: float
    lines: Sequence[tuple[str, Sequence[tuple[float, float]]]]
    ends: Sequence[tuple[str, str, float]]
    marks: Sequence[Mark]
    names: Sequence[Name]
    x_ticks: Sequence[tuple[float, str]]
    y_ticks: Sequence[tuple[float, str]]


@dataclass(frozen=True)
class FunnelView:
    """The chart, its text alternative, what is said of it, and its numbers as a table."""

    chart: FunnelChart
    title: str
    alternative: str
    told: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


def funnel_view(funnel: Funnel, series: Sequence[Series], language: Language) -> FunnelView:
    """What a page shows of a funnel.

    Args:
        funnel: The limits and municipalities.
        series: The indicator in every area of the page.
        language: Of all texts.
    """
    by_area = {one.area.area_id: one for one in series}
    decimals = decimals_of(series[0].indicator)
    places = [dot.place for dot in funnel.dots]
    values = {
        "year": funnel.year,
        "riket": language.numbers.number(funnel.riket, decimals),
        "of": len(places),
        "inner": len(places) - places.count("inside"),
        "outer": places.count("outside"),
        "expected": 0.05 * len(places),
    }
    levels = [language("funnel.limits", level=text) for text in _levels(language)]
    heads = ["municipality", "funnel.n", "value", "funnel.place", "against_riket"]
    columns = [language(key) for key in heads]
    return FunnelView(
        lay_out_funnel(
            funnel, {i: one.area.name for i, one in by_area.items()}, decimals, language
        ),
        language("funnel.title", year=funnel.year),
        language("funnel.alt", title=series[0].indicator.short_title, **values),
        language("funnel.told", **values),
        [*columns[:3], *levels, *columns[3:]],
        [_row(dot, by_area[dot.area_id], funnel.year, language) for dot in funnel.dots],
    )


def _levels(language: Language) -> tuple[str, str]:
    return language.numbers.number(95, 0), language.numbers.number(99.8, 1)


def _row(dot: Dot, series: Series, year: int, language: Language) -> list[str]:
    number, decimals = language.numbers.number, decimals_of(series.indicator)
    limits = (
        "–".join(number(x, decimals) for x in pair) for pair in (dot.limits.inner, dot.limits.outer)
    )
    is_latest = series.latest is not None and series.latest.year_end == year
    return [
        series.area.name,
        number(dot.limits.n, 0),
        number(dot.value, decimals),
        *limits,
        language(f"funnel.{dot.place}"),
        verdict_against(series, "riket", language).text if is_latest else "..",
    ]


def lay_out_funnel(
    funnel: Funnel, names: Mapping[str, str], decimals: int, language: Language
) -> FunnelChart:
    """Place everything; on a logarithmic axis small municipalities do not crowd."""
    numbers, box = language.numbers, BOX
    extent = [x for limits in funnel.curve for x in limits.outer]
    extent += [dot.value for dot in funnel.dots]
    low, high, y_ticks, step = axis(min(extent), max(extent))
    y_texts = [numbers.tick(value, step) for value in y_ticks]
    left = max(map(len, y_texts)) * FONT * CHARACTER + 6
    right = box.width - box.right
    smallest, largest = (math.log(funnel.curve[k].n) for k in (0, -1))

    def x(n: float) -> float:
        return round(left + (right - left) * (math.log(n) - smallest) / (largest - smallest), 1)

    def y(value: float) -> float:
        return round(
            box.top + (box.height - box.top - box.bottom) * (high - value) / (high - low), 1
        )

    marks = [Mark(x(d.limits.n), y(d.value), d.place, names[d.area_id]) for d in funnel.dots]
    return FunnelChart(
        box,
        round(left, 1),
        _lines(funnel, x, y),
        _ends(funnel, y, decimals, language),
        marks,
        place_names(marks, left, box),
        [(x(n), numbers.number(n, 0)) for n in round_counts(funnel.curve[0].n, funnel.curve[-1].n)],
        [(y(value), text) for value, text in zip(y_ticks, y_texts, strict=True)],
    )


def _lines(
    funnel: Funnel, x: Callable[[float], float], y: Callable[[float], float]
) -> list[tuple[str, list[tuple[float, float]]]]:
    lines = [("riket", [(x(limits.n), y(funnel.riket)) for limits in funnel.curve])]
    for side in (0, 1):
        lines.append(("inner", [(x(one.n), y(one.inner[side])) for one in funnel.curve]))
        lines.append(("outer", [(x(one.n), y(one.outer[side])) for one in funnel.curve]))
    return lines


def _ends(
    funnel: Funnel, y: Callable[[float], float], decimals: int, language: Language
) -> list[tuple[str, str, float]]:
    last = funnel.curve[-1]
    inner, outer = (language("funnel.level", level=text) for text in _levels(language))
    riket = f"{language('riket')} {language.numbers.number(funnel.riket, decimals)}"
    found = [
        ("outer", outer, y(last.outer[1])),
        ("inner", inner, y(last.inner[1])),
        ("riket", riket, y(funnel.riket)),
        ("inner", inner, y(last.inner[0])),
        ("outer", outer, y(last.outer[0])),
    ]
    half = LABEL_HEIGHT / 2
    heights = spread([height for *_, height in found], LABEL_HEIGHT, half, BOX.height - half)
    return [(key, text, round(h, 1)) for (key, text, _), h in zip(found, heights, strict=True)]


def round_counts(low: float, high: float) -> list[int]:
    """Counts on a logarithmic axis: 1, 2 and 5 times powers of ten from `low` to `high`."""
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    counts = (int(m * 10**power) for power in powers if power >= 0 for m in (1, 2, 5))
    return [count for count in counts if low <= count <= high]


def place_names(marks: Sequence[Mark], left: float, box: Box) -> list[Name]:
    """Names where they meet no dot and no other name, those of dots outside the limits first."""
    taken = [_around(mark) for mark in marks]
    names = []
    for mark in sorted(marks, key=lambda mark: mark.place != "outside"):
        for name, wanted in _beside(mark):
            fits = wanted[0] >= left and wanted[2] <= box.width - box.right
            fits = fits and wanted[1] >= 0 and wanted[3] <= box.height - box.bottom
            if fits and not any(meet(wanted, other) for other in taken):
                taken.append(wanted)
                names.append(name)
                break
    return names


def _beside(mark: Mark) -> Iterator[tuple[Name, Rectangle]]:
    """Places for a dot's name, the best one first, and what each covers."""
    width, half, away = len(mark.name) * FONT * CHARACTER, LABEL_HEIGHT / 2, RADIUS + 3
    for anchor, right, down in (
        *(("start", away, 0.0), ("end", -away, 0.0)),
        *(("middle", 0.0, -away - half), ("middle", 0.0, away + half)),
        *(("start", -RADIUS, -away - half), ("start", -RADIUS, away + half)),
        *(("end", RADIUS, -away - half), ("end", RADIUS, away + half)),
    ):
        x, y = round(mark.x + right, 1), round(mark.y + down, 1)
        start = x - {"start": 0.0, "middle": 0.5, "end": 1.0}[anchor] * width
        yield Name(x, y, anchor, mark.name), (start, y - half, start + width, y + half)


def _around(mark: Mark) -> Rectangle:
    return (mark.x - RADIUS, mark.y - RADIUS, mark.x + RADIUS, mark.y + RADIUS)


def meet(a: Rectangle, b: Rectangle) -> bool:
    """Whether two rectangles (left, top, right, bottom) share more than an edge."""
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
