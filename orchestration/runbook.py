"""The runbook's paragraphs, so that the UI can show them where something failed.

What belongs here: reading `docs/runbook.md`. What does not: what it says.
"""

import re
from dataclasses import dataclass
from functools import cache

from warehouse.paths import PROJECT_ROOT

FILE_NAME = "runbook.md"
RUNBOOK = PROJECT_ROOT / "docs" / FILE_NAME
_HEADING = re.compile(r"^### `?(\w+)`?\s*$", re.M)
_SECTION = re.compile(r"^## ", re.M)
# A link to another page of docs/.
_PAGE = re.compile(r"\[([^\]]+)\]\(([\w-]+\.md)\)")


@dataclass(frozen=True)
class Paragraph:
    """What to do about one check or one class of error.

    Args:
        key: The check's rule, or the error's class.
        section: checks or errors.
        text: Markdown.
    """

    key: str
    section: str
    text: str

    @property
    def anchor(self) -> str:
        """The heading's anchor in the page."""
        return self.key.lower()

    def text_beside(self, docs_url: str) -> str:
        """The text where it stands outside docs/: links to other pages lead there.

        Args:
            docs_url: JAMLIK_DOCS_URL; where it is empty, pages are named by their place.
        """
        if docs_url:
            return _PAGE.sub(rf"[\1]({docs_url.rstrip('/')}/\2)", self.text)
        return _PAGE.sub(r"`docs/\2`", self.text)


def paragraph(key: str) -> Paragraph:
    """One paragraph; where the runbook has none, one that says so: a run goes on without."""
    missing = f"The runbook has no paragraph on {key} yet."
    return paragraphs().get(key) or Paragraph(key, "checks", missing)


@cache
def paragraphs() -> dict[str, Paragraph]:
    """All paragraphs by key, in the runbook's order."""
    found = {}
    for part in _SECTION.split(RUNBOOK.read_text(encoding="utf-8"))[1:]:
        section, _, body = part.partition("\n")
        # A heading and its text follow each other.
        pieces = _HEADING.split(body)[1:]
        for key, text in zip(pieces[::2], pieces[1::2], strict=True):
            found[key] = Paragraph(key, section.strip().lower(), text.strip())
    return found
