"""The arguments and answers of `jamlik pages` and `jamlik show`.

What belongs here: reading arguments and printing. What does not: the work (`build.py`,
`show.py`), which is imported when it is asked for: every `jamlik` command reads this module.
"""

import argparse
import os
import shutil
import sys
from pathlib import Path

from pages.texts import LANGUAGES
from warehouse.errors import JamlikError
from warehouse.settings import load_settings


def add_pages_arguments(command: argparse.ArgumentParser) -> None:
    """The arguments of `jamlik pages`."""
    command.add_argument(
        "--from", dest="release", type=Path, metavar="RELEASE_DIR", help="default: the current one"
    )
    command.add_argument("--to", type=Path, required=True, metavar="DIR", help="the site's folder")
    command.add_argument(
        "--everywhere", action="store_true", help="also pages of all 290 municipalities"
    )
    command.add_argument("--pdf", action="store_true", help="also print PDF (needs Chromium)")


def add_show_arguments(command: argparse.ArgumentParser) -> None:
    """The arguments of `jamlik show`."""
    command.add_argument("name", help="a municipality (2080, Falun) or an indicator (n00923)")
    command.add_argument("--from", dest="release", type=Path, metavar="RELEASE_DIR")
    command.add_argument("--language", choices=LANGUAGES, default=LANGUAGES[0])


def run_pages(options: argparse.Namespace) -> int:
    """Build the site and say where it is."""
    from pages.build import build_site

    result = build_site(
        _database(options), options.to, with_pdf=options.pdf, everywhere=options.everywhere
    )
    print(
        f"{result.n_pages} pages ({result.n_taken} unchanged) in {result.n_files} files. "
        f"Open {result.folder / 'index.html'}\n"
        f"{result.pdf}"
    )
    return 0


def run_show(options: argparse.Namespace) -> int:
    """Print the summary."""
    from pages.show import WIDTH, show

    text = show(
        _database(options),
        options.name,
        options.language,
        width=shutil.get_terminal_size((WIDTH, 24)).columns,
        has_colours=sys.stdout.isatty() and "NO_COLOR" not in os.environ,
    )
    try:
        print(text, flush=True)
    except BrokenPipeError:
        # The reader has seen enough (`jamlik show 2080 | head`); Python would complain at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _database(options: argparse.Namespace) -> Path:
    release = options.release or load_settings().paths.current
    if not release.is_dir():
        raise JamlikError(f"There is no release folder {release}.", "Publish one with `make run`.")
    return Path(release).resolve() / "jamlik.duckdb"
