"""Printing municipality pages by Chromium.

What belongs here: finding the browser, one print, dates that do not change. What does not: how
a printed page looks (`templates/style.css`).
"""

import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pages.workbook import UNDATED
from warehouse.errors import JamlikError

NO_CHROMIUM = (
    "No PDF: Chromium is not installed (Debian: apt install chromium). The pages print from any "
    "browser."
)
_NAMES = ("chromium", "chromium-browser", "google-chrome")
_OPTIONS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--no-pdf-header-footer",
    "--export-tagged-pdf",
)
# Dates of the document's information dictionary, to the second, with their zone.
_DATE = re.compile(rb"D:\d{14}[+-]\d\d'\d\d'")
_STYLE = re.compile(r'<link rel="stylesheet" href="(?P<path>[^"]+)">')
_LINK_ELSEWHERE = re.compile(r'<a(?: class="[^"]*")? href="(?!#)[^"]*"')
_AT_ONCE, _SECONDS = 2, 120


class PdfError(JamlikError):
    """Chromium did not print a page."""


def find_chromium() -> Path | None:
    """The installed browser; None where there is none."""
    found = (shutil.which(name) for name in _NAMES)
    return next((Path(path) for path in found if path), None)


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
        self.browser = browser
        self._pool = ThreadPoolExecutor(_AT_ONCE)
        self._printed: list[Future[None]] = []

    def __enter__(self) -> "Printer":
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._pool.shutdown(cancel_futures=kind is not None)

    def add(self, one: ToPrint) -> None:
        """Print a page as soon as there is room."""
        self._printed.append(
            self._pool.submit(_print, self.browser, one.page, one.changed or UNDATED)
        )

    def wait(self) -> None:
        """Wait until all pages are printed.

        Raises:
            PdfError: A page was not printed; names it.
        """
        for printed in self._printed:
            printed.result()


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


def _print(browser: Path, page: Path, moment: datetime) -> None:
    target = page.with_suffix(".pdf").resolve()
    with tempfile.TemporaryDirectory(prefix="jamlik-print-") as profile:
        copy = Path(profile) / "page.html"
        copy.write_text(_standing_alone(page), encoding="utf-8")
        try:
            done = subprocess.run(
                [
                    str(browser),
                    *_OPTIONS,
                    f"--user-data-dir={profile}",
                    f"--print-to-pdf={target}",
                    copy.as_uri(),
                ],
                capture_output=True,
                timeout=_SECONDS,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise PdfError(
                f"{page} was not printed by {browser}: {error}.", "Build the site without PDF."
            ) from None
    if done.returncode != 0 or not target.is_file():
        last = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
        raise PdfError(
            f"{page} was not printed by {browser}: {' '.join(last)}", "Build the site without PDF."
        )
    stamp = f"D:{moment:%Y%m%d%H%M%S}+00'00'".encode()
    target.write_bytes(_DATE.sub(stamp, target.read_bytes()))
