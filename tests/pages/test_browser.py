"""Pages in Chromium: WCAG 2.1 AA by axe, no overflow, no network, print and PDF."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from pages import pdf
from pages.build import build_site
from tests.pages.made import INDICATORS, Tables
from tests.pages.pdf_text import text_of
from tests.pages.test_show import TITLES

BROWSER = pdf.find_chromium()
if BROWSER is None:
    pytest.skip("needs chromium (Debian: apt install chromium)", allow_module_level=True)
axe = pytest.importorskip("axe_playwright_python", reason="needs axe-playwright-python")
api = pytest.importorskip("playwright.sync_api", reason="needs playwright")

OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
KINDS = [
    *(
        "index",
        "area/2080",
        "area/2039",
        "area/0020",
        "indicator/N00003",
        "target/2",
        "source/kolada",
        "source/hlv",
    ),
    "changes",
]
VIEWS = {"desktop": (1280, "screen"), "phone": (390, "screen"), "print": (720, "print")}


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    with api.sync_playwright() as play:
        started = play.chromium.launch(executable_path=str(BROWSER), args=OPTIONS)
        yield started
        started.close()


@pytest.mark.parametrize("kind", KINDS)
def test_pages_have_no_violation_and_fit(browser, site: Path, kind: str) -> None:
    assert_sound(browser, site / f"{kind}.html")


def test_a_funnel_has_no_violation_and_fits(browser, funnel_page: Path) -> None:
    assert_sound(browser, funnel_page)


def assert_sound(browser, path: Path) -> None:
    script = (Path(axe.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path.as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    page.evaluate(script)
    for view, (width, media) in VIEWS.items():
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(media=media)
        found = page.evaluate(f"axe.run({{runOnly: {RULES}}})")
        problems = [(v["id"], v["nodes"][0]["html"]) for v in found["violations"]]
        assert problems == [], view
        assert page.evaluate("document.documentElement.scrollWidth") <= width, view
    assert asked and all(url.startswith("file:") for url in asked)
    page.close()


def test_search_filters_names_and_the_list_needs_no_script(browser, site: Path) -> None:
    page = browser.new_page()
    page.goto((site / "index.html").as_uri())
    page.fill("#q", "ÄLV")
    assert page.locator("li[data-name]:visible").all_inner_texts()[0].startswith("Älvdalen")
    assert page.locator("li[data-name]:visible").count() == 1
    assert page.locator("[role=status]").inner_text() == "1 träffar"
    page.close()
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((site / "index.html").as_uri())
    assert page.locator("li[data-name]:visible").count() == 3 + 7
    assert not page.locator("#q").is_visible()
    context.close()


def test_labels_fit_beside_their_chart_as_the_browser_sets_them(browser, site: Path) -> None:
    """The layout's width of a character is a bound, not a guess."""
    page = browser.new_page()
    page.goto((site / "indicator" / "N00003.html").as_uri())
    boxes = page.evaluate(
        "[...document.querySelectorAll('svg text')].map(t => { const b = t.getBBox(), "
        "v = t.ownerSVGElement.viewBox.baseVal; return [b.x, b.x + b.width - v.width]; })"
    )
    assert boxes and all(left >= 0 and over <= 0 for left, over in boxes)
    page.close()


def test_nothing_moves_while_a_page_loads(browser, site: Path) -> None:
    page = browser.new_page()
    page.goto((site / "index.html").as_uri())
    shift = page.evaluate(
        "new Promise(done => { let sum = 0; new PerformanceObserver(list => "
        "list.getEntries().forEach(e => { sum += e.value; }))"
        ".observe({type: 'layout-shift', buffered: true}); setTimeout(() => done(sum), 200); })"
    )
    assert shift == 0
    page.close()


def test_pdf_is_tagged_dated_by_the_release_and_repeats(
    site: Path, database: Path, tmp_path: Path
) -> None:
    result = build_site(database, tmp_path / "site", languages=["sv"], with_pdf=True)
    assert result.pdf.startswith("4 PDF files")
    printed = result.folder / "area" / "2080.pdf"
    content = printed.read_bytes()
    assert b"/MarkInfo" in content and b"/StructTreeRoot" in content
    assert b"/Outlines" in content
    assert b"file:" not in content and str(tmp_path).encode() not in content
    assert content.count(b"D:20260115080000+00'00'") == 2
    assert "2080.pdf" in (result.folder / "area" / "2080.html").read_text(encoding="utf-8")
    text = text_of(content)
    named = Tables((result.folder / "area" / "2080.html").read_text(encoding="utf-8"))
    shown = [TITLES[i] for i in INDICATORS if i in named.ids]
    asked = [row[0] for _, kind, rows in named.tables if kind == "answers" for row in rows[1:]]
    assert len(shown) == 6 and len(asked) > 8
    assert [one for one in (*shown, *asked) if "".join(one.split()) not in text] == []
    assert "medelvärdeöverfleraår" in text
    # By other browsers, in another order.
    areas = [result.folder / "area" / f"{area}.html" for area in ("0020", "2039", "2080")]
    before = [page.with_suffix(".pdf").read_bytes() for page in areas]
    changed = datetime(2026, 1, 15, 8)
    pdf.print_pages(BROWSER, [pdf.ToPrint(page, changed) for page in areas])
    assert [page.with_suffix(".pdf").read_bytes() for page in areas] == before


def test_a_browser_that_fails_is_named(site: Path, tmp_path: Path) -> None:
    with pytest.raises(pdf.PdfError, match="was not printed"):
        pdf.print_pages(Path("/bin/false"), [pdf.ToPrint(site / "changes.html", None)])


FOCUS = """() => {
  const e = document.activeElement, box = e.getBoundingClientRect(), style = getComputedStyle(e);
  return {tag: e.tagName, text: e.textContent.trim().slice(0, 40), href: e.getAttribute("href"),
    outline: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    seen: box.width > 0 && box.right > 0 && box.bottom > 0 && box.top < innerHeight,
    place: [...document.querySelectorAll("*")].indexOf(e)};
}"""


def test_a_municipality_page_is_read_by_keyboard_alone(browser, site: Path) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    page.goto((site / "area" / "2080.html").as_uri())
    wanted = page.evaluate(
        "document.querySelectorAll('a[href], summary, [tabindex=\"0\"], input').length"
    )
    n_details, stops, opened = page.locator("details").count(), [], 0
    for _ in range(2 * wanted + 20):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUS)
        if stop["tag"] == "BODY":
            break
        stops.append(stop)
        assert stop["outline"] and stop["seen"], stop
        if stop["tag"] == "SUMMARY":
            page.keyboard.press("Enter")
            assert page.evaluate("document.activeElement.parentElement.open"), stop
            opened += 1
    # After the last stop the focus leaves the page: nothing holds it.
    assert stop["tag"] == "BODY" and opened == n_details > 0
    places = [stop["place"] for stop in stops]
    assert places == sorted(places) and len(places) >= wanted
    assert (stops[0]["text"], stops[0]["href"]) == ("Hoppa till innehållet", "#content")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")
    page.close()


CUT = """() => [...document.querySelectorAll("table, svg")].filter(e => {
  const own = e.getBoundingClientRect();
  const around = (e.closest(".card") || document.querySelector("main")).getBoundingClientRect();
  return own.width > 0 && (own.right > around.right + .5 || own.left < around.left - .5);
}).map(e => e.outerHTML.slice(0, 80))"""
# A4 between the margins of the style sheet, in CSS pixels.
A4_WIDTH = (210 - 24) * 96 / 25.4


@pytest.mark.parametrize("kind", ["area/2080", "area/0020", "target/2", "funnel"])
def test_nothing_is_cut_on_paper(browser, site: Path, funnel_page: Path, kind: str) -> None:
    path = funnel_page if kind == "funnel" else site / f"{kind}.html"
    page = browser.new_page(viewport={"width": int(A4_WIDTH), "height": 1000})
    page.goto(path.as_uri())
    closed = page.locator("details").count()
    page.emulate_media(media="print")
    assert page.locator("details:visible").count() == page.locator("summary:visible").count() == 0
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    assert page.locator("details:visible table").count() == closed
    assert page.locator("svg:visible").count() > 0 or kind == "target/2"
    assert page.evaluate(CUT) == []
    page.close()
