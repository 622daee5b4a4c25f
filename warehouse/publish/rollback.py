"""Going back to an earlier release.

What belongs here: choosing and checking the release to point to. What does not: the swap
itself (`store.py`).
"""

from warehouse.locks import hold
from warehouse.publish import store
from warehouse.publish.guard import translated_errors
from warehouse.publish.results import PublicationError
from warehouse.settings import Settings


def rollback(settings: Settings, to: str | None = None) -> str:
    """Point `current` to an earlier release; nothing is removed.

    Args:
        settings: Paths in force.
        to: Release id; when not given, the newest of the same origin before the current one,
            so that a step back never turns real values into generated ones.

    Returns:
        The id of the release that is current now.

    Raises:
        PublicationError: There is no such release, or its files are damaged.
        LockTimeout: Another process publishes for too long.
    """
    paths = settings.paths
    lock = paths.locks / store.LOCK_NAME
    with translated_errors(paths), hold(lock, "rolling back", settings.lock_timeout):
        store.require_free_names(paths)
        target = _target(settings, to)
        damaged = target.damaged_files()
        if damaged:
            raise PublicationError(
                f"Release {target.release_id} cannot be used, these files are missing or "
                f"changed: {', '.join(damaged)}. The current release stays.",
                "Name another release: `jamlik rollback <id>`.",
            )
        store.point_current(paths, target.folder)
        return target.release_id


def _target(settings: Settings, to: str | None) -> store.StoredRelease:
    stored = store.releases(settings.paths)
    names = ", ".join(r.release_id for r in stored) or "none"
    if to is not None:
        for release in stored:
            if release.release_id == to:
                return release
        raise PublicationError(
            f"There is no release {to}.", f"Releases in {settings.paths.releases}: {names}."
        )
    current = store.current_release(settings.paths)
    if current is None:
        raise PublicationError("Nothing has been published yet.", "Run `make run` first.")
    earlier = [
        release
        for release in stored
        if release.release_id < current.release_id and release.origin == current.origin
    ]
    if not earlier:
        raise PublicationError(
            f"There is no {current.origin} release before {current.release_id}.",
            f"Name one of these: {names}.",
        )
    return earlier[-1]
