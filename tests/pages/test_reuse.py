"""Pages taken over from the site before: only unchanged ones, and the same bytes as if made."""

import shutil
from pathlib import Path

import duckdb
import pytest

from pages.build import SiteResult, build_site
from pages.marts import NEEDED, PEOPLE
from pages.model import About
from pages.pdf import find_chromium
from tests.pages.made import make_release

# A change of the release, and pages that must be made anew for it (of those in Swedish).
CHANGES = {
    "update core.fct_value set value = value + 0.5 where indicator_id = 'N00001' "
    "and area_id = '2080' and year_end = 2017 and gender = 'K'": {"area/2080", "indicator/N00001"},
    # The highest value: the scale of all charts, and the range on the county's page.
    "update core.fct_value set value = value + 1 where indicator_id = 'N00002' "
    "and area_id = '2039'": {
        *("area/2039", "area/2080", "area/0020", "indicator/N00002", "target/other"),
    },
    "update survey.estimate set share_pct = 7.75 where item_id = 'lupp_bullied' "
    "and area_id = '2080' and gender = 'K'": {"area/2080"},
    "update survey.estimate set is_suppressed = true, share_pct = null, n = null, "
    "ci_lower_pct = null, ci_upper_pct = null where survey = 'adults' and area_id = '2080' "
    "and gender = 'T'": {"area/2080"},
    "update survey.gradient set estimate = estimate - 1": {"area/0020"},
    "update equity.inequality set ci_upper = ci_upper + 1 where indicator_id = 'N00001' "
    "and year_end = 2020": {"area/0020", "target/2"},
    "update equity.area_gap set q_value = 0.2 where area_id = '2081' and benchmark = 'riket'": {
        *("area/2081", "indicator/N00001", "target/2"),
    },
    "update quality.source_round set population = '16+'": {"source/hlv"},
    "update core.revision set value_after = 1": set(),
}
# These name the release, and differ with every one.
STAMPED = {"index", "changes"}


def contents(site: Path) -> dict[str, bytes]:
    return {
        path.relative_to(site).as_posix(): path.read_bytes()
        for path in site.rglob("*")
        if path.is_file()
    }


def made_anew(before: Path, after: Path) -> set[str]:
    """Pages whose file is not the very file of the site before."""
    return {
        path.relative_to(after).as_posix().removesuffix(".html")
        for path in after.rglob("*.html")
        if not path.samefile(before / path.relative_to(after))
    }


def build(database: Path, out: Path, before: Path, release: str) -> SiteResult:
    return build_site(
        database, out, about=About(release, "2026-03-02T12:00:00Z"), before=before, languages=["sv"]
    )


def test_one_change_makes_only_the_pages_that_show_it(tmp_path: Path) -> None:
    database = make_release(tmp_path / "release")
    before = build(database, tmp_path / "0", tmp_path / "none", "r0").folder
    for number, (statement, expected) in enumerate(CHANGES.items(), start=1):
        with duckdb.connect(str(database)) as con:
            con.execute(statement)
        after = build(database, tmp_path / str(number), before, f"r{number}")
        assert made_anew(before, after.folder) == expected | STAMPED, statement
        assert after.n_taken == after.n_pages - len(expected) - len(STAMPED)
        whole = build(database, tmp_path / "whole", tmp_path / "none", f"r{number}")
        assert whole.n_taken == 0
        assert contents(after.folder) == contents(whole.folder), statement
        before = after.folder


def test_the_same_release_built_twice_takes_all_of_it(
    database: Path, site: Path, tmp_path: Path
) -> None:
    before = contents(site)
    again = build_site(database, tmp_path / "again", before=site)
    assert again.n_taken == again.n_pages > 30
    assert contents(again.folder) == before
    # The site before is left as it was, and stands alone once the new one is gone.
    shutil.rmtree(again.folder)
    assert contents(site) == before


@pytest.mark.parametrize("damage", ["changed", "gone", "marker"])
def test_a_damaged_site_gives_no_page(
    database: Path, site: Path, tmp_path: Path, damage: str
) -> None:
    before = Path(shutil.copytree(site, tmp_path / "before"))
    if damage == "changed":
        (before / "area" / "2080.html").write_text("something else", encoding="utf-8")
    elif damage == "gone":
        (before / "area" / "2080.xlsx").unlink()
    else:
        (before / "site.json").write_text('{"pages": {"area/2080": 1}}', encoding="utf-8")
    after = build_site(database, tmp_path / "after", before=before)
    assert contents(after.folder) == contents(site)
    anew = made_anew(before, after.folder)
    assert "area/2080" in anew
    assert (anew == {"area/2080"}) is (damage != "marker")


@pytest.mark.skipif(find_chromium() is None, reason="Chromium is not installed (Debian: chromium)")
def test_a_site_without_pdf_gives_no_page_to_one_with_them(
    database: Path, site: Path, tmp_path: Path
) -> None:
    """Their pages have one more link."""
    first = build_site(database, tmp_path / "first", with_pdf=True, before=site)
    assert first.pdf.startswith("8 PDF files")
    assert first.n_taken == first.n_pages - 8
    again = build_site(database, tmp_path / "again", with_pdf=True, before=first.folder)
    assert again.pdf.startswith("0 PDF files") and "8 taken over" in again.pdf
    assert contents(again.folder) == contents(first.folder)


def test_the_order_of_rows_in_a_file_does_not_matter(site: Path, tmp_path: Path) -> None:
    """DuckDB gives them in another one in every run, so that equal pages would look changed."""
    database = make_release(tmp_path / "release")
    with duckdb.connect(str(database)) as con:
        for mart in (*NEEDED, *PEOPLE):
            con.execute(f"create temp table turned as select * from {mart} order by rowid desc")
            con.execute(f"delete from {mart}; insert into {mart} from turned; drop table turned")
    again = build_site(database, tmp_path / "again", before=site)
    assert again.n_taken == again.n_pages
    assert contents(again.folder) == contents(site)
