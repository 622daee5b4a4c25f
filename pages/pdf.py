"""Printing municipality pages by Chromium.

What belongs here: finding the browser, printing in it, dates that do not change. What does not:
how a printed page looks (`templates/style.css`).

A browser prints many pages, 1 s of CPU each; one of its own for each page took 3 s.
"""

import re
import shutil
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pages.workbook import UNDATED
from warehouse.errors import JamlikError

if TYPE_CHECKING:
    from playwright.sync_api import Page

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_OPTIONS = ("--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage")
# Dates of the document's information dictionary, to the second, with their zone.
_DATE = re.compile(rb"D:\d{14}[+-]\d\d'\d\d'")
# Names of a tagged document's parts: a browser counts on from what it has shown before.
_PART = re.compile(rb"\(node(\d{8})\)")
_STYLE = re.compile(r'<link rel="stylesheet" href="(?P<path>[^"]+)">')
_LINK_ELSEWHERE = re.compile(r'<a(?: class="[^"]*")? href="(?!#)[^"]*"')
_AT_ONCE, _MILLISECONDS = 2, 120_000


class PdfError(JamlikError):
    """Chromium did not print a page."""


def find_chromium() -> Path | None:
    """The installed browser; None where there is none."""
    found = (shutil.which(name) for name in _NAMES)
    return next((Path(path) for path in found if path), None)


def require_chromium() -> Path:
    """The installed browser.

    Raises:
        PdfError: There is none.
    """
    browser = find_chromium()
    if browser is None:
        raise PdfError(
            "Chromium, which prints pages, is not installed.",
            "Install it (Debian: apt install chromium), or leave --pdf and JAMLIK_PDF out: any "
            "browser prints the pages.",
        )
    return browser


@dataclass(frozen=True)
class ToPrint:
    """An HTML file, and the date that its PDF bears: when its values last changed."""

    page: Path
    changed: datetime | None


class Printer:
    """Prints pages to PDF files beside them, two at a time, while further ones are made.

    Leaving it waits for all; after an error those that have not begun are left out.

    Args:
        browser: Chromium.
    """

    def __init__(self, browser: Path) -> None:
        self._presses = [_Press(browser) for _ in range(_AT_ONCE)]
        self._printed: list[Future[None]] = []

    def __enter__(self) -> "Printer":
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            for printed in self._printed:
                printed.cancel()
        for press in self._presses:
            press.close()

    def add(self, one: ToPrint) -> None:
        """Print a page as soon as there is room."""
        self._printed.append(self._presses[len(self._printed) % _AT_ONCE].add(one))

    def wait(self) -> None:
        """Wait until all pages are printed.

        Raises:
            PdfError: A page was not printed; names it.
        """
        for printed in self._printed:
            printed.result()


class _Press:
    """A browser that prints one page after another, in a thread of its own.

    Playwright's objects may be used by the thread alone that made them.
    """

    def __init__(self, browser: Path) -> None:
        self.browser = browser
        self._thread = ThreadPoolExecutor(1)
        self._opened = ExitStack()
        self._page: Page | None = None

    def add(self, one: ToPrint) -> "Future[None]":
        return self._thread.submit(self._print, one)

    def close(self) -> None:
        self._thread.submit(self._opened.close)
        self._thread.shutdown()

    def _print(self, one: ToPrint) -> None:
        from playwright.sync_api import Error

        html, target = _standing_alone(one.page), one.page.with_suffix(".pdf")
        try:
            page = self._page = self._page or self._open()
            page.set_content(html)
            printed = page.pdf(
                prefer_css_page_size=True, print_background=True, tagged=True, outline=True
            )
        except Error as error:
            first = (error.message.splitlines() or [""])[0]
            raise PdfError(
                f"{one.page} was not printed by {self.browser}: {first}",
                "Build the site without PDF.",
            ) from None
        target.write_bytes(_unchanging(printed, one.changed or UNDATED))

    def _open(self) -> "Page":
        # It takes 0.3 s to import, and most sites are made without PDF.
        from playwright.sync_api import sync_playwright

        playwright = self._opened.enter_context(sync_playwright())
        browser = playwright.chromium.launch(
            executable_path=self.browser, args=_OPTIONS, timeout=_MILLISECONDS
        )
        self._opened.callback(browser.close)
        # The pages hold no scripts, and all that they show is in them.
        page = browser.new_page(java_script_enabled=False, offline=True)
        page.set_default_timeout(_MILLISECONDS)
        return page


def print_pages(browser: Path, pages: Sequence[ToPrint]) -> None:
    """Print pages, and wait for them.

    Raises:
        PdfError: A page was not printed; names it.
    """
    with Printer(browser) as printer:
        for one in pages:
            printer.add(one)
        printer.wait()


def _standing_alone(page: Path) -> str:
    """The page with its style inside and no links to other files.

    Chromium writes links into the PDF as whole addresses: they would name this machine's folders.
    """
    html = page.read_text(encoding="utf-8")
    sheet = _STYLE.search(html)
    if sheet is None:
        raise PdfError(f"{page} names no style sheet.", "Build the site anew.")
    style = (page.parent / sheet["path"]).read_text(encoding="utf-8")
    html = html.replace(sheet[0], f"<style>{style}</style>")
    return _LINK_ELSEWHERE.sub("<a", html)


def _unchanging(printed: bytes, moment: datetime) -> bytes:
    """A PDF with this date, its parts counted from 1: the same page gives the same bytes."""
    stamp = f"D:{moment:%Y%m%d%H%M%S}+00'00'".encode()
    first = min((int(number) for number in _PART.findall(printed)), default=1)
    counted = _PART.sub(lambda found: b"(node%08d)" % (int(found[1]) - first + 1), printed)
    return _DATE.sub(stamp, counted)
