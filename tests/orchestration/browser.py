"""Dagster's UI of a house in a headless browser, read and pressed as a person does.

What belongs here: starting UI and browser, and going to pages. What does not: what the pages must
say (`test_ui.py`).
"""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from pages import pdf
from tests.orchestration.house import environment, jamlik, wait_for
from tests.support import PROJECT_ROOT

BROWSER = pdf.find_chromium()
OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
# The machine may be busy: a page comes in 2 s, a run in half a minute.
PAGE_MS, RUN_MS = 120_000, 600_000


@dataclass(frozen=True)
class Seen:
    """What the page of a check shows of its last result.

    Args:
        result: Passed or Failed.
        colour: In which that is written: green, yellow or red.
        text: All text of the page.
        metadata: By name: `text`, `rows` of a table cell by cell, and `link`.
    """

    result: str
    colour: str
    text: str
    metadata: dict[str, dict[str, Any]]

    def rows(self, name: str) -> list[tuple[str, ...]]:
        """A table among the metadata."""
        return [tuple(row) for row in self.metadata[name]["rows"]]


@dataclass(frozen=True)
class Ui:
    """A house with its UI.

    Args:
        house: The data folder.
        settings: Of the UI and of every run.
        address: Of the UI.
        page: The browser's only page.
        asked: Every address that it asked.
    """

    house: Path
    settings: dict[str, str]
    address: str
    page: Any
    asked: list[str]

    def run(self) -> subprocess.CompletedProcess[str]:
        """Run everything from the terminal."""
        return jamlik(self.house, "run", **self.settings)

    def open(self, path: str) -> Any:
        """Go to a page of the UI."""
        self.page.goto(f"{self.address}{path}")
        return self.page

    def last_run(self) -> str:
        """The id of the run that stands first in the list of runs."""
        newest = self.open("/runs").locator("a[href^='/runs/']").first
        return str(newest.get_attribute("href")).removeprefix("/runs/")

    def press(self, path: str, button: str) -> str:
        """Press a button that starts a run, and watch the run to its end.

        Args:
            path: The page with the button.
            button: What is written on it.

        Returns:
            The run's id.
        """
        page = self.open(path)
        # Its icon is the first part of its name.
        page.get_by_role("button", name=re.compile(f"{button}$")).click()
        started = page.get_by_role("link", name="View", exact=True)
        # Asked when a step makes more than what was chosen.
        confirm = page.get_by_role("button", name="Confirm")
        started.or_(confirm).first.wait_for()
        if confirm.is_visible():
            confirm.click()
        run_id = str(started.get_attribute("href")).removeprefix("/runs/")
        started.click()
        ended = page.get_by_text(re.compile("^(Success|Failure)$")).first
        ended.wait_for(timeout=RUN_MS)
        return run_id

    def check(self, asset: str, name: str) -> Seen:
        """Look at the page of an asset's check, once its last result is there."""
        page = self.open(f"/assets/{asset}?view=checks&checkDetail={name}")
        last = page.get_by_text("what_to_do", exact=True)
        last.wait_for()
        result = self.tag("Evaluation result")
        return Seen(
            result=result.inner_text(),
            colour=result.evaluate(_COLOUR),
            text=page.locator("body").inner_text(),
            metadata=last.locator("xpath=ancestor::table[1]").evaluate(_METADATA),
        )

    def wait_for_freshness(self, asset: str, state: str) -> str:
        """Load an asset's page until the daemon has judged its age, which a page never learns.

        Args:
            asset: Schema and table with a slash.
            state: Passing or Failed.

        Returns:
            All text of the page.
        """

        def shown() -> bool:
            self.open(f"/assets/{asset}")
            return bool(self.tag("Freshness policy").inner_text() == state)

        wait_for(f"{asset} {state}", shown)
        return str(self.page.locator("body").inner_text())

    def tag(self, label: str) -> Any:
        """The coloured word below a label."""
        return (
            self.page.get_by_text(label, exact=True)
            .first.locator("xpath=..")
            .locator("[data-tooltip]")
        )


# Which light is strongest in a word's colour; yellow is red with half as much green.
_COLOUR = """word => {
    const [red, green] = getComputedStyle(word).color.match(/\\d+/g).map(Number);
    return green > red ? 'green' : green * 2.5 > red ? 'yellow' : 'red';
}"""
_METADATA = """table => Object.fromEntries([...table.tBodies[0].rows].map(({cells}) => [
    cells[0].innerText,
    {
        text: cells[1].innerText,
        rows: [...cells[1].querySelectorAll(':scope table > tbody > tr')].map(
            row => [...row.cells].map(cell => cell.innerText)
        ),
        link: cells[1].querySelector('a[href]')?.href ?? '',
    },
]))"""


def needs_browser() -> Any:
    """Playwright; skips the module, with the reason, where it or Chromium is missing."""
    if BROWSER is None:
        pytest.skip("needs chromium (Debian: apt install chromium)", allow_module_level=True)
    return pytest.importorskip("playwright.sync_api", reason="needs playwright")


@contextmanager
def docs() -> Iterator[str]:
    """The project's docs/ over loopback, as JAMLIK_DOCS_URL names them."""
    handler = partial(SimpleHTTPRequestHandler, directory=str(PROJECT_ROOT / "docs"))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()


@contextmanager
def ui(house: Path, **settings: str) -> Iterator[Ui]:
    """`jamlik ui` over a house and a browser before it, for the time of a `with` block.

    Args:
        house: The data folder.
        settings: Of the UI; what is pressed there runs with them.
    """
    port = _free_port()
    address = f"http://127.0.0.1:{port}"
    with (house / "ui.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "orchestration.cli", "ui", "--port", str(port)],
            cwd=PROJECT_ROOT,
            env=environment(house, **settings),
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        with _browser() as page:
            wait_for("the UI", lambda: _answers(address))
            asked: list[str] = []
            page.on("request", lambda request: asked.append(request.url))
            yield Ui(house, settings, address, page, asked)
    finally:
        # It is the head of its group: webserver, daemon, code servers and their runs.
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=30)


@contextmanager
def _browser() -> Iterator[Any]:
    with needs_browser().sync_playwright() as play:
        browser = play.chromium.launch(executable_path=str(BROWSER), args=OPTIONS)
        page = browser.new_page(viewport={"width": 1600, "height": 1000})
        page.set_default_timeout(PAGE_MS)
        yield page
        browser.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(address: str) -> bool:
    """Whether GraphQL answers, and knows the assets."""
    question = urllib.request.Request(
        f"{address}/graphql",
        b'{"query": "{ assetNodes { assetKey { path } } }"}',
        {"content-type": "application/json"},
    )
    try:
        with urllib.request.urlopen(question, timeout=10) as answer:
            return b'"release"' in answer.read()
    except (urllib.error.URLError, OSError):
        return False
