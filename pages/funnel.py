"""Funnels: municipalities by size, with the limits that chance sets around Riket.

What belongs here: shapes, and reading them with the statistical macros. What does not: formulas
(`dbt_project/macros/statistics/`) and drawing (`funnel_chart.py`).

Only shares whose population is known have one: those whose value has Wilson's interval. The
marts hold no count; the interval gives back the one that it was computed with.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb

from pages.marts import FOCUS
from warehouse.statistics.macros import render

# Fewer are no funnel.
_LEAST_AREAS = 3
_STEPS = 60
# The lines reach a little beyond the smallest and the largest municipality.
_BEYOND = 1.15


@dataclass(frozen=True)
class Limits:
    """How far from Riket chance may bring an area of `n` persons, in the indicator's unit."""

    n: float
    inner: tuple[float, float]
    outer: tuple[float, float]


@dataclass(frozen=True)
class Dot:
    """A municipality: its value, and the limits (95 and 99.8 %) for its number of persons."""

    area_id: str
    value: float
    limits: Limits

    @property
    def place(self) -> str:
        """inside both limits, between them, or outside both."""
        if self.limits.inner[0] <= self.value <= self.limits.inner[1]:
            return "inside"
        is_between = self.limits.outer[0] <= self.value <= self.limits.outer[1]
        return "between" if is_between else "outside"


@dataclass(frozen=True)
class Funnel:
    """An indicator's funnel.

    Args:
        year: The latest in which the populations are known.
        riket: The value around which the limits lie.
        dots: A dot per municipality, the largest first.
        curve: The limits from below the smallest to above the largest.
    """

    indicator_id: str
    year: int
    riket: float
    dots: Sequence[Dot]
    curve: Sequence[Limits]


def read_funnels(con: duckdb.DuckDBPyConnection) -> dict[str, Funnel]:
    """The funnel of every indicator that has one, by its id."""
    con.execute(f"create or replace temp table sized as {_sized()}")
    curves = defaultdict(list)
    for row in con.execute(_curve()).fetchall():
        curves[row[0]].append(_of(row[1:]))
    dots = defaultdict(list)
    about: dict[str, tuple[int, float]] = {}
    for indicator, year, riket, area, value, *limits in con.execute(
        f"select indicator_id, year_end, riket, area_id, value, {_limits()} from sized "
        "order by indicator_id, n desc, area_id"
    ).fetchall():
        about[indicator] = (year, riket)
        dots[indicator].append(Dot(area, value, _of(limits)))
    return {i: Funnel(i, year, riket, dots[i], curves[i]) for i, (year, riket) in about.items()}


def _sized() -> str:
    """Municipalities of the latest year, each with the persons behind its value."""
    n = render(
        "wilson_n",
        "(g.value_ci_lower / i.scale)",
        "(g.value_ci_upper / i.scale)",
        render("z_value", 95),
    )
    return f"""
        select g.indicator_id, g.area_id, g.year_end, v.value, i.scale,
            g.benchmark_value as riket, g.benchmark_value / i.scale as p0,
            round({n}) as n
        from equity.area_gap as g
        join core.fct_value as v using (indicator_id, area_id, year_end, gender)
        join core.dim_indicator as i using (indicator_id)
        join core.dim_area as a using (area_id)
        where {FOCUS} and a.area_type = 'municipality' and i.is_register
            and i.value_kind = 'share' and g.benchmark = 'riket' and g.gender = 'T'
            and g.value_ci_lower is not null and g.benchmark_value is not null
            and v.value is not null
        qualify g.year_end = max(g.year_end) over (partition by g.indicator_id)
            and count(*) over (partition by g.indicator_id, g.year_end) >= {_LEAST_AREAS}"""


def _curve() -> str:
    """Limits for numbers of persons, from below the smallest municipality to above the largest."""
    return f"""
        select indicator_id, {_limits()}
        from (
            select indicator_id, p0, scale, low * power(high / low, step / {_STEPS}.0) as n
            from (
                select indicator_id, p0, scale,
                    min(n) / {_BEYOND} as low, max(n) * {_BEYOND} as high
                from sized group by all
            ) cross join range(0, {_STEPS + 1}) as t(step)
        ) order by indicator_id, n"""


def _limits() -> str:
    """n, then lower and upper limit at 95 and at 99.8 %."""
    sides = (
        f"scale * {render(f'funnel_share_{side}', 'p0', 'n', render('z_value', level))}"
        for level in (95, 99.8)
        for side in ("lower", "upper")
    )
    return f"n, {', '.join(sides)}"


def _of(row: Sequence[float]) -> Limits:
    n, inner_lower, inner_upper, outer_lower, outer_upper = row
    return Limits(n, (inner_lower, inner_upper), (outer_lower, outer_upper))


def document(funnel: Funnel) -> Mapping[str, object]:
    """The same for machines."""
    return {
        "year_end": funnel.year,
        "riket": funnel.riket,
        "areas": [
            {
                "area_id": dot.area_id,
                "n": dot.limits.n,
                "value": dot.value,
                "limits_95": dot.limits.inner,
                "limits_998": dot.limits.outer,
                "place": dot.place,
            }
            for dot in funnel.dots
        ],
    }
