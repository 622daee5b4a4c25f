"""Series of all indicators and areas, put together from the rows of five marts.

What belongs here: points, benchmarks, verdicts and trends by indicator and area. What does not:
the list of marts (`marts.py`).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import duckdb

from pages.marts import FOCUS, Rows, rows_of
from pages.model import (
    BENCHMARKS,
    MISSING,
    NOT_APPLICABLE,
    WITHHELD,
    Area,
    Cell,
    Gap,
    GenderGap,
    Indicator,
    Point,
    Series,
    Trend,
)


def _by(rows: Iterable[dict[str, Any]], *names: str) -> dict[tuple[Any, ...], Rows]:
    grouped: dict[tuple[Any, ...], Rows] = defaultdict(list)
    for row in rows:
        grouped[tuple(row[name] for name in names)].append(row)
    return grouped


def read_series(
    con: duckdb.DuckDBPyConnection, indicators: list[Indicator], areas: list[Area]
) -> dict[tuple[str, str], Series]:
    """The series of every indicator in every area of the focus region, by their ids."""
    values = rows_of(con, "core.fct_value", f"where {FOCUS}")
    by_key = _by(values, "indicator_id", "area_id")
    years = {
        key[0]: {row["year_end"]: row["year_start"] for row in rows}
        for key, rows in _by(values, "indicator_id").items()
    }
    gaps = _by(
        rows_of(
            con,
            "equity.area_gap",
            f"where {FOCUS} and gender = 'T' and benchmark in {BENCHMARKS}",
        ),
        "indicator_id",
        "area_id",
    )
    trends = _by(
        rows_of(con, "equity.trend", f"where {FOCUS} and gender = 'T'"), "indicator_id", "area_id"
    )
    gender = _gender_gaps(con)
    result = {}
    for indicator in indicators:
        measured = sorted(years.get(indicator.indicator_id, {}).items())
        for area in areas:
            key = (indicator.indicator_id, area.area_id)
            points = _points(indicator, measured, by_key.get(key, []), gaps.get(key, []))
            latest = next((p for p in reversed(points) if p.cells["T"].value is not None), None)
            result[key] = Series(
                indicator,
                area,
                points,
                latest,
                _latest_gaps(gaps.get(key, []), latest),
                {t["subject"]: _trend(t) for t in trends.get(key, [])},
                gender.get(key),
                max(
                    (row["read_at"] for row in by_key.get(key, []) if row["read_at"]), default=None
                ),
            )
    return result


def _points(
    indicator: Indicator, measured: list[tuple[int, int]], values: Rows, gaps: Rows
) -> list[Point]:
    by_year = {(row["year_end"], row["gender"]): row for row in values}
    benchmarks: dict[int, dict[str, float]] = defaultdict(dict)
    intervals = {}
    for gap in gaps:
        if gap["benchmark_value"] is not None:
            benchmarks[gap["year_end"]][gap["benchmark"]] = gap["benchmark_value"]
        intervals[gap["year_end"]] = _interval(gap, "value_ci_lower", "value_ci_upper")
    return [
        Point(
            year_start,
            year,
            {g: _cell(by_year.get((year, g)), g, indicator) for g in "TKM"},
            benchmarks.get(year, {}),
            intervals.get(year),
        )
        for year, year_start in measured
    ]


def _cell(row: Mapping[str, Any] | None, gender: str, indicator: Indicator) -> Cell:
    if row is not None and row["value"] is not None:
        return Cell(row["value"], None, row["status"] or "")
    if row is None and gender != "T" and not indicator.is_divided_by_gender:
        return Cell(None, NOT_APPLICABLE)
    status = (row["status"] or "") if row is not None else ""
    return Cell(None, WITHHELD if status else MISSING, status)


def _interval(row: Mapping[str, Any], lower: str, upper: str) -> tuple[float, float] | None:
    if row[lower] is None or row[upper] is None:
        return None
    return row[lower], row[upper]


def _latest_gaps(gaps: Rows, latest: Point | None) -> dict[str, Gap]:
    return {
        row["benchmark"]: Gap(
            row["benchmark"],
            row["difference"],
            row["gap_direction"],
            _interval(row, "ci_lower", "ci_upper"),
            row["verdict"],
            row["verdict_reason"],
            row["p_value"],
            row["q_value"],
            row["rank"],
            row["n_areas"],
            row["verdict_998"],
        )
        for row in gaps
        if latest is not None and row["year_end"] == latest.year_end
    }


def _trend(row: Mapping[str, Any]) -> Trend:
    return Trend(row["subject"], row["year_first"], row["year_last"], row["verdict"], row["reason"])


def _gender_gaps(con: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], GenderGap]:
    """The latest of each indicator and area; a pair of indicators shares it."""
    found = {}
    for row in rows_of(con, "equity.gender_gap", f"where {FOCUS}"):
        gap = GenderGap(
            row["year_start"],
            row["year_end"],
            row["value_women"],
            row["value_men"],
            row["difference"],
            row["verdict"],
            row["verdict_reason"],
            row["q_value"],
        )
        for indicator_id in {row["indicator_id"], row["indicator_id_men"]}:
            found[indicator_id, row["area_id"]] = gap
    return found
