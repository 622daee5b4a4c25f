"""Writing one page: its HTML, its JSON, its workbook.

What belongs here: rendering, file names, links between pages. What does not: what a page holds
(`contexts.py`) and which pages are written (`build.py`).
"""

import json
import re
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from pages import documents
from pages.model import Published
from pages.page import Page, region_name, source_slug
from pages.reuse import input_hash
from pages.texts import Language, language
from pages.words import banner_of
from pages.workbook import write_workbook

TEMPLATES = Path(__file__).with_name("templates")
# Lies beside a release's site.
DICTIONARY = "dictionary.html"
# What writes bytes besides the code of this folder.
_LIBRARIES = ("jinja2", "markupsafe", "xlsxwriter")


class Writer:
    """Writes pages of one language into a site."""

    def __init__(
        self,
        published: Published,
        code: str,
        languages: Sequence[str],
        folder: Path,
        site_version: str,
        *,
        has_pdf: bool,
        in_release: bool,
    ) -> None:
        self.published, self.code, self.languages = published, code, languages
        self.folder, self.has_pdf, self.in_release = folder, has_pdf, in_release
        self.is_first = code == languages[0]
        sources = sorted({i.source for i in published.indicators.values()})
        self.shared = {
            "region": region_name(published),
            "banner": banner_of(published),
            "sources": sources,
            "first_source": source_slug(sources[0]),
            "has_surveys": False,
        }
        self.environment = _environment(language(code))
        self.made_by = [site_version, *(version(name) for name in _LIBRARIES)]

    def name_of(self, page: Page) -> str:
        """A page's path in the site, without the ending."""
        return page.path if self.is_first else f"{self.code}/{page.path}"

    def input_of(self, page: Page) -> str:
        """Hash of all that a page's files are made from."""
        return input_hash(
            self.made_by,
            self.code,
            self.is_first,
            self.shared,
            self._links(page),
            self.published.about if page.is_stamped else None,
            page,
        )

    def write(self, page: Page, input: str) -> list[str]:
        """Write a page's files; returns their paths in the site."""
        name = self.name_of(page)
        target = self.folder / f"{name}.html"
        target.parent.mkdir(parents=True, exist_ok=True)
        stamp = {
            "about": self.published.about if page.is_stamped else None,
            "content_version": input[:8],
            "changed": page.workbook.changed if page.workbook else None,
        }
        html = self.environment.get_template(page.template).render(
            {**self.shared, **self._links(page), **stamp, **page.context}
        )
        target.write_text(html, encoding="utf-8")
        files = [f"{name}.html"]
        if self.is_first:
            write_json(target.with_suffix(".json"), self._document(page, input))
            files.append(f"{name}.json")
        if page.workbook is not None:
            write_workbook(target.with_suffix(".xlsx"), page.workbook)
            files.append(f"{name}.xlsx")
        return files

    def _document(self, page: Page, input: str) -> dict[str, Any]:
        stamp = documents.release(self.published) if page.is_stamped else {"version": input[:8]}
        return {**stamp, **documents.about(self.published), **page.document}

    def _links(self, page: Page) -> dict[str, Any]:
        """Relative paths from a page, so that the site opens from a disk."""
        up = "../" * page.path.count("/")
        top = up if self.is_first else f"{up}../"
        other = next((c for c in self.languages if c != self.code), self.code)
        below = "" if other == self.languages[0] else f"{other}/"
        name = page.path.rpartition("/")[2]
        files = [("json", f"{top}{page.path}.json")]
        if page.workbook is not None:
            files.insert(0, ("xlsx", f"{name}.xlsx"))
        if page.prints and self.has_pdf:
            files.insert(0, ("pdf", f"{name}.pdf"))
        return {
            "root": up,
            "top": top,
            "files": files,
            "other_language": f"{top}{below}{page.path}.html",
            "dictionary": f"{top}../{DICTIONARY}" if self.in_release else None,
        }


def _environment(words: Language) -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.globals["t"] = words
    # Names of indicators stay Swedish: elsewhere their language is marked for screen readers.
    environment.globals["in_swedish"] = "" if words.code == "sv" else Markup(' lang="sv"')
    environment.filters["unit"] = _unit
    environment.filters["n"] = lambda value: f"{value:.1f}".removesuffix(".0")
    return environment


def _unit(text: str) -> Markup:
    """A unit that breaks after a slash and never within a number."""
    whole = re.sub(r"(?<=\d) (?=\d{3})", "\u00a0", text)
    return Markup("/<wbr>").join(whole.split("/"))


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Write a document; the same content gives the same bytes."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), default=str)
    path.write_text(text + "\n", encoding="utf-8")
