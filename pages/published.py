"""Reading a release: one pass over the published file, read-only.

What belongs here: what is read, and in which order it is shown. What does not: anything
computed from the values, and the list of marts (`marts.py`).
"""

import json
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb

from pages.funnel import read_funnels
from pages.inequality import read_inequality
from pages.marts import FOCUS, MartError, require_marts, rows_of, show_areas
from pages.model import COUNTRY, About, Area, Indicator, Published
from pages.series import read_series
from pages.survey import read_surveys
from warehouse.errors import JamlikError

_SHOWN_REVISIONS = 200


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
    letters = unicodedata.normalize("NFC", name.lower())
    return tuple(_place(letter) for letter in letters), name


def _place(letter: str) -> int:
    if letter in "åäö":
        return ord("z") + 1 + "åäö".index(letter)
    return ord(unicodedata.normalize("NFD", letter)[0])


def read_published(database: Path, about: About, county_id: str | None = None) -> Published:
    """Read all that the site shows.

    Args:
        database: The release's DuckDB file; it is opened read-only.
        about: What its manifest says.
        county_id: Another county to read instead of the focus region.

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
        require_marts(con, database)
        show_areas(con, county_id)
        return _read(con, about)


def other_counties(database: Path) -> list[tuple[Area, list[Area]]]:
    """All counties but the focus region, each with its municipalities."""
    with duckdb.connect(str(database), read_only=True) as con:
        rows = rows_of(con, "core.dim_area", "where not is_focus order by area_id")
    areas = [Area(r["area_id"], r["name"], r["area_type"], r["county_id"]) for r in rows]
    return [
        (
            county,
            sorted(
                (
                    a
                    for a in areas
                    if a.area_type == "municipality" and a.county_id == county.area_id
                ),
                key=lambda a: swedish_order(a.name),
            ),
        )
        for county in areas
        if county.area_type == "county"
    ]


def _read(con: duckdb.DuckDBPyConnection, about: About) -> Published:
    areas = [
        Area(row["area_id"], row["name"], row["area_type"], row["county_id"])
        for row in rows_of(con, "core.dim_area", f"where {FOCUS}")
    ]
    municipalities = sorted(
        (a for a in areas if a.area_type == "municipality"), key=lambda a: swedish_order(a.name)
    )
    county = next((a for a in areas if a.area_type == "county"), None)
    if not municipalities:
        raise MartError("core.dim_area has no municipality of the region.", "Check JAMLIK_REGION.")
    rows = rows_of(con, "core.dim_indicator", "where is_register")
    indicators = sorted(
        map(_indicator, rows),
        key=lambda i: (
            99 if i.target_area is None else i.target_area,
            swedish_order(i.short_title),
        ),
    )
    (n_revisions,) = con.execute(
        f"select count(*) from core.revision where {FOCUS} or area_id = '{COUNTRY}'"
    ).fetchone() or (0,)
    return Published(
        about=about,
        is_demonstration=any(row["is_demonstration"] for row in rows),
        municipalities=municipalities,
        county=county,
        indicators={i.indicator_id: i for i in indicators},
        series=read_series(con, indicators, [*municipalities, *([county] if county else [])]),
        inequality=read_inequality(con, county.area_id if county else None, indicators),
        funnels=read_funnels(con),
        surveys=read_surveys(con, county.area_id if county else None),
        overview=rows_of(con, "equity.overview", f"where {FOCUS}"),
        revisions=rows_of(
            con,
            "core.revision",
            f"where {FOCUS} or area_id = '{COUNTRY}' order by read_at desc, "
            f"indicator_id, area_id, year_end, gender, kind limit {_SHOWN_REVISIONS}",
        ),
        n_revisions=n_revisions,
        metadata_changes=rows_of(
            con,
            "core.indicator_history",
            "where kind <> 'first' and indicator_id in "
            "(select indicator_id from core.dim_indicator where is_register) "
            f"order by valid_from desc, indicator_id, kind limit {_SHOWN_REVISIONS}",
        ),
        loads=rows_of(
            con,
            "quality.load",
            "order by read_at desc nulls last, source, origin, state, rows_read, rows_rejected "
            "limit 400",
        ),
        rounds=rows_of(con, "quality.source_round", "order by source, round desc, survey"),
        value_notes=rows_of(con, "quality.value_note_count", "order by indicator_id, note"),
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
