"""Pages of all suites with what they found last: static files, to be read or sent.

What belongs here: drawing results. What does not: running suites (`runner.py`).

Great Expectations has pages of its own (Data Docs). They fetch scripts, styles and a picture from
eight hosts in the reader's browser, and would have to be given chunked results as one; these show
the same and fetch nothing.
"""

import shutil
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import jinja2

from expectations.result import SuiteResult
from expectations.suite import Suite
from warehouse.errors import InputError

_TEMPLATES = Path(__file__).parent / "templates"
INDEX = "index.html"
# Whatever else lies in the folder is somebody's, and stays.
_MARK = ".suites-of-jamlik"


def page_name(suite: Suite) -> str:
    """The file of a suite's page."""
    return f"{suite.name}.html"


def write_docs(
    results: Sequence[tuple[Suite, SuiteResult]], folder: Path, made_at: datetime
) -> Path:
    """Write an index and a page per suite.

    Args:
        results: Suites with what they found; of data about people that is counts already.
        folder: Where to; what an earlier call wrote there is replaced.
        made_at: When the suites ran, UTC.

    Returns:
        The index.

    Raises:
        InputError: The folder holds something that this has not written.
    """
    if folder.exists() and any(folder.iterdir()) and not (folder / _MARK).exists():
        raise InputError(
            f"{folder} holds files that are no pages of suites.", "Choose a new or empty folder."
        )
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / _MARK).touch()
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters["zip"] = zip
    pages = [
        {"suite": suite, "result": result, "page": page_name(suite)} for suite, result in results
    ]
    made = f"{made_at:%Y-%m-%d %H:%M} UTC"
    for page in pages:
        text = environment.get_template("suite.html").render(made=made, **page)
        (folder / str(page["page"])).write_text(text, encoding="utf-8")
    text = environment.get_template("suites.html").render(made=made, pages=pages)
    (folder / INDEX).write_text(text, encoding="utf-8")
    return folder / INDEX
