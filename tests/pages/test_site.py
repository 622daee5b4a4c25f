"""The site as files: numbers are the marts', links lead somewhere, same release same bytes."""

import json
import shutil
from pathlib import Path
from urllib.parse import unquote, urldefrag

import duckdb
import pytest
from python_calamine import CalamineWorkbook

from pages.area_page import CHART_YEARS
from pages.build import build_site
from pages.marts import MartError
from pages.model import About
from pages.show import show
from tests.pages.made import INDICATORS, LONG, Tables, make_release
from warehouse.errors import InputError, JamlikError

FIGURES = "figures"


def read(path: Path) -> Tables:
    return Tables(path.read_text(encoding="utf-8"))


def swedish(value: float | None) -> str:
    return ".." if value is None else f"{value + 1e-9:.1f}".replace(".", ",")


def marts(database: Path, sql: str) -> list[tuple]:
    with duckdb.connect(str(database), read_only=True) as con:
        return con.execute(sql).fetchall()


@pytest.mark.parametrize("area", ["2080", "2081"])
def test_figures_on_a_municipality_page_are_those_of_the_marts(
    site: Path, database: Path, area: str
) -> None:
    tables = read(site / "area" / f"{area}.html").tables
    (found,) = [rows for article, kind, rows in tables if (article, kind) == ("N00001", FIGURES)]
    values = marts(
        database,
        "select v.year_end, max(value) filter (gender = 'T'), max(value) filter (gender = 'K'), "
        "max(value) filter (gender = 'M') from core.fct_value as v "
        f"where indicator_id = 'N00001' and area_id = '{area}' group by 1 order by 1 desc",
    )
    levels = {
        (year, benchmark): value
        for year, benchmark, value in marts(
            database,
            "select year_end, benchmark, benchmark_value from equity.area_gap "
            f"where indicator_id = 'N00001' and area_id = '{area}'",
        )
    }
    assert found[0][3:] == ["Kvinnor", "Män", "Riket", "Länet", "Liknande"]
    for row, (year, total, women, men) in zip(found[1:], values, strict=True):
        assert row[0].startswith(str(year))
        expected_levels = [levels.get((year, b)) for b in ("riket", "county", "similar")]
        assert [row[1], *row[3:]] == [swedish(v) for v in (total, women, men, *expected_levels)]
        interval = ".." if total is None else f"{swedish(total - 2)}–{swedish(total + 2)}"
        assert row[2] == interval
    assert any("ny serie 2021" in row[0] for row in found)


def test_the_start_page_counts_what_the_overview_counts(site: Path, database: Path) -> None:
    tables = read(site / "index.html").tables
    (rows,) = [rows for _, kind, rows in tables if kind == "counted"]
    expected = marts(
        database,
        "select name, programme, n_indicators::varchar, n_better::varchar, n_worse::varchar "
        "from equity.overview join core.dim_area using (area_id)",
    )
    assert sorted(tuple(row[:5]) for row in rows[1:]) == sorted(expected)
    # Swedish order: Å before Ä.
    assert [row[0] for row in rows[1:]] == ["Falun", "Åkersby & Söner", "Älvdalen"]


def test_all_links_lead_to_a_file_and_a_place_in_it(site: Path) -> None:
    assert_links_lead_somewhere(site, 2 * (1 + 3 + 1 + len(INDICATORS) + 4 + 2 + 1))


def test_other_counties_have_sheets_that_the_start_page_lists(
    database: Path, tmp_path: Path
) -> None:
    with duckdb.connect(str(shutil.copyfile(database, tmp_path / "jamlik.duckdb"))) as con:
        con.execute(
            "insert into core.fct_value (indicator_id, area_id, year_start, year_end, gender, "
            "value) values ('N00001', '0114', 2024, 2024, 'T', 66.25)"
        )
    site = build_site(
        tmp_path / "jamlik.duckdb",
        tmp_path / "site",
        about=About("r", "2026-03-02T12:00:00Z"),
        languages=["sv"],
        everywhere=True,
    ).folder
    assert_links_lead_somewhere(site, 1 + 3 + 1 + 2 + len(INDICATORS) + 4 + 2 + 1)
    html = (site / "area" / "0114.html").read_text(encoding="utf-8")
    assert "Utanför: kommunblad" in html and "<b>66,3</b>" in html and "Falun" not in html
    assert "Jämlik hälsa i Dalarna" in html and "Lupp" not in html


def assert_links_lead_somewhere(site: Path, n_pages: int) -> None:
    pages = {path: read(path) for path in site.rglob("*.html")}
    assert len(pages) == n_pages
    for path, page in pages.items():
        for link in page.links:
            address, place = urldefrag(link)
            target = (path.parent / unquote(address)).resolve() if address else path
            assert target.is_file(), f"{path}: {link}"
            assert "//" not in link
            if place:
                assert place in pages[target].ids, f"{path}: {link}"
    linked = {(p.parent / urldefrag(x)[0]).resolve() for p, t in pages.items() for x in t.links}
    assert set(pages) <= {path for path in linked} | {site / "index.html"}


def test_summary_names_only_what_the_verdicts_allow(site: Path) -> None:
    falun = json.loads((site / "area" / "2080.json").read_text(encoding="utf-8"))
    by_key = {s["statement"]: s for s in falun["summary"]}
    assert by_key["better"]["indicators"] == ["N00001"]
    assert "worse" not in by_key and "similar" not in by_key
    assert by_key["closing"]["indicators"] == ["N00001"]
    assert by_key["men_worse"]["indicators"] == ["N00001"]
    # q is 0.3 against similar municipalities: no claim, though the verdict says better.
    assert by_key["against_similar"]["better"] == 0 and by_key["against_similar"]["similar"] == 1
    html = (site / "area" / "2080.html").read_text(encoding="utf-8")
    assert "Går inte att skilja från liknande kommuner när de många jämförelserna räknas in" in html


def test_absent_values_are_told_apart(site: Path) -> None:
    page = read(site / "indicator" / "N00001.html")
    where = next(rows for _, kind, rows in page.tables if kind == "where")
    assert [row[0] for row in where[1:]] == [
        *("Falun", "Åkersby & Söner", "Älvdalen"),
        "Region Dalarna",
    ]
    document = json.loads((site / "indicator" / "N00001.json").read_text(encoding="utf-8"))
    areas = {a["area_id"]: a["points"] for a in document["areas"]}
    last = areas["2039"][-1]
    assert last["T"] == {"absence": "withheld", "status": "Private"}
    assert last["K"] == {"absence": "missing", "status": ""}
    gap_year = next(p for p in areas["2080"] if p["year_end"] == 2018)
    assert gap_year["T"]["absence"] == "missing"
    codes = json.loads((site / "indicator" / "N00004.json").read_text(encoding="utf-8"))
    assert codes["areas"][0]["points"][0]["K"]["absence"] == "not_applicable"


def test_a_municipality_with_nearly_nothing_has_a_page_that_says_so(site: Path) -> None:
    html = (site / "area" / "2039.html").read_text(encoding="utf-8")
    assert "En indikator har ett värde" in html and "kan inte prövas mot Riket" in html
    assert "Inga värden för Älvdalen i detta målområde." in html
    assert html.count('<article class="card"') == 1
    assert 'class="band"' not in html


def test_one_year_extreme_values_and_long_titles(site: Path) -> None:
    one = (site / "indicator" / "N00002.html").read_text(encoding="utf-8")
    assert one.count("<circle") >= 4 and 'class="line area" d=""' in one
    extreme = (site / "indicator" / "N00003.html").read_text(encoding="utf-8")
    assert "\u22121\u00a0000\u00a0000\u00a0000,0" in extreme
    assert "Källan har slutat publicera indikatorn." in extreme
    assert LONG not in extreme and "&lt;om&gt; &#39;citat&#39; &amp; annat" in extreme
    nothing = (site / "indicator" / "N00007.html").read_text(encoding="utf-8")
    assert "Det finns inga värden för indikatorn." in nothing and "<svg" not in nothing


def test_intervals_are_drawn_where_known_only(site: Path) -> None:
    html = (site / "area" / "2080.html").read_text(encoding="utf-8")
    tested, untested = html.split('id="N00001"')[1], html.split('id="N00005"')[1]
    assert 'class="band"' in tested.split("</article>")[0]
    assert 'class="break"' in tested.split("</article>")[0]
    assert "band" not in untested.split("</article>")[0]


def test_every_page_names_source_and_demonstration_and_leads_to_the_release(site: Path) -> None:
    for path in site.rglob("*.html"):
        html = path.read_text(encoding="utf-8")
        assert "Källa: Kolada" in html and "gen bearbetning av data från Kolada" in html, path
        is_stamped = path.stem in ("index", "changes")
        assert ("20260301T120000Z-0123abcd" in html) is is_stamped, path
        assert is_stamped or "changes.html" in html
        banner = "Demonstration data." if "en" in path.relative_to(site).parts else "Demonstrations"
        assert banner in html, path
        assert len(html) < 400_000


def test_swedish_names_on_english_pages_are_marked(site: Path) -> None:
    english = (site / "en" / "area" / "2080.html").read_text(encoding="utf-8")
    swedish = (site / "area" / "2080.html").read_text(encoding="utf-8")
    assert '<html lang="en">' in english and ' lang="sv">Kort N00001</a>' in english
    assert '<html lang="sv">' in swedish and ' lang="sv">Kort N00001</a>' not in swedish


def test_sources_bear_the_names_that_readers_know(site: Path) -> None:
    html = (site / "source" / "hlv.html").read_text(encoding="utf-8")
    assert "<h1>Om data: Hälsa på lika villkor</h1>" in html
    assert '<a href="hlv.html" aria-current="page">Hälsa på lika villkor</a>' in html
    assert "<h1>Om data: Kolada</h1>" in (site / "source" / "kolada.html").read_text(
        encoding="utf-8"
    )


def test_what_changed_shows_revisions_and_the_diff(site: Path) -> None:
    rows = [row for _, _, rows in read(site / "changes.html").tables for row in rows]
    assert ["core.fct_value", "3", "0", "1"] in rows
    revision = ["Kort N00001", "Falun", "2019", "Totalt", "ändrat värde", "64,00", "64,25"]
    assert [*revision, "2026-02-01"] in rows


def test_workbooks_hold_the_values(site: Path, database: Path) -> None:
    book = CalamineWorkbook.from_path(str(site / "area" / "2080.xlsx"))
    assert book.sheet_names == ["Om", "Indikatorer", "Värden", "Enkäter"]
    assert "Demonstrationsdata" in str(book.get_sheet_by_name("Om").to_python())
    heads, *rows = book.get_sheet_by_name("Värden").to_python()
    place = {name: number for number, name in enumerate(heads)}
    found = {
        (r[place["Id"]], int(r[place["År"]]), r[place["Kön"]]): r[place["Värde"]] for r in rows
    }
    genders = {"T": "Totalt", "K": "Kvinnor", "M": "Män"}
    expected = marts(
        database,
        "select indicator_id, year_end, gender, value from core.fct_value where area_id = '2080'",
    )
    for indicator, year, gender, value in expected:
        assert found[indicator, year, genders[gender]] == ("" if value is None else value)
    by_indicator = CalamineWorkbook.from_path(str(site / "en" / "indicator" / "N00001.xlsx"))
    sheet = by_indicator.get_sheet_by_name("Municipalities").to_python()
    assert [row[0] for row in sheet[1:]][:2] == ["Falun", "Åkersby & Söner"]


def test_same_release_same_bytes(site: Path, database: Path, tmp_path: Path) -> None:
    again = build_site(database, tmp_path / "again").folder
    first = {p.relative_to(site): p.read_bytes() for p in site.rglob("*") if p.is_file()}
    second = {p.relative_to(again): p.read_bytes() for p in again.rglob("*") if p.is_file()}
    assert first == second


def test_a_site_is_replaced_and_anything_else_is_not(database: Path, tmp_path: Path) -> None:
    out = tmp_path / "site"
    build_site(database, out, languages=["sv"])
    (out / "old.html").write_text("old", encoding="utf-8")
    build_site(database, out, languages=["sv"])
    assert not (out / "old.html").exists() and not (out / "en").exists()
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match="no site"):
        build_site(database, tmp_path / "mine")
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("drop table equity.trend", "has no equity.trend"),
        ("alter table equity.area_gap drop column q_value", "equity.area_gap .* no column q_value"),
        ("delete from core.dim_area where area_type = 'municipality'", "no municipality"),
        ("update equity.area_gap set verdict = 'fine'", "no verdict 'fine'"),
    ],
)
def test_a_release_that_lacks_something_is_refused_by_name(
    tmp_path: Path, statement: str, named: str
) -> None:
    database = make_release(tmp_path / "release")
    with duckdb.connect(str(database)) as con:
        con.execute(statement)
    with pytest.raises(JamlikError, match=named):
        build_site(database, tmp_path / "site")
    assert not (tmp_path / "site").exists()


def test_a_missing_file_or_manifest_is_named(tmp_path: Path) -> None:
    with pytest.raises(MartError, match="cannot be opened"):
        build_site(tmp_path / "none.duckdb", tmp_path / "site", about=About("r", "c"))
    database = make_release(tmp_path / "release")
    (tmp_path / "release" / "manifest.json").unlink()
    with pytest.raises(JamlikError, match=r"manifest\.json"):
        build_site(database, tmp_path / "site")


def test_show_says_what_the_page_says(site: Path, database: Path) -> None:
    text = show(database, "falun")
    assert "Bättre än Riket (1): Kort N00001." in text and "Demonstrationsdata" in text
    assert show(database, "2080") == text
    indicator = show(database, "n00001", "en")
    assert "Falun" in indicator and "better" in indicator and "worse" in indicator
    with pytest.raises(InputError, match="Nowhere"):
        show(database, "Nowhere")


def test_charts_hold_the_latest_years(tmp_path: Path) -> None:
    database = make_release(tmp_path / "release")
    with duckdb.connect(str(database)) as con:
        con.execute(
            "insert into core.fct_value (indicator_id, area_id, year_start, year_end, gender, "
            "value, status) select 'N00002', '2080', y, y, 'T', y, '' from range(1990, 2023) t(y)"
        )
    site = build_site(database, tmp_path / "site", languages=["sv"]).folder
    tables = read(site / "area" / "2080.html").tables
    rows = next(rows for article, _, rows in tables if article == "N00002")
    assert len(rows) == 1 + CHART_YEARS and rows[1][0] == "2023"
    shutil.rmtree(site)
