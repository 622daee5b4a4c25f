"""One try to publish: what goes in, and what is known so far.

What belongs here: the object that the steps of a publication share. What does not: the
steps (`inspection.py`, `writing.py`, `release.py`).
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from warehouse.publish.contract import TableContract
from warehouse.publish.results import (
    PublicationCheck,
    ReleaseInfo,
    SiteBuilder,
    TableDiff,
    raise_failures,
)
from warehouse.publish.views import IndicatorView
from warehouse.settings import Settings

if TYPE_CHECKING:
    from warehouse.disclosure.releasing import Asked
    from warehouse.publish.protection import Protection


class MustWait(Exception):
    """An attack found something behind revisions that need not be published now.

    Args:
        questions: They.
    """

    def __init__(self, questions: "frozenset[Asked]") -> None:
        super().__init__()
        self.questions = questions


@dataclass
class Attempt:
    """Input and findings of one call of `publish`.

    Args:
        settings: Paths and limits in force.
        tables: Contracts of the tables to publish.
        info: What the release should remember of the run.
        created: Time of the release, UTC.
        accept_fewer: Tables whose loss of rows is accepted.
        site: How the release gets its pages; None for a release without.
        waiting: Questions whose revision waits, since an attack found something.
        protection: What is hidden; None when no table shows people.
        prints: Rows and fingerprint per table of the build file.
        views: The indicator views to make.
        content_hash: Hash of all that makes a release differ from another.
        diff: Against the last release of the same origin.
        checks: Results so far.
    """

    settings: Settings
    tables: list[TableContract]
    info: ReleaseInfo
    created: datetime
    accept_fewer: Collection[str]
    site: SiteBuilder | None = None
    waiting: "frozenset[Asked]" = frozenset()
    protection: "Protection | None" = None
    prints: dict[str, tuple[int, str]] = field(default_factory=dict)
    views: list[IndicatorView] = field(default_factory=list)
    content_hash: str = ""
    diff: dict[str, TableDiff] = field(default_factory=dict)
    checks: list[PublicationCheck] = field(default_factory=list)

    @property
    def masked(self) -> Path | None:
        """The file with the tables that are not published as they were built."""
        return self.protection.masked if self.protection else None

    @property
    def rows(self) -> dict[str, int]:
        """Rows per table of the build file."""
        return {name: rows for name, (rows, _) in self.prints.items()}

    @property
    def is_demo(self) -> bool:
        """Whether the values are generated."""
        return self.info.origin == "demo"

    def again(self, tables: list[TableContract], waiting: "frozenset[Asked]") -> "Attempt":
        """The same anew, with more that waits."""
        return Attempt(
            self.settings, tables, self.info, self.created, self.accept_fewer, self.site, waiting
        )

    def add(self, *checks: PublicationCheck) -> None:
        """Record check results, and stop when one of severity `error` failed."""
        self.checks.extend(checks)
        raise_failures(self.checks)
