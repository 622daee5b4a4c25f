"""Surveys and inequality on pages: numbers are the marts', absences are told apart."""

import json
import re
from pathlib import Path

import duckdb
import pytest

from pages.build import build_site
from pages.marts import BREAKDOWNS
from pages.strips import MARGIN, WIDTH, scale_of, strip
from pages.texts import language
from tests.pages.made import Tables, make_release
from tests.pages.made_surveys import ITEMS, SHARES, VERDICTS
from tests.pages.test_site import marts, swedish

TITLES = {item_id: title for item_id, title, *_ in ITEMS}
TOTAL = " and ".join(f"{name} = 'all'" for name in BREAKDOWNS)


def answers(page: Path) -> dict[tuple[str, str], dict[str, str]]:
    """Cells of the survey tables by the survey's and the item's name, under their heads."""
    found = {}
    for _, kind, (heads, *rows) in Tables(page.read_text(encoding="utf-8")).tables:
        if kind == "answers":
            block = ""
            for title, *cells in rows:
                if not cells:
                    block = title
                else:
                    found[block, title] = dict(zip(heads[1:], cells, strict=True))
    return found


def shown(share: float | None, *, has_row: bool = True) -> str:
    if not has_row:
        return "."
    if share is None:
        return "dolt"
    return f"{swedish(share)} {swedish(share - 4)}–{swedish(share + 5)}"


@pytest.mark.parametrize("area", ["2080", "2081", "2039", "0020"])
def test_survey_figures_are_those_of_the_marts(site: Path, database: Path, area: str) -> None:
    found = answers(site / "area" / f"{area}.html")
    names = {"hs": "Lupp, årskurs 8, 2024", "elsa": "ELSA, elevhälsans samtal, 2024/2025"}
    names["adults"] = "Hälsa på lika villkor, 2024"
    rows = marts(
        database,
        f"select item_id, survey, gender, share_pct from survey.estimate where area_id = '{area}' "
        f"and round = 2024 and {TOTAL}",
    )
    assert len(rows) == sum(len(v) for k, v in SHARES.items() if k[2] == area)
    by_key = {(item, survey, gender): share for item, survey, gender, share in rows}
    for item_id, survey in {(item, survey) for item, survey, _ in by_key}:
        cells = found[names[survey], TITLES[item_id]]
        women, men = ("Kvinnor", "Män") if survey == "adults" else ("Flickor", "Pojkar")
        for head, gender in (("Andel (%)", "T"), (women, "K"), (men, "M")):
            key = (item_id, survey, gender)
            assert cells[head] == shown(by_key.get(key), has_row=key in by_key)
        if area != "0020":
            assert cells["Länet"] == shown(SHARES[item_id, survey, "0020"][0])


def test_claims_follow_verdict_and_q_value(site: Path) -> None:
    falun = answers(site / "area" / "2080.html")
    said = {title: cells.get("Mot länet") for (_, title), cells in falun.items()}
    # Better, with q 0.2: no claim.
    assert VERDICTS["lupp_bullied", "2080"] == ("better", 0.2)
    assert said["Mobbad"] == "går inte att skilja*" and said["Sover bra"] == "går inte att skilja"
    assert said[TITLES["lupp_safe"]] == "sämre" and said["Tror sig bo kvar"] == "högre"
    assert said["Elev: ledsen"] == ""
    html = (site / "area" / "2080.html").read_text(encoding="utf-8")
    assert "▼</span> <b>Sämre än länet (1):</b> <span>Trygg &lt;i&gt; skolan" in html
    assert "3 frågor är prövade mot länet. Före korrigering skiljer sig 2" in html
    assert "Den enda prövade frågan har inte säkert ändrats sedan 2021." in html
    assert "Bättre än länet" not in html
    document = json.loads((site / "area" / "2080.json").read_text(encoding="utf-8"))
    (safe,) = [
        item
        for one in document["surveys"]
        for item in one["items"]
        if item["item_id"] == "lupp_safe"
    ]
    assert safe["against"]["county"]["says"] == "worse"
    assert safe["M"] == {"absence": "hidden"} and safe["T"]["share_pct"] == 61.75


def test_a_municipality_with_all_hidden_shows_the_county_and_how_hiding_works(site: Path) -> None:
    html = (site / "area" / "2039.html").read_text(encoding="utf-8")
    assert "Alla 4 frågor är dolda för Älvdalen" in html and "Antalet svar är dolt." in html
    assert "varför just ett visst värde är dolt sägs därför aldrig" in html
    cells = answers(site / "area" / "2039.html")["Lupp, årskurs 8, 2024", "Mobbad"]
    assert cells["Andel (%)"] == cells["Mot länet"] == cells["Flickor"] == "dolt"
    assert cells["Länet"] == "12,5 8,5–17,5"
    for path in (site / "area" / "2039.html", site / "area" / "2039.json"):
        text = path.read_text(encoding="utf-8").lower()
        assert not re.search("primary|secondary|primär|sekundär", text)
    assert "Elever efter årskurs" not in html


def test_absences_of_surveys_are_told_apart(site: Path) -> None:
    html = (site / "area" / "2081.html").read_text(encoding="utf-8")
    assert "Inte frågat i denna omgång: <span>Sover bra, Tror sig bo kvar, Frågades förr" in html
    assert "1 av 4 frågor" not in html and "44 svar, 91 % av de tillfrågade" in html
    assert "Kan inte prövas: färre än 30 svar." in html
    falun = answers(site / "area" / "2080.html")
    elsa = falun["ELSA, elevhälsans samtal, 2024/2025", "Elev: ledsen"]
    assert elsa["Flickor"] == elsa["Pojkar"] == "."
    page = (site / "area" / "2080.html").read_text(encoding="utf-8")
    assert "Så få elever" in page and "Hur många som fick frågan är inte känt" in page
    # No numbers of a release are a verdict's reason.
    assert page.index('id="children"') < page.index('id="adults"') < page.index('id="N00001"')


def test_the_county_page_has_gradients_groups_and_inequality(site: Path) -> None:
    page = site / "area" / "0020.html"
    tables = Tables(page.read_text(encoding="utf-8")).tables
    trust = "Svårt att lita på andra"
    rows = [row for _, kind, table in tables if kind.startswith("answers") for row in table]
    # The marts' slope of a risk, turned so that plus is worse for the least advantaged.
    assert [trust, "+7,5 4,8 till 10,3", ""] in rows and [trust, "dolt", ""] in rows
    assert [trust, "26,3 22,3–31,3", "31,8 27,8–36,8", "dolt"] in rows
    assert ["Elev: ledsen", "8,3 7,3–9,3", "11,8 10,8–12,8"] in rows
    assert ["Svar", "Båda föräldrarna", "En förälder"] in rows
    assert ["Elev: ledsen", "7,3 3,3–12,3", "12,3 8,3–17,3"] in rows
    (unequal,) = [table for _, kind, table in tables if kind == "unequal"]
    lines = {row[0]: row[1:] for row in unequal}
    assert lines["Kort N00001"] == [
        *("2024", "53,3 (Åkersby & Söner)", "66,3 (Falun)", "1/2", "+5,0 4,3 till 6,3"),
        *("1,25 0,50 till 2,50", "Lutningen minskar (2020–2024)"),
    ]
    assert lines["Kort N00002"][:5] == ["2023", "12,0 (Falun)", "14,5 (Älvdalen)", "", "+2,5"]
    html = page.read_text(encoding="utf-8")
    # The line of no difference is whole, but for the new series of 2021.
    (zero,) = re.findall(r'class="line none" d="([^"]*)"', html)
    assert (zero.count("M"), zero.count("L")) == (2, 7)
    assert html.count('class="band"') >= 2 and "Senast +5,0 (4,3 till 6,3)" in html
    assert 'id="inequality"' not in (site / "area" / "2080.html").read_text(encoding="utf-8")
    target = Tables((site / "target" / "2.html").read_text(encoding="utf-8"))
    (unequal,) = [table for _, kind, table in target.tables if kind == "unequal"]
    assert [row[0] for row in unequal[1:]] == ["Kort N00001"]


@pytest.mark.parametrize("statement", ["empty", "absent"])
def test_a_release_without_people_has_no_survey_sections(tmp_path: Path, statement: str) -> None:
    database = make_release(tmp_path / "release", with_surveys=False)
    if statement == "absent":
        with duckdb.connect(str(database)) as con:
            con.execute("drop schema survey cascade; drop table core.dim_item")
    site = build_site(database, tmp_path / "site", languages=["sv"]).folder
    for area in ("2080", "0020"):
        html = (site / "area" / f"{area}.html").read_text(encoding="utf-8")
        assert "answers" not in html and "dolt" not in html and "Lupp" not in html
        assert json.loads((site / "area" / f"{area}.json").read_text())["surveys"] == []


@pytest.mark.parametrize(
    ("generated", "on_area", "on_indicator"),
    [
        (
            "core.dim_indicator",
            "Enkätsvaren är inte genererade",
            "Alla värden på sidan är genererade",
        ),
        ("survey.estimate", "Enkätsvaren på sidan är genererade", None),
    ],
)
def test_what_is_generated_is_said_of_registers_and_surveys_apart(
    tmp_path: Path, generated: str, on_area: str, on_indicator: str | None
) -> None:
    database = make_release(tmp_path / "release")
    other = {"core.dim_indicator", "survey.estimate"} - {generated}
    with duckdb.connect(str(database)) as con:
        con.execute(f"update {other.pop()} set is_demonstration = false")
    site = build_site(database, tmp_path / "site", languages=["sv"]).folder
    area = (site / "area" / "2080.html").read_text(encoding="utf-8")
    indicator = (site / "indicator" / "N00001.html").read_text(encoding="utf-8")
    assert on_area in area and "Alla värden på sidan är genererade" not in area
    assert (on_indicator or "Sidans innehåll") in indicator
    assert ('class="demo"' in indicator) is (on_indicator is not None)


def test_a_file_without_a_breakdown_has_no_table_of_it(site: Path, tmp_path: Path) -> None:
    database = make_release(tmp_path / "release")
    with duckdb.connect(str(database)) as con:
        for mart in ("survey.estimate", "survey.difference"):
            con.execute(f"delete from {mart} where family <> 'all'")
            con.execute(f"alter table {mart} drop column family")
    built = build_site(database, tmp_path / "site", languages=["sv"]).folder
    assert "Efter familj" in (site / "area" / "0020.html").read_text(encoding="utf-8")
    assert "Efter familj" not in (built / "area" / "0020.html").read_text(encoding="utf-8")
    assert answers(built / "area" / "2080.html") == answers(site / "area" / "2080.html")


def test_strips_stay_in_their_box() -> None:
    scale = scale_of([(5.0, (1.0, 9.0)), (None, None)], 0.0)
    assert scale == (0.0, 9.0)
    placed = strip(5.0, (1.0, 99.0), 0.0, scale)
    assert placed is not None and placed.bar is not None
    assert placed.mark == MARGIN and placed.bar[1] == WIDTH - MARGIN
    assert strip(None, None, 1.0, scale) is None and scale_of([]) == (0.0, 1.0)
    assert strip(3.0, None, None, (3.0, 3.0)) is not None


@pytest.mark.parametrize("code", ["sv", "en"])
def test_every_statement_about_surveys_has_its_words(code: str) -> None:
    words = language(code)
    values = {"n": 2, "of": 3, "name": "Falun", "round": 2021, "beyond": 1, "expected": 0.5}
    for key in (k for k in words.texts if k.startswith("s.survey.")):
        assert "{" not in words(key, **values)
