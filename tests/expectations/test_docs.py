"""Pages of suites: every rule with what was found, nothing fetched, nobody's folder emptied."""

from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path

import duckdb
import pytest

from expectations.docs import write_docs
from expectations.result import SuiteResult
from expectations.runner import run_suite
from expectations.suite import Suite, load_suite
from tests.expectations.sound_tables import CASES
from tests.expectations.tables import READING, build
from warehouse.errors import InputError

NOW = datetime(2026, 3, 1, 12, 0)


class References(HTMLParser):
    """What a page would have the browser fetch or open."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value or "" for name, value in attrs if name in ("href", "src")]


@pytest.fixture(scope="module")
def results() -> list[tuple[Suite, SuiteResult]]:
    (people,) = (case for case in CASES if case.table == "raw_lupp.respondent")
    readings, lupp = load_suite("raw_kolada__reading"), load_suite("raw_lupp__respondent")
    with duckdb.connect() as con:
        build(con)
        con.execute(f"update {READING} set gender = '<b>' where kpi = 'N00925'")
        people.build(con)
        people.plant(con)
        return [(one, run_suite(con, one)) for one in (readings, lupp)]


def test_pages_show_every_rule_and_fetch_nothing(
    results: list[tuple[Suite, SuiteResult]], tmp_path: Path
) -> None:
    folder = tmp_path / "pages"
    index = write_docs(results, folder, NOW)
    assert index.exists() and "2026-03-01 12:00 UTC" in index.read_text("utf-8")
    for suite, result in results:
        text = (folder / f"{suite.name}.html").read_text("utf-8")
        assert all(f'id="{rule.id}"' in text for rule in suite.expectations)
        assert text.count("<td>broken</td>") == len(result.failed) > 0
    for page in folder.glob("*.html"):
        for reference in References(page.read_text("utf-8")).found:
            assert (folder / reference).is_file(), reference
    readings = (folder / "raw_kolada__reading.html").read_text("utf-8")
    assert "N00925 0000 2019 &lt;b&gt;" in readings and "<b>" not in readings
    lupp = (folder / "raw_lupp__respondent.html").read_text("utf-8")
    assert "odd_gender = 1" in lupp and "nothing else is told" in lupp


def test_pages_are_written_anew_but_nobodys_folder_is_emptied(
    results: list[tuple[Suite, SuiteResult]], tmp_path: Path
) -> None:
    write_docs(results, tmp_path, NOW)
    write_docs(results[:1], tmp_path, NOW)
    assert not (tmp_path / "raw_lupp__respondent.html").exists()
    other = tmp_path / "other"
    other.mkdir()
    (other / "thesis.txt").write_text("mine")
    with pytest.raises(InputError, match="holds files"):
        write_docs(results, other, NOW)
    assert (other / "thesis.txt").exists()
