"""The folder of releases: their names, the one link, what is kept.

What belongs here: listing releases, moving a finished one into place, pointing `current`
to it, removing old ones and leftovers. What does not: what a release holds.
"""

import hashlib
import json
import os
import re
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from warehouse.paths import Paths
from warehouse.publish.results import PublicationError

KEPT_RELEASES = 5
LOCK_NAME = "publish.lock"
MANIFEST = "manifest.json"
MANIFEST_FORMAT = 1
# Paths that readers know; each leads through `current`.
FIXED_NAMES = (
    "jamlik.duckdb",
    "parquet",
    "datapackage.json",
    "dictionary.html",
    "power_bi.json",
    "site",
)
_ID = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{8}")
_ID_TIME = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True)
class StoredRelease:
    """A release folder and its manifest (empty when that cannot be read)."""

    release_id: str
    folder: Path
    manifest: dict[str, Any]

    @property
    def origin(self) -> str | None:
        """demo, replay or live; None when the manifest cannot be read."""
        return self.manifest.get("origin")

    @property
    def database(self) -> Path:
        """The release's DuckDB file."""
        return self.folder / "jamlik.duckdb"

    def damaged_files(self) -> list[str]:
        """Files that are missing or differ from the manifest's sha256."""
        if not self.manifest:
            return [MANIFEST]
        return [
            name
            for name, entry in self.manifest["files"].items()
            if not (self.folder / name).is_file() or sha256(self.folder / name) != entry["sha256"]
        ]


def sha256(path: Path) -> str:
    """Hex digest of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def releases(paths: Paths) -> list[StoredRelease]:
    """All whole releases, oldest first; folders with any other name are none."""
    if not paths.releases.is_dir():
        return []
    folders = sorted(f for f in paths.releases.iterdir() if f.is_dir() and _ID.fullmatch(f.name))
    return [StoredRelease(folder.name, folder, _manifest(folder)) for folder in folders]


def current_release(paths: Paths) -> StoredRelease | None:
    """The release that `current` points to; None before the first one."""
    if not paths.current.is_dir():
        return None
    folder = paths.releases / paths.current.resolve().name
    return StoredRelease(folder.name, folder, _manifest(folder))


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        loaded = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    is_known = isinstance(loaded, dict) and loaded.get("format") == MANIFEST_FORMAT
    return loaded if is_known else {}


def baseline(paths: Paths, origin: str) -> StoredRelease | None:
    """The release to compare with: the current one, else the newest, of the same origin."""
    current = current_release(paths)
    if current is not None and current.origin == origin:
        return current
    return next((r for r in reversed(releases(paths)) if r.origin == origin), None)


def next_id(paths: Paths, now: datetime, content_hash: str) -> str:
    """A name that sorts after all others, even within a second or after a clock change."""
    moment = now.astimezone(UTC).replace(microsecond=0)
    existing = releases(paths)
    if existing:
        newest = existing[-1].release_id.partition("-")[0]
        last = datetime.strptime(newest, _ID_TIME).replace(tzinfo=UTC)
        moment = max(moment, last + timedelta(seconds=1))
    return f"{moment.strftime(_ID_TIME)}-{content_hash[:8]}"


def making_folder(paths: Paths, release_id: str) -> Path:
    """Where a release is written before it is whole."""
    return paths.releases / f".making-{release_id}"


def remove_leftovers(paths: Paths) -> None:
    """Remove what dead attempts left: half releases, half removals, unused links."""
    paths.releases.mkdir(parents=True, exist_ok=True)
    for pattern in (".making-*", ".gone-*"):
        for folder in paths.releases.glob(pattern):
            shutil.rmtree(folder)
    for link in paths.published.glob(".link-*"):
        link.unlink()


def move_into_place(paths: Paths, making: Path, release_id: str) -> Path:
    """Make a written folder durable, then a release; `current` does not move yet."""
    for path in sorted(making.rglob("*")):
        sync(path)
    sync(making)
    folder = paths.releases / release_id
    making.rename(folder)
    sync(paths.releases)
    return folder


def require_free_names(paths: Paths) -> None:
    """Refuse to replace anything but links at the paths that readers know.

    Raises:
        PublicationError: A file or folder lies where a link has to be.
    """
    for path in (paths.current, *(paths.published / name for name in FIXED_NAMES)):
        if path.exists() and not path.is_symlink():
            raise PublicationError(
                f"{path} is in the way of the link that readers open.",
                "Move it elsewhere and run again.",
            )


def point_current(paths: Paths, folder: Path) -> None:
    """Publish: one atomic swap of one link, then the fixed paths through it."""
    _swap_link(paths.current, f"{paths.releases.name}/{folder.name}")
    for name in FIXED_NAMES:
        path = paths.published / name
        target = f"{paths.current.name}/{name}"
        if not (folder / name).exists():
            if path.is_symlink():
                path.unlink()
        elif not path.is_symlink() or os.readlink(path) != target:
            _swap_link(path, target)
    sync(paths.published)


def _swap_link(link: Path, target: str) -> None:
    fresh = link.with_name(f".link-{link.name}")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(target)
    os.replace(fresh, link)


def remove_old(paths: Paths, *, keep: set[str]) -> None:
    """Keep the newest five, the newest of each origin, and those in `keep`.

    The newest of an origin stays since the next release of that origin is compared with it:
    five demonstration runs must not remove the last real release.
    """
    stored = releases(paths)
    keep = keep | {r.release_id for r in stored[-KEPT_RELEASES:]}
    keep |= set({r.origin: r.release_id for r in stored}.values())
    for release in stored:
        if release.release_id not in keep:
            # Renamed first, so that a half-removed folder is never taken for a release.
            gone = paths.releases / f".gone-{release.release_id}"
            release.folder.rename(gone)
            shutil.rmtree(gone)


def sync(path: Path) -> None:
    """Force a file or folder to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
