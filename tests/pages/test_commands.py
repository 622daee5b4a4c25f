"""The command line, and the builder that publishing is given."""

from pathlib import Path

import pytest

from orchestration.assets.publish import site_builder
from orchestration.cli import main
from pages.pdf import find_chromium
from pages.published import read_about
from tests.pages.test_site import read
from warehouse.publish.dictionary import DICTIONARY
from warehouse.settings import load_settings


def test_pages_writes_a_site_and_says_where(
    database: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "site"
    assert main(["pages", "--from", str(database.parent), "--to", str(out)]) == 0
    assert str(out / "index.html") in capsys.readouterr().out
    assert (out / "index.html").is_file()
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    assert main(["pages", "--from", str(database.parent), "--to", str(tmp_path)]) == 2
    assert "no site of jamlik" in capsys.readouterr().err


def test_pdf_are_refused_where_there_is_no_chromium(
    database: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    arguments = ["pages", "--from", str(database.parent), "--to", str(tmp_path / "site"), "--pdf"]
    assert main(arguments) == 1
    assert "is not installed" in capsys.readouterr().err
    assert not (tmp_path / "site").exists()


def test_show_prints_and_names_what_it_does_not_know(
    database: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ["--from", str(database.parent)]
    assert main(["show", "2080", *where]) == 0
    assert "Falun (2080)" in capsys.readouterr().out
    assert main(["show", "9999", *where]) == 2
    assert "9999 is neither" in capsys.readouterr().err


def test_publishing_builds_the_same_site_but_for_the_way_to_the_dictionary(
    database: Path, site: Path, tmp_path: Path
) -> None:
    about = read_about(database.parent)
    content = {"release_id": about.release_id, "created": about.created, "diff": about.diff}
    builder = site_builder(load_settings())
    builder.build(database, tmp_path / "site", content, tmp_path / "none")
    assert builder.version == site_builder(load_settings()).version
    pages = [page.relative_to(site) for page in site.rglob("*.html")]
    assert len(pages) > 30
    for page in pages:
        published = read(tmp_path / "site" / page).links
        (link,) = [one for one in published if one.endswith(DICTIONARY)]
        assert (tmp_path / "site" / page.parent / link).resolve() == tmp_path / DICTIONARY
        assert [one for one in published if one != link] == read(site / page).links


@pytest.mark.skipif(find_chromium() is None, reason="Chromium is not installed (Debian: chromium)")
def test_a_release_is_printed_where_that_is_set(database: Path, tmp_path: Path) -> None:
    about = read_about(database.parent)
    content = {"release_id": about.release_id, "created": about.created, "diff": about.diff}
    builder = site_builder(load_settings(pdf=True))
    builder.build(database, tmp_path / "site", content, tmp_path / "none")
    assert (tmp_path / "site" / "area" / "2080.pdf").read_bytes().startswith(b"%PDF")
    # Else a release without them would count as the same.
    assert builder.version != site_builder(load_settings()).version
