"""A small made release: every kind of series that the pages must show, in a database of seconds."""

import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import duckdb

from pages.marts import BREAKDOWNS, NEEDED, PEOPLE
from tests.pages import made_surveys

# Tags whose text belongs to the cell that they stand in.
INLINE = ("a", "span", "small", "i", "svg", "path", "circle")
DOUBLES = {
    "value",
    "benchmark_value",
    "difference",
    "share",
    "n_expected_by_chance",
    "response_rate_pct",
    "estimate",
    "scale",
}
INTEGERS = {"polarity", "target_area", "round", "benchmark_round", "year", "rank", "n"}
AREAS = [
    ("0000", "Riket", "country", None, False),
    ("0020", "Region Dalarna", "county", "0020", True),
    ("2080", "Falun", "municipality", "0020", True),
    ("2081", "Åkersby & Söner", "municipality", "0020", True),
    ("2039", "Älvdalen", "municipality", "0020", True),
    ("0001", "Region Stockholm", "county", "0001", False),
    ("0114", "Utanför", "municipality", "0001", False),
]
LONG = "En mycket lång titel " * 12 + "<om> 'citat' & annat"
INDICATORS: dict[str, dict[str, Any]] = {
    "N00001": {"target_area": 2, "series_breaks": "2021", "programmes": "Folkhälsa|Agenda 2030"},
    "N00002": {"polarity": -1, "target_area": None},
    "N00003": {"title": LONG, "short_title": LONG[:60], "status": "withdrawn", "polarity": -1},
    "N00004": {"value_kind": "code", "unit": "kod", "polarity": 0, "is_divided_by_gender": False},
    "N00005": {"pair_id": "N00006", "is_divided_by_gender": False, "unit": "år"},
    "N00006": {"pair_id": "N00005", "is_divided_by_gender": False, "unit": "år"},
    "N00007": {"target_area": 8},
}
REASON = "Kolada does not give the size of the population"


def column_type(name: str) -> str:
    if name.startswith("is_"):
        return "boolean"
    if name in ("read_at", "valid_from"):
        return "timestamp"
    if name == "next_publication":
        return "date"
    if (
        name in DOUBLES
        or name.endswith("_pct")
        or (name != "value_kind" and name.startswith(("value_", "ci_", "p_", "q_")))
    ):
        return "double"
    if name in INTEGERS or name.startswith(("year_", "n_", "rows_")):
        return "integer"
    return "varchar"


class Made:
    """The database under way: rows as dictionaries, absent columns null."""

    def __init__(self, path: Path) -> None:
        self.con = duckdb.connect(str(path))
        for mart, columns in (NEEDED | PEOPLE).items():
            self.con.execute(f"create schema if not exists {mart.split('.')[0]}")
            names = columns.split()
            if mart in ("survey.estimate", "survey.difference"):
                names += [b for b in BREAKDOWNS if b not in names]
            described = ", ".join(f'"{c}" {column_type(c)}' for c in names)
            self.con.execute(f"create table {mart} ({described})")

    def add(self, mart: str, **row: Any) -> None:
        names = ", ".join(f'"{name}"' for name in row)
        marks = ", ".join("?" * len(row))
        self.con.execute(f"insert into {mart} ({names}) values ({marks})", list(row.values()))

    def value(
        self, indicator: str, area: str, year: int, gender: str, value: Any, status: str = ""
    ):
        self.add(
            "core.fct_value",
            indicator_id=indicator,
            area_id=area,
            year_start=year,
            year_end=year,
            gender=gender,
            value=value,
            status=status,
            read_at="2026-01-15 08:00:00",
        )

    def gap(self, indicator: str, area: str, year: int, benchmark: str, value: float, **more: Any):
        defaults = {"verdict": "not testable", "verdict_reason": REASON}
        self.add(
            "equity.area_gap",
            indicator_id=indicator,
            area_id=area,
            year_end=year,
            gender="T",
            benchmark=benchmark,
            benchmark_value=value,
            **(defaults | more),
        )


def make_release(folder: Path, *, with_surveys: bool = True) -> Path:
    """Write the made release; returns its database."""
    folder.mkdir(parents=True, exist_ok=True)
    made = Made(folder / "jamlik.duckdb")
    for area_id, name, area_type, county, is_focus in AREAS:
        made.add(
            "core.dim_area",
            area_id=area_id,
            name=name,
            area_type=area_type,
            county_id=county,
            is_focus=is_focus,
        )
    for indicator_id, changes in INDICATORS.items():
        made.add("core.dim_indicator", **(_indicator(indicator_id) | changes))
    _tested(made)
    _others(made)
    _inequality(made)
    if with_surveys:
        made_surveys.add_surveys(made)
    _about(made)
    made.con.close()
    diff = {"core.fct_value": {"added": 3, "gone": 0, "changed": 1, "reason": None}}
    manifest = {
        "release_id": "20260301T120000Z-0123abcd",
        "created": "2026-03-01T12:00:00Z",
        "diff": diff,
    }
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder / "jamlik.duckdb"


def _indicator(indicator_id: str) -> dict[str, Any]:
    return {
        "indicator_id": indicator_id,
        "title": f"Titel på {indicator_id}, andel (%)",
        "short_title": f"Kort {indicator_id}",
        "unit": "%",
        "value_kind": "share",
        "scale": 100,
        "polarity": 1,
        "target_area": 0,
        "programmes": "Folkhälsa",
        "attribution": "Källa: Kolada",
        "status": "current",
        "is_divided_by_gender": True,
        "source": "Kolada",
        "source_kind": "register",
        "description": "Definition med <tecken> & sådant.",
        "is_register": True,
        "is_demonstration": True,
    }


def _tested(made: Made) -> None:
    """N00001: verdicts, intervals, a missing year, a new series in 2021, a withheld value."""
    for year in range(2016, 2025):
        for area, shift in (("0020", 1), ("2080", 4), ("2081", -9)):
            value = None if (area, year) == ("2080", 2018) else 60 + shift + year % 3 + 0.25
            made.value("N00001", area, year, "T", value)
            made.value("N00001", area, year, "K", None if value is None else value + 1.5)
            made.value("N00001", area, year, "M", None if value is None else value - 1.5)
            for benchmark, level in (("riket", 60.5), ("county", 61.5), ("similar", 59.125)):
                if value is not None and not (area == "0020" and benchmark == "county"):
                    made.gap(
                        "N00001",
                        area,
                        year,
                        benchmark,
                        level,
                        difference=value - level,
                        verdict="better" if shift > 0 else "worse",
                        verdict_998="similar" if shift > 0 else "worse",
                        verdict_reason=None,
                        p_value=0.001,
                        q_value=0.3 if benchmark == "similar" else 0.004,
                        value_ci_lower=value - 2,
                        value_ci_upper=value + 2,
                        ci_lower=value - level - 2.5,
                        ci_upper=value - level + 2.5,
                        rank=1,
                        n_areas=3,
                    )
    made.value("N00001", "2039", 2024, "T", None, "Private")
    for area, code in (("2080", "closing"), ("2081", "widening")):
        for subject, verdict in (("gap_riket", code), ("level", "improving")):
            made.add(
                "equity.trend",
                indicator_id="N00001",
                area_id=area,
                gender="T",
                subject=subject,
                year_first=2020,
                year_last=2024,
                verdict=verdict,
            )
    made.add(
        "equity.gender_gap",
        indicator_id="N00001",
        indicator_id_men="N00001",
        area_id="2080",
        year_start=2024,
        year_end=2024,
        value_women=67.75,
        value_men=64.75,
        difference=3.0,
        verdict="men_worse",
        q_value=0.01,
    )


def _others(made: Made) -> None:
    """One year only; extreme values; codes; a pair of indicators; a municipality with one value."""
    for area, value in (("2080", 12.0), ("2039", 14.5)):
        made.value("N00002", area, 2023, "T", value)
        made.gap("N00002", area, 2023, "riket", 13.0, difference=value - 13)
    for year, value in ((2010, -1e9), (2015, 0.0), (2020, 123456789.5)):
        made.value("N00003", "2080", year, "T", value)
        made.gap("N00003", "2080", year, "riket", 1.0)
    for year in (2022, 2023):
        made.value("N00004", "2080", year, "T", year - 2021)
        made.gap("N00004", "2080", year, "riket", 1.0)
        for indicator, value in (("N00005", 84.0), ("N00006", 81.0)):
            made.value(indicator, "2080", year, "T", value)
            made.gap(indicator, "2080", year, "riket", value + 0.5)
    made.add(
        "equity.gender_gap",
        indicator_id="N00005",
        indicator_id_men="N00006",
        area_id="2080",
        year_start=2019,
        year_end=2023,
        value_women=84.0,
        value_men=81.0,
        difference=3.0,
        verdict="not testable",
        verdict_reason="mean over several years",
    )


def _inequality(made: Made) -> None:
    """N00001: a slope with an interval that closes; N00002: none, one year."""
    for year in range(2016, 2025):
        for measure, dimension, value in (
            ("sii", "municipality_by_education", 9.0 - 0.5 * (year - 2016)),
            ("rii", "municipality_by_education", 1.25),
            ("d", "municipality", 13.0),
        ):
            made.add(
                "equity.inequality",
                indicator_id="N00001",
                year_start=year,
                year_end=year,
                gender="T",
                scope="0020",
                dimension=dimension,
                measure=measure,
                estimate=value,
                ci_lower=None if measure == "d" else value - 0.75,
                ci_upper=None if measure == "d" else value + 1.25,
            )
    made.add(
        "equity.inequality",
        indicator_id="N00002",
        year_start=2023,
        year_end=2023,
        gender="T",
        scope="0020",
        dimension="municipality_by_education",
        measure="sii",
        estimate=-2.5,
        reason=REASON,
    )
    made.add(
        "equity.trend",
        indicator_id="N00001",
        area_id="0020",
        gender="T",
        subject="sii",
        year_first=2020,
        year_last=2024,
        verdict="closing",
    )


def _about(made: Made) -> None:
    for area, better, worse in (("2080", 1, 0), ("2081", 0, 1), ("2039", 0, 0)):
        made.add(
            "equity.overview",
            area_id=area,
            target_area=2,
            programme="Folkhälsa",
            benchmark="riket",
            n_indicators=better + worse,
            n_better=better,
            n_worse=worse,
            n_similar=0,
            n_not_testable=0,
            n_differ_at_95=better + worse,
            n_expected_by_chance=0.05,
            n_closing=better,
            n_widening=worse,
        )
    made.add(
        "core.revision",
        indicator_id="N00001",
        area_id="2080",
        year_end=2019,
        gender="T",
        kind="changed",
        value_before=64.0,
        value_after=64.25,
        read_at="2026-02-01",
    )
    made.add("quality.load", source="kolada", origin="demo", state="complete", read_at="2026-02-01")
    made.add("quality.source_round", source="hlv", round=2022, survey="adults", population="16-84")


class Tables(HTMLParser):
    """Cells of all tables of a page; articles' and regions' ids say where they stand."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.article = ""
        self.tables: list[tuple[str, str, list[list[str]]]] = []
        self.links: list[str] = []
        self.ids: set[str] = set()
        self._in_cell = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.links += [v for k, v in attrs if k in ("href", "src") and v is not None]
        self.ids.update(v for k, v in attrs if k == "id" and v)
        if tag == "article":
            self.article = given.get("id") or ""
        if tag == "table":
            self.tables.append((self.article, given.get("class") or "", []))
        if tag == "tr":
            self.tables[-1][2].append([])
        if tag in ("td", "th"):
            self.tables[-1][2][-1].append("")
        self._in_cell = tag in ("td", "th") or (self._in_cell and tag in INLINE)

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th", "table", "caption"):
            self._in_cell = False
        if tag == "article":
            self.article = ""

    def handle_data(self, data: str) -> None:
        if self._in_cell and self.tables and self.tables[-1][2]:
            row = self.tables[-1][2][-1]
            row[-1] = (row[-1] + data).strip("\n")
