"""The real UI in a browser: faults of each kind are seen, and after the remedy they are gone.

One house goes through it in the order of this file: left alone for days; run with faults in what
is read; run by pressing a button, with a fault in what would be published; published by another.
"""

import os
import re
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from orchestration import runbook
from tests.orchestration import browser, planted
from tests.orchestration.browser import Seen, Ui
from tests.orchestration.house import SMALL, copy, published

expect = browser.needs_browser().expect
expect.set_options(timeout=browser.PAGE_MS)

LOAD = "raw_kolada/load"
VALUE = ("raw_kolada/reading", "every_value_is_understood")
AREA = ("raw_kolada/municipality", "great_expectations")
FILE = ("raw_lupp/load", "every_file_is_taken")
ATTACK = ("published/release", "disclosure_attack")
# What the files hold of each person.
OF_PEOPLE = re.compile(str(planted.PERSON)[:-2] + r"\d\d")


@pytest.fixture(scope="module")
def ui(small_house: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ui]:
    """A house that was left alone for days, and its UI."""
    house = copy(small_house, tmp_path_factory.mktemp("ui") / "house")
    planted.let_age(house, dg.AssetKey(LOAD.split("/")))
    planted.write_rules(house / "rules.yml", careless=True)
    with browser.docs() as address:
        settings = {
            **SMALL,
            "JAMLIK_KEY_DIR": os.environ["JAMLIK_KEY_DIR"],
            "JAMLIK_DISCLOSURE": str(house / "rules.yml"),
            "JAMLIK_DOCS_URL": address,
            # The daemon looks every 30 s otherwise.
            "FRESHNESS_DAEMON_INTERVAL_SECONDS": "5",
        }
        with browser.ui(house, **settings) as started:
            yield started


@pytest.fixture(scope="module")
def faulty(ui: Ui) -> str:
    """The id of a run at the terminal that read what is wrong."""
    planted.spoil_kolada(ui.house)
    planted.deliver_lupp(ui.house, whole=False)
    done = ui.run()
    assert done.returncode == 1, done.stdout + done.stderr
    return ui.last_run()


@pytest.fixture(scope="module")
def refused(ui: Ui, faulty: str) -> str:
    """The id of a run, started by pressing, that read what is right and was not to be published."""
    planted.mend_kolada(ui.house)
    planted.deliver_lupp(ui.house, whole=True)
    return ui.press("/asset-groups", "Materialize all")


@pytest.fixture(scope="module")
def mended(ui: Ui, refused: str) -> str:
    """The id of a run, started by pressing, that published under rules that hold."""
    planted.write_rules(ui.house / "rules.yml", careless=False)
    return ui.press("/assets/published/release", "Materialize")


def test_the_graph_goes_from_sources_to_the_release(ui: Ui) -> None:
    page = ui.open("/asset-groups")
    for group in ("kolada", "lupp", "staging", "marts_equity", "published"):
        expect(page.get_by_text(group, exact=True).first).to_be_visible()


def test_a_green_run_is_green(ui: Ui) -> None:
    page = ui.open(f"/runs/{ui.last_run()}")
    expect(page.get_by_text("Success", exact=True).first).to_be_visible()
    expect(page.get_by_text("Errored (0)")).to_be_visible()


def test_a_source_that_was_left_alone_is_stale(ui: Ui) -> None:
    text = ui.wait_for_freshness(LOAD, "Failed")
    assert f"Last materialized {planted.STALE_DAYS} days ago" in text
    assert "Fails if more than 8 days since last materialization" in text


def test_a_failed_run_names_its_step(ui: Ui, faulty: str) -> None:
    page = ui.open(f"/runs/{faulty}")
    expect(page.get_by_text("Failure", exact=True).first).to_be_visible()
    expect(page.get_by_text("Errored (1)")).to_be_visible()
    expect(page.get_by_text("raw_kolada__municipality_great_expectations").first).to_be_visible()


def test_a_value_that_cannot_be_read_is_named(ui: Ui, faulty: str) -> None:
    seen = ui.check(*VALUE)
    assert "non-blocking" in seen.text
    assert (seen.result, seen.colour) == ("Failed", "yellow")
    assert seen.metadata["rule"]["text"] == "No value of the last load had to be rejected."
    row = (planted.KPI, planted.AREA, str(planted.NO_YEAR), "T", "period is not a year")
    assert row in seen.rows("failing_keys")
    assert_leads_to_a_paragraph(seen, VALUE[1])


def test_a_row_that_breaks_an_expectation_is_named(ui: Ui, faulty: str) -> None:
    seen = ui.check(*AREA)
    assert (seen.result, seen.colour) == ("Failed", "red")
    assert "This is a blocking asset check." in seen.text
    assert "The table meets all 10 rules of its suite." in seen.metadata["rule"]["text"]
    assert "type_in_force is 'X'" in seen.metadata["found"]["text"]
    assert [row[:2] for row in seen.rows("failing_keys")] == [("type_known", planted.AREA)]
    first, *others = seen.rows("rules")
    assert first[:2] == ("An area is a municipality (K), or a region or the country (L).", "False")
    assert {row[1] for row in others} == {"True"}
    assert_leads_to_a_paragraph(seen, AREA[1])


def test_a_file_without_a_column_is_named_and_nothing_of_people(ui: Ui, faulty: str) -> None:
    seen = ui.check(*FILE)
    assert (seen.result, seen.colour) == ("Failed", "yellow")
    assert seen.rows("failing_keys") == []
    ((_, _, reason),) = seen.rows("files")
    assert planted.LUPP_FILE in reason and planted.MISSING_COLUMN in reason
    assert seen.metadata["found"]["text"] == "1 found" and not OF_PEOPLE.search(seen.text)
    assert_leads_to_a_paragraph(seen, FILE[1])


def test_the_source_is_fresh_again(ui: Ui, faulty: str) -> None:
    ui.wait_for_freshness(LOAD, "Passing")


def test_a_failed_attack_stops_the_release(ui: Ui, refused: str) -> None:
    page = ui.open(f"/runs/{refused}")
    expect(page.get_by_text("Failure", exact=True).first).to_be_visible()
    seen = ui.check(*ATTACK)
    assert (seen.result, seen.colour) == ("Failed", "red")
    found = f"survey.estimate: {planted.LEFT} is left in rows of hidden cells."
    assert seen.metadata["found"]["text"] == found
    assert_leads_to_a_paragraph(seen, ATTACK[1])


@pytest.mark.parametrize("check", [VALUE, AREA, FILE], ids=["value", "area", "file"])
def test_what_was_put_right_is_green(ui: Ui, refused: str, check: tuple[str, str]) -> None:
    seen = ui.check(*check)
    assert (seen.result, seen.colour) == ("Passed", "green")
    assert seen.rows("failing_keys") == []


def test_of_people_the_ui_shows_counts_only(ui: Ui, refused: str) -> None:
    for asset in ("raw_lupp/respondent", "survey/estimate", "core/dim_area"):
        page = ui.open(f"/assets/{asset}")
        expect(page.get_by_text(re.compile("^(rows_kept|Row count)$")).first).to_be_visible()
        text = page.locator("body").inner_text()
        assert not OF_PEOPLE.search(text)
        assert ("first_rows" in text) == (asset == "core/dim_area"), asset


def test_the_release_that_was_pressed_for_is_published(ui: Ui, mended: str) -> None:
    page = ui.open(f"/runs/{mended}")
    expect(page.get_by_text("Success", exact=True).first).to_be_visible()
    seen = ui.check(*ATTACK)
    assert (seen.result, seen.colour) == ("Passed", "green")
    assert re.search(r"[1-9]\d* of \d+ cells are hidden, all shown safe", seen.text)
    with published(ui.house) as con:
        rows = "select count(*), count(*) filter (is_suppressed) from survey.estimate"
        ((shown, hidden),) = con.execute(f"{rows} where source = 'lupp'").fetchall()
    assert shown > hidden > 0


def test_the_ui_asks_nobody_else(ui: Ui, mended: str) -> None:
    assert len(ui.asked) > 100
    assert all(url.removeprefix("blob:").startswith(ui.address) for url in ui.asked)


def assert_leads_to_a_paragraph(seen: Seen, name: str) -> None:
    """The runbook's link is answered, and its anchor is the heading of a paragraph."""
    address, _, anchor = seen.metadata["runbook"]["link"].partition("#")
    with urllib.request.urlopen(address, timeout=10) as answer:
        text = answer.read().decode("utf-8")
    headings = [heading.lower() for heading in re.findall(r"^#+ (\w+)$", text, re.M)]
    assert anchor == name and headings.count(anchor) == 1
    assert runbook.paragraph(name).text in text
