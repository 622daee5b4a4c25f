"""Where the lines, bands, marks and labels of a small chart go: arithmetic only.

What belongs here: scales, breaks of lines, labels that do not meet. What does not: SVG
(`templates/chart.html`), colours (`templates/style.css`), what is drawn (`charts.py`).
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

# Widest character of the label font, in its own size: what a label may need at most.
CHARACTER = 0.62
FONT = 11.0
LABEL_HEIGHT = 13.0


@dataclass(frozen=True)
class Line:
    """A line to draw.

    Args:
        key: Names its style.
        label: Written at its end.
        values: By year; years without a value are absent.
        intervals: 95 % limits by year, for the years that have them.
    """

    key: str
    label: str
    values: dict[int, float]
    intervals: dict[int, tuple[float, float]]


@dataclass(frozen=True)
class Box:
    """Size of a chart, in its own units; a unit is about a CSS pixel."""

    width: float = 340.0
    height: float = 150.0
    top: float = 8.0
    bottom: float = 18.0
    right: float = 100.0


@dataclass(frozen=True)
class Label:
    """Text at the end of a line, its middle at `y`; `end` is the line's last point."""

    key: str
    text: str
    x: float
    y: float
    end: tuple[float, float]


@dataclass(frozen=True)
class Drawn:
    """A line as unbroken runs of points; a run of one point is a dot.

    Args:
        bands: Outlines of the intervals of runs with two or more points.
        bars: x, upper and lower y of intervals of single points.
    """

    key: str
    runs: list[list[tuple[float, float]]]
    bands: list[list[tuple[float, float]]]
    bars: list[tuple[float, float, float]]


@dataclass(frozen=True)
class Chart:
    """All positions of a chart; y grows downwards."""

    box: Box
    left: float
    lines: list[Drawn]
    labels: list[Label]
    y_ticks: list[tuple[float, str]]
    x_ticks: list[tuple[float, str, str]]
    breaks: list[float]


def axis(low: float, high: float) -> tuple[float, float, list[float], float]:
    """An axis for values from `low` to `high`.

    Returns:
        Its lower and upper end, a little beyond the values; two to six round numbers on it; the
        step between them.
    """
    if high - low < 1e-9 * max(1.0, abs(low), abs(high)):
        pad = max(abs(high) * 0.05, 0.5)
        low, high = low - pad, high + pad
    pad = (high - low) * 0.04
    low, high = low - pad, high + pad
    half = (high - low) / 2
    power = 10.0 ** math.floor(math.log10(half))
    step = next(m * power for m in (5, 2, 1) if m * power <= half * (1 + 1e-9))
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return low, high, [i * step for i in range(first, last + 1)], step


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Positions near the wanted ones, at least `gap` apart, between `low` and `high`.

    The order of the wanted positions is kept.

    Raises:
        ValueError: There is no room for so many.
    """
    if (len(wanted) - 1) * gap > high - low + 1e-9:
        raise ValueError(f"{len(wanted)} labels {gap} apart do not fit between {low} and {high}")
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    # With n * gap taken off, "at least gap apart" reads "not descending"; the nearest such
    # positions are means of the blocks that would descend (pool adjacent violators).
    blocks: list[tuple[float, int]] = []
    for n, i in enumerate(order):
        mean, size = wanted[i] - n * gap, 1
        while blocks and blocks[-1][0] > mean:
            before, n_before = blocks.pop()
            mean = (before * n_before + mean * size) / (n_before + size)
            size += n_before
        blocks.append((mean, size))
    last = high - (len(wanted) - 1) * gap
    levels = [min(max(mean, low), last) for mean, size in blocks for _ in range(size)]
    result = [0.0] * len(wanted)
    for n, (i, level) in enumerate(zip(order, levels, strict=True)):
        result[i] = level + n * gap
    return result


def shortened(text: str, width: float) -> str:
    """Text that is not wider than `width`, cut with an ellipsis where it would be."""
    room = int(width / (FONT * CHARACTER))
    return text if len(text) <= room else text[: max(room - 1, 1)].rstrip() + "…"


def domain(lines: Sequence[Line]) -> tuple[float, float] | None:
    """Lowest and highest value or limit of the lines; None when there is nothing."""
    found = [value for line in lines for value in line.values.values()]
    found += [limit for line in lines for pair in line.intervals.values() for limit in pair]
    return (min(found), max(found)) if found else None


def lay_out(
    lines: Sequence[Line],
    years: Sequence[int],
    scale: tuple[float, float],
    *,
    tick: Callable[[float, float], str],
    breaks: Sequence[int] = (),
    box: Box | None = None,
) -> Chart:
    """Place everything of one chart.

    Args:
        lines: What to draw; the first is drawn last, on top.
        years: Years in which the indicator was measured, ascending; a line breaks where it
            has no value in one of them.
        scale: Lowest and highest value that the chart must hold; equal for charts that are
            compared.
        tick: Writes a value on the axis, given the step between the marks.
        breaks: First years of new series; every line breaks before them.
        box: Size of the chart.
    """
    box = box or Box()
    low, high, ticks, step = axis(*scale)
    texts = [tick(value, step) for value in ticks]
    left = max(len(text) for text in texts) * FONT * CHARACTER + 6
    right = box.width - box.right
    first, last = years[0], years[-1]

    def x(year: float) -> float:
        if first == last:
            return round((left + right) / 2, 1)
        return round(left + 4 + (right - left - 8) * (year - first) / (last - first), 1)

    def y(value: float) -> float:
        return round(
            box.top + (box.height - box.top - box.bottom) * (high - value) / (high - low), 1
        )

    drawn = [_draw(line, years, breaks, x, y) for line in lines]
    return Chart(
        box,
        round(left, 1),
        drawn[::-1],
        _labels(lines, drawn, right, box),
        [(y(value), text) for value, text in zip(ticks, texts, strict=True)],
        _year_marks(first, last, x),
        [x(year - 0.5) for year in breaks if first < year <= last],
    )


def _draw(
    line: Line,
    years: Sequence[int],
    breaks: Sequence[int],
    x: Callable[[float], float],
    y: Callable[[float], float],
) -> Drawn:
    runs: list[list[int]] = []
    previous = None
    for year in years:
        if year not in line.values:
            previous = None
            continue
        is_broken = previous is None or any(previous < b <= year for b in breaks)
        if is_broken:
            runs.append([])
        runs[-1].append(year)
        previous = year
    bands, bars = [], []
    for run in runs:
        known = [year for year in run if year in line.intervals]
        if len(known) == len(run) > 1:
            upper = [(x(t), y(line.intervals[t][1])) for t in known]
            bands.append(upper + [(x(t), y(line.intervals[t][0])) for t in reversed(known)])
        else:
            bars += [(x(t), y(line.intervals[t][1]), y(line.intervals[t][0])) for t in known]
    points = [[(x(year), y(line.values[year])) for year in run] for run in runs]
    return Drawn(line.key, points, bands, bars)


def _labels(lines: Sequence[Line], drawn: Sequence[Drawn], right: float, box: Box) -> list[Label]:
    ends = [(line, d.runs[-1][-1]) for line, d in zip(lines, drawn, strict=True) if d.runs]
    half = LABEL_HEIGHT / 2
    heights = spread([end[1] for _, end in ends], LABEL_HEIGHT, half, box.height - half)
    return [
        Label(
            line.key,
            shortened(line.label, box.right - 14),
            right + 12,
            round(height, 1),
            end,
        )
        for (line, end), height in zip(ends, heights, strict=True)
    ]


def _year_marks(first: int, last: int, x: Callable[[float], float]) -> list[tuple[float, str, str]]:
    if first == last:
        return [(x(first), str(first), "middle")]
    marks = [(x(first), str(first), "start"), (x(last), str(last), "end")]
    middle = (first + last) // 2
    if last - first >= 8:
        marks.insert(1, (x(middle), str(middle), "middle"))
    return marks
