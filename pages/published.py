"""Reading a release: one pass over the published file, read-only.

What belongs here: the queries, the check that the marts are there, sorting. What does not:
anything computed from the values.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import duckdb

from pages.model import (
    BENCHMARKS,
    COUNTRY,
    MISSING,
    NOT_APPLICABLE,
    WITHHELD,
    About,
    Area,
    Cell,
    Gap,
    GenderGap,
    Indicator,
    Point,
    Published,
    Series,
    Trend,
)
from warehouse.errors import JamlikError

# What the pages read of each mart; a file without one of them is refused by name.
NEEDED = {
    "core.dim_area": "area_id name area_type county_id is_focus",
    "core.dim_indicator": (
        "indicator_id title short_title unit value_kind polarity target_area programmes "
        "attribution status is_divided_by_gender pair_id series_breaks source source_kind "
        "description next_publication is_register is_demonstration"
    ),
    "core.fct_value": "indicator_id area_id year_start year_end gender value status",
    "core.revision": ("indicator_id area_id year_end gender kind value_before value_after read_at"),
    "core.indicator_history": "indicator_id title title_before kind valid_from",
    "equity.area_gap": (
        "indicator_id area_id year_end gender benchmark benchmark_value difference gap_direction "
        "rank n_areas ci_lower ci_upper verdict verdict_reason p_value q_value value_ci_lower "
        "value_ci_upper"
    ),
    "equity.gender_gap": (
        "indicator_id indicator_id_men area_id year_start year_end value_women value_men "
        "difference verdict verdict_reason q_value"
    ),
    "equity.trend": "indicator_id area_id gender subject year_first year_last verdict reason",
    "equity.overview": (
        "area_id target_area programme benchmark n_indicators n_better n_worse n_similar "
        "n_not_testable n_differ_at_95 n_expected_by_chance n_closing n_widening"
    ),
    "quality.load": "source origin read_at state rows_read rows_rejected",
    "quality.source_round": "source round survey sender population n_answers response_rate_pct",
    "quality.value_note_count": "indicator_id note n_values share",
}
_SHOWN_REVISIONS = 200
_FOCUS = "area_id in (select area_id from core.dim_area where is_focus)"

Rows = list[dict[str, Any]]


class MartError(JamlikError):
    """The published file lacks what the pages are made from."""


def read_about(release_dir: Path) -> About:
    """What the manifest beside a release's files says of it.

    Raises:
        JamlikError: There is no manifest, or it cannot be read.
    """
    path = release_dir / "manifest.json"
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
        return About(manifest["release_id"], manifest["created"], manifest["diff"])
    except (OSError, ValueError, KeyError) as error:
        raise JamlikError(
            f"{path} cannot be read as a release's manifest ({type(error).__name__}: {error}).",
            "Point to a release folder, such as published/current.",
        ) from None


def swedish_order(name: str) -> tuple[Any, ...]:
    """Sorting key: å, ä and ö are the last three letters, other accents do not count."""
    return tuple("zåäö".find(c) + 200 if c in "åäö" else ord(c) for c in name.lower()), name


def read_published(database: Path, about: About) -> Published:
    """Read all that the site shows.

    Args:
        database: The release's DuckDB file; it is opened read-only.
        about: What its manifest says.

    Raises:
        MartError: The file is not there, is no DuckDB file, or lacks a mart or a column.
    """
    try:
        con = duckdb.connect(str(database), read_only=True)
    except duckdb.Error as error:
        raise MartError(
            f"{database} cannot be opened as a DuckDB file: {str(error).splitlines()[0]}",
            "Publish a release first (`make run`).",
        ) from None
    with con:
        con.execute("set timezone = 'UTC'")
        _require_marts(con, database)
        return _read(con, about)


def _require_marts(con: duckdb.DuckDBPyConnection, database: Path) -> None:
    found: dict[str, set[str]] = defaultdict(set)
    for schema, table, column in con.execute(
        "select schema_name, table_name, column_name from duckdb_columns()"
    ).fetchall():
        found[f"{schema}.{table}"].add(column)
    lacking = [mart for mart in NEEDED if mart not in found]
    if lacking:
        raise MartError(
            f"{database} has no {', '.join(lacking)}.",
            "The pages are made from a whole release; publish one with `make run`.",
        )
    for mart, columns in NEEDED.items():
        missing = set(columns.split()) - found[mart]
        if missing:
            raise MartError(
                f"{mart} in {database} has no column {', '.join(sorted(missing))}.",
                "The release was made by another version; publish again with `make run`.",
            )


def _rows(con: duckdb.DuckDBPyConnection, mart: str, rest: str = "") -> Rows:
    columns = NEEDED[mart].split()
    found = con.execute(f"select {', '.join(columns)} from {mart} {rest}").fetchall()
    return [dict(zip(columns, row, strict=True)) for row in found]


def _read(con: duckdb.DuckDBPyConnection, about: About) -> Published:
    areas = [
        Area(row["area_id"], row["name"], row["area_type"], row["county_id"])
        for row in _rows(con, "core.dim_area", "where is_focus")
    ]
    municipalities = sorted(
        (a for a in areas if a.area_type == "municipality"), key=lambda a: swedish_order(a.name)
    )
    county = next((a for a in areas if a.area_type == "county"), None)
    if not municipalities:
        raise MartError(
            "core.dim_area has no municipality of the focus region.", "Check JAMLIK_REGION."
        )
    rows = _rows(con, "core.dim_indicator", "where is_register")
    indicators = sorted(
        map(_indicator, rows),
        key=lambda i: (
            99 if i.target_area is None else i.target_area,
            swedish_order(i.short_title),
        ),
    )
    (n_revisions,) = con.execute(
        f"select count(*) from core.revision where {_FOCUS} or area_id = '{COUNTRY}'"
    ).fetchone() or (0,)
    return Published(
        about=about,
        is_demonstration=any(row["is_demonstration"] for row in rows),
        municipalities=municipalities,
        county=county,
        indicators={i.indicator_id: i for i in indicators},
        series=_series(con, indicators, [*municipalities, *([county] if county else [])]),
        overview=_rows(con, "equity.overview", f"where {_FOCUS} order by all"),
        revisions=_rows(
            con,
            "core.revision",
            f"where {_FOCUS} or area_id = '{COUNTRY}' order by read_at desc, "
            f"indicator_id, area_id, year_end, gender limit {_SHOWN_REVISIONS}",
        ),
        n_revisions=n_revisions,
        metadata_changes=_rows(
            con,
            "core.indicator_history",
            "where kind <> 'first' and indicator_id in "
            "(select indicator_id from core.dim_indicator where is_register) "
            f"order by valid_from desc, indicator_id limit {_SHOWN_REVISIONS}",
        ),
        loads=_rows(con, "quality.load", "order by read_at desc nulls last, source limit 400"),
        rounds=_rows(con, "quality.source_round", "order by source, round desc, survey"),
        value_notes=_rows(con, "quality.value_note_count", "order by indicator_id, note"),
    )


def _indicator(row: Mapping[str, Any]) -> Indicator:
    return Indicator(
        indicator_id=row["indicator_id"],
        title=row["title"],
        short_title=row["short_title"],
        unit=row["unit"],
        value_kind=row["value_kind"],
        polarity=row["polarity"] or 0,
        target_area=row["target_area"],
        programmes=_split(row["programmes"]),
        attribution=row["attribution"],
        status=row["status"],
        is_divided_by_gender=bool(row["is_divided_by_gender"]),
        pair_id=row["pair_id"],
        series_breaks=tuple(int(year) for year in _split(row["series_breaks"])),
        source=row["source"],
        source_kind=row["source_kind"],
        description=row["description"],
        next_publication=str(row["next_publication"]) if row["next_publication"] else None,
    )


def _split(text: str | None) -> tuple[str, ...]:
    return tuple(part for part in (text or "").split("|") if part)


def _by(rows: Iterable[dict[str, Any]], *names: str) -> dict[tuple[Any, ...], Rows]:
    grouped: dict[tuple[Any, ...], Rows] = defaultdict(list)
    for row in rows:
        grouped[tuple(row[name] for name in names)].append(row)
    return grouped


def _series(
    con: duckdb.DuckDBPyConnection, indicators: list[Indicator], areas: list[Area]
) -> dict[tuple[str, str], Series]:
    values = _rows(con, "core.fct_value", f"where {_FOCUS} order by year_end")
    by_key = _by(values, "indicator_id", "area_id")
    years = {
        key[0]: {row["year_end"]: row["year_start"] for row in rows}
        for key, rows in _by(values, "indicator_id").items()
    }
    gaps = _by(
        _rows(
            con,
            "equity.area_gap",
            f"where {_FOCUS} and gender = 'T' and benchmark in {BENCHMARKS} order by year_end",
        ),
        "indicator_id",
        "area_id",
    )
    trends = _by(
        _rows(con, "equity.trend", f"where {_FOCUS} and gender = 'T'"), "indicator_id", "area_id"
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
        )
        for row in gaps
        if latest is not None and row["year_end"] == latest.year_end
    }


def _trend(row: Mapping[str, Any]) -> Trend:
    return Trend(row["subject"], row["year_first"], row["year_last"], row["verdict"], row["reason"])


def _gender_gaps(con: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], GenderGap]:
    """The latest of each indicator and area; a pair of indicators shares it."""
    found = {}
    for row in _rows(con, "equity.gender_gap", f"where {_FOCUS} order by year_end"):
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
