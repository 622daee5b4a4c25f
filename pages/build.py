"""Building the site: `build_site`, what orchestration and the command line call.

What belongs here: the folder, the order of files, rendering. What does not: what pages hold
(`contexts.py`), workbooks and PDF (their own modules).
"""

import hashlib
import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from pages import documents, pdf
from pages.contexts import Site
from pages.model import About, Published
from pages.page import Page, region_name
from pages.published import read_about, read_published
from pages.texts import LANGUAGES, Language, language
from pages.workbook import area_workbook, indicator_workbook
from warehouse.errors import InputError

_TEMPLATES = Path(__file__).with_name("templates")
# Says that a folder is a site of ours, so that it may be replaced.
MARKER = "site.json"


@dataclass(frozen=True)
class SiteResult:
    """What was written.

    Args:
        folder: The site; open `index.html` in it.
        n_pages: HTML pages, in all languages.
        n_files: All files.
        pdf: A sentence on the PDF files: how many, or why none.
    """

    folder: Path
    n_pages: int
    n_files: int
    pdf: str


def build_site(
    database: Path,
    out: Path,
    *,
    about: About | None = None,
    languages: Sequence[str] = LANGUAGES,
    with_pdf: bool = False,
) -> SiteResult:
    """Write the whole site of a release.

    The same release gives the same bytes, whenever and wherever it is built.

    Args:
        database: The release's DuckDB file, opened read-only.
        out: Folder to write; a site that is there is replaced once the new one is whole.
        about: What the manifest says of the release; read beside the database when not given.
        languages: Codes; the first one's pages lie at the top, the others' below their code.
        with_pdf: Also print municipality pages, where Chromium is installed.

    Raises:
        MartError: The file lacks a mart that the pages are made from.
        InputError: `out` holds something that is no site.
        PdfError: Chromium is there and did not print.
    """
    if out.exists() and not (out / MARKER).is_file() and any(out.iterdir()):
        raise InputError(
            f"{out} holds files that are no site of jamlik.", "Name an empty or new folder."
        )
    published = read_published(database, about or read_about(database.parent))
    browser = pdf.find_chromium() if with_pdf else None
    making = out.with_name(f".making-{out.name}")
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(parents=True)
    try:
        n_pages = sum(
            _write_language(published, language(code), making, languages, browser is not None)
            for code in languages
        )
        shutil.copyfile(_TEMPLATES / "style.css", making / "style.css")
        _write_json(making / MARKER, {**documents.about(published), "languages": list(languages)})
        statement = _print(published, making, languages, browser, with_pdf)
        n_files = sum(path.is_file() for path in making.rglob("*"))
        if out.exists():
            shutil.rmtree(out)
        making.rename(out)
    except BaseException:
        shutil.rmtree(making, ignore_errors=True)
        raise
    return SiteResult(out, n_pages, n_files, statement)


def site_version() -> str:
    """A hash of this folder's code, templates and texts: what makes pages differ but the data."""
    folder = Path(__file__).parent
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".py", ".html", ".css", ".toml"):
            digest.update(path.relative_to(folder).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


def _print(
    published: Published,
    folder: Path,
    languages: Sequence[str],
    browser: Path | None,
    with_pdf: bool,
) -> str:
    if browser is None:
        return pdf.NO_CHROMIUM if with_pdf else "PDF was not asked for."
    pages = [
        folder / _prefix(code, languages) / "area" / f"{area.area_id}.html"
        for code in languages
        for area in published.municipalities
    ]
    pdf.print_pages(browser, pages, published.about.created)
    return f"{len(pages)} PDF files printed by {browser}."


def _prefix(code: str, languages: Sequence[str]) -> str:
    return "" if code == languages[0] else code


def _write_language(
    published: Published,
    words: Language,
    out: Path,
    languages: Sequence[str],
    has_pdf: bool,
) -> int:
    environment = _environment(words)
    site = Site(published, words)
    prefix = _prefix(words.code, languages)
    shared = {
        "t": words,
        "region": region_name(published),
        "about": published.about,
        "is_demonstration": published.is_demonstration,
        "sources": sorted({i.source for i in published.indicators.values()}),
        "first_source": next(iter(site.sources)),
    }
    n_pages = 0
    for page in site.pages():
        target = out / prefix / f"{page.path}.html"
        target.parent.mkdir(parents=True, exist_ok=True)
        links = _links(page, words.code, languages, has_pdf)
        html = environment.get_template(page.template).render({**shared, **links, **page.context})
        target.write_text(html, encoding="utf-8")
        if not prefix:
            _write_json(
                target.with_suffix(".json"), {**documents.about(published), **page.document}
            )
        if page.area is not None:
            area_workbook(target.with_suffix(".xlsx"), published, page.area, words)
        if page.indicator is not None:
            indicator_workbook(target.with_suffix(".xlsx"), published, page.indicator, words)
        n_pages += 1
    return n_pages


def _links(page: Page, code: str, languages: Sequence[str], has_pdf: bool) -> dict[str, Any]:
    """Relative paths from a page, so that the site opens from a disk."""
    up = "../" * page.path.count("/")
    prefix = _prefix(code, languages)
    top = up + ("../" if prefix else "")
    other = next((c for c in languages if c != code), code)
    other_prefix = _prefix(other, languages)
    name = page.path.rpartition("/")[2]
    files = [("json", f"{top}{page.path}.json")]
    if page.area is not None or page.indicator is not None:
        files.insert(0, ("xlsx", f"{name}.xlsx"))
    if page.area is not None and has_pdf:
        files.insert(0, ("pdf", f"{name}.pdf"))
    return {
        "root": up,
        "top": top,
        "files": files,
        "other_language": f"{top}{other_prefix + '/' if other_prefix else ''}{page.path}.html",
    }


def _environment(words: Language) -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.globals["t"] = words
    # Names of indicators stay Swedish: elsewhere their language is marked for screen readers.
    environment.globals["in_swedish"] = "" if words.code == "sv" else Markup(' lang="sv"')
    environment.filters["n"] = lambda value: f"{value:.1f}".removesuffix(".0")
    return environment


def _write_json(path: Path, content: dict[str, Any]) -> None:
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), default=str)
    path.write_text(text + "\n", encoding="utf-8")
