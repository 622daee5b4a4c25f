"""Small bar charts in the metadata of assets.

What belongs here: drawing counts as SVG, and wrapping that as the UI shows it. What does not: what
is counted (`contents.py`), and the charts of the site (`pages/`), which have its style.
"""

import base64
import html
import math
from collections.abc import Sequence
from dataclasses import dataclass

import dagster as dg

from pages.layout import axis

WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 640.0, 220.0, 64.0, 40.0, 26.0
# Told apart by lightness, too.
COLOURS = ("#1b5e8a", "#e39b2d", "#9a9a9a")
# Widest usual character of the font, and what keeps labels apart.
CHARACTER, APART = 6.5, 10.0


@dataclass(frozen=True)
class Bars:
    """Counts to draw, stacked.

    Args:
        title: Above the chart, and its text alternative.
        series: What is counted, from the bottom up; at most three.
        rows: A label and one count of each series, in order.
    """

    title: str
    series: Sequence[str]
    rows: Sequence[tuple[str, Sequence[int]]]


def as_metadata(bars: Bars) -> dg.MarkdownMetadataValue:
    """A chart as the UI shows it: an image within the text, fetched from nowhere."""
    encoded = base64.b64encode(draw(bars).encode()).decode()
    return dg.MetadataValue.md(f"![{bars.title}](data:image/svg+xml;base64,{encoded})")


def draw(bars: Bars) -> str:
    """A chart as SVG that needs nothing from outside."""
    highest = max((sum(counts) for _, counts in bars.rows), default=0)
    top, ticks = _scale(highest)
    parts = [_text(LEFT, 14, bars.title, "start", weight="bold"), *_legend(bars.series)]
    for tick in ticks:
        y = _y(tick, top)
        parts.append(f'<path d="M{LEFT} {y:.1f}H{WIDTH}" stroke="#d8d8d8"/>')
        parts.append(_text(LEFT - 6, y + 4, f"{tick:,.0f}".replace(",", " "), "end"))
    step = (WIDTH - LEFT) / max(len(bars.rows), 1)
    # A label for every bar, or for every second, third, ... where labels would meet.
    longest = max((len(label) for label, _ in bars.rows), default=0)
    every = max(1, math.ceil((longest * CHARACTER + APART) / step))
    for n, (label, counts) in enumerate(bars.rows):
        parts += _bar(LEFT + n * step + step * 0.1, min(step * 0.8, 60), counts, top)
        if n % every == 0:
            parts.append(_text(LEFT + n * step + step * 0.1, HEIGHT - BOTTOM + 16, label, "start"))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH:.0f}" height="{HEIGHT:.0f}" '
        f'viewBox="0 0 {WIDTH:.0f} {HEIGHT:.0f}" font-family="sans-serif" font-size="11">'
        f'<rect width="100%" height="100%" fill="white"/>{"".join(parts)}</svg>'
    )


def _scale(highest: int) -> tuple[float, list[float]]:
    """Upper end of the axis, and the round numbers on it, from 0."""
    _, top, ticks, _ = axis(0.0, float(max(highest, 1)))
    return top, [tick for tick in ticks if tick >= 0 and tick == int(tick)]


def _y(value: float, top: float) -> float:
    return HEIGHT - BOTTOM - value / top * (HEIGHT - BOTTOM - TOP)


def _bar(x: float, width: float, counts: Sequence[int], top: float) -> list[str]:
    parts, below = [], 0
    for colour, count in zip(COLOURS, counts, strict=False):
        y, foot = _y(below + count, top), _y(below, top)
        below += count
        if count:
            parts.append(
                f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{foot - y:.1f}" '
                f'fill="{colour}"/>'
            )
    return parts


def _legend(series: Sequence[str]) -> list[str]:
    parts = []
    for n, (colour, name) in enumerate(zip(COLOURS, series, strict=False)):
        x = LEFT + n * 150
        parts.append(f'<rect x="{x}" y="{HEIGHT - 14}" width="10" height="10" fill="{colour}"/>')
        parts.append(_text(x + 15, HEIGHT - 5, name, "start"))
    return parts


def _text(x: float, y: float, text: str, anchor: str, weight: str = "normal") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-weight="{weight}" '
        f'fill="#333">{html.escape(text)}</text>'
    )
