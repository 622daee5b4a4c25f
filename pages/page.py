"""A page to write, and the names of pages.

What belongs here: what every page has, file names, the region's name. What does not: which
pages there are and what each holds (`contexts.py`, `about_pages.py`).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pages.model import Indicator, Published
from pages.workbook import Workbook

# Slug of indicators without a target area.
OTHER = "other"


@dataclass(frozen=True)
class Page:
    """A page to write.

    Args:
        path: Below the language's folder, without the ending.
        template: Its file in `templates/`.
        context: What the template reads.
        document: The same for machines.
        workbook: The Excel file that goes with it.
        prints: Whether a PDF goes with it where one is asked for.
        is_stamped: Whether it names the release. Others depend on their data alone, so that they
            can be taken over from the release before.
    """

    path: str
    template: str
    context: Mapping[str, Any]
    document: Mapping[str, Any]
    workbook: Workbook | None = None
    prints: bool = False
    is_stamped: bool = False


def slug_of(indicator: Indicator) -> str:
    """The name of its target area's page."""
    return OTHER if indicator.target_area is None else str(indicator.target_area)


def source_slug(source: str) -> str:
    """A source's name as a file name."""
    return re.sub(r"[^a-z0-9]+", "-", source.lower()).strip("-") or "source"


def region_name(published: Published) -> str:
    """The focus region without the word region, as headings use it."""
    if published.county is None:
        return "Sverige"
    return published.county.name.removeprefix("Region ").removesuffix(" län")
