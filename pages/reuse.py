"""Taking pages over from the site before, where nothing that they show has changed.

What belongs here: what a page was made from, as a hash, and linking its files. What does not:
making pages (`build.py`).

A page's files are a function of what is hashed here: its content, the links on it, the language
and the version of templates, code and libraries. A file that is no longer as it was written is
made anew.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Made:
    """A page's files.

    Args:
        input: Hash of what they are made from.
        files: Hash of each file by its path in the site.
    """

    input: str
    files: Mapping[str, str]


@dataclass(frozen=True)
class Before:
    """The site before; without pages where there is none that can be taken over."""

    folder: Path | None = None
    pages: Mapping[str, Made] = field(default_factory=dict)

    def take(self, name: str, wanted: str, into: Path) -> Made | None:
        """Link a page's files into a new site; None where it must be made.

        Args:
            name: The page.
            wanted: Hash of what it would be made from.
            into: The new site.
        """
        made = self.pages.get(name)
        if self.folder is None or made is None or made.input != wanted:
            return None
        sources = [self.folder / path for path in made.files]
        if not all(path.is_file() for path in sources) or made.files != hashes(
            self.folder, made.files
        ):
            return None
        for source, path in zip(sources, made.files, strict=True):
            target = into / path
            target.parent.mkdir(parents=True, exist_ok=True)
            _link(source, target)
        return made


def read_before(marker: Path) -> Before:
    """The site that a marker file describes; none where the file does not say its pages."""
    try:
        content = json.loads(marker.read_text(encoding="utf-8"))
        pages = {name: Made(**made) for name, made in content["pages"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        # No site, or one of an older version: everything is made.
        return Before()
    return Before(marker.parent, pages)


def input_hash(*parts: Any) -> str:
    """A hash of plain data: equal data, equal hash."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(repr(part).encode() + b"\0")
    return digest.hexdigest()


def hashes(folder: Path, files: Iterable[str]) -> dict[str, str]:
    """The hash of each file of a site."""
    return {path: hashlib.sha256((folder / path).read_bytes()).hexdigest() for path in files}


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:
        # Another disk, or one without links.
        shutil.copyfile(source, target)
