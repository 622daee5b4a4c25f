"""What goes into a publication and what comes out of it.

What belongs here: plain data classes and the error that carries check results. What does
not: anything that opens a file.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from warehouse.errors import PublishError

Origin = Literal["demo", "replay", "live"]


@dataclass(frozen=True)
class ReleaseInfo:
    """What the release should remember of the run that made it.

    Args:
        origin: Where the values come from.
        region: Two-digit code of the focus region.
        run_id: The run, for the manifest.
        inputs: Free JSON: KPIs, loads.
        checks: Results that earlier steps recorded, kept as they are.
    """

    origin: Origin
    region: str
    run_id: str
    inputs: dict[str, Any] = field(default_factory=dict)
    checks: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class SiteBuilder:
    """How a release gets its pages; handed in, since nothing here knows `pages/`.

    Args:
        version: Differs when the same data would give other pages.
        build: Writes the site: the release's DuckDB file, the new folder, what the manifest
            will say of the release (`release_id`, `created`, `diff`), and the site that stands
            now, there or not, whose unchanged pages it may take over.
    """

    version: str
    build: Callable[[Path, Path, dict[str, Any], Path], object]


@dataclass(frozen=True)
class PublicationCheck:
    """One check of a release: what was expected, what was found, what to do.

    Args:
        name: Stable name, a statement that holds when the check passes.
        passed: Whether it holds.
        severity: A failed `error` stops the publication; `warn` is only shown.
        description: The rule in words.
        expected: What the rule asks for.
        found: What was there; names tables and columns when it failed.
        remedy: What to do when it failed.
        details: A table for whoever runs the pipeline; no release holds it.
        n_failing: How many faults there are.
    """

    name: str
    passed: bool
    severity: Literal["error", "warn"]
    description: str
    expected: str
    found: str
    remedy: str
    details: tuple[dict[str, Any], ...] = ()
    n_failing: int = 0


@dataclass(frozen=True)
class TableDiff:
    """How a table differs from the last release of the same origin.

    Args:
        rows_before: Rows then; 0 for a new table.
        rows_after: Rows now; 0 for a table that is gone.
        added: Rows whose key is new.
        gone: Rows whose key is no longer there.
        changed: Rows with the same key and another value in any column but `read_at`.
        columns_added: Columns that the last release did not have.
        columns_gone: Columns that only the last release had.
        reason: Why rows could not be compared (then added, gone and changed are None).
    """

    rows_before: int
    rows_after: int
    added: int | None
    gone: int | None
    changed: int | None
    columns_added: tuple[str, ...] = ()
    columns_gone: tuple[str, ...] = ()
    reason: str | None = None


@dataclass(frozen=True)
class Publication:
    """The release that `current` points to after `publish`.

    Args:
        release_id: Name of its folder.
        folder: The folder itself.
        tables: Rows per `schema.table`.
        diff: Per table, against the last release of the same origin; empty for the first.
        checks: Results of the publication's own checks.
        is_new: False when nothing had changed and the release before it stays current.
    """

    release_id: str
    folder: Path
    tables: dict[str, int]
    diff: dict[str, TableDiff]
    checks: list[PublicationCheck]
    is_new: bool


class PublicationError(PublishError):
    """Nothing was published; `checks` holds what had been checked until then."""

    def __init__(
        self, what: str, remedy: str = "", checks: Sequence[PublicationCheck] = ()
    ) -> None:
        super().__init__(what, remedy)
        self.checks = list(checks)


def raise_failures(checks: Sequence[PublicationCheck]) -> None:
    """Stop the publication when a check of severity `error` failed.

    Raises:
        PublicationError: Lists every failed check with what was found.
    """
    failed = [check for check in checks if check.severity == "error" and not check.passed]
    if failed:
        found = "; ".join(f"{check.name}: {check.found.rstrip('.')}" for check in failed)
        remedies = dict.fromkeys(check.remedy for check in failed)
        raise PublicationError(
            f"Nothing was published, the last release stands. {len(failed)} of {len(checks)} "
            f"checks failed: {found}.",
            " ".join(remedies),
            checks,
        )
