"""Publishing one release, step by step.

What belongs here: the order of the steps and what makes a release new. What does not: how
each step works; the modules beside this one do that.

Until the one link is swapped nothing that readers see has changed, so a failure or a kill
anywhere leaves the last release in place.
"""

import logging
import shutil
from collections.abc import Collection, Sequence
from datetime import UTC, datetime

from warehouse.locks import hold
from warehouse.publish import store
from warehouse.publish.attempt import Attempt, MustWait
from warehouse.publish.contract import TableContract
from warehouse.publish.guard import require_space, translated_errors
from warehouse.publish.inspection import check_build, inspect_build
from warehouse.publish.manifest import stored_checks
from warehouse.publish.results import Publication, ReleaseInfo, SiteBuilder
from warehouse.publish.writing import write_release
from warehouse.settings import Settings

logger = logging.getLogger(__name__)


def publish(
    settings: Settings,
    contracts: Sequence[TableContract],
    *,
    info: ReleaseInfo,
    now: datetime | None = None,
    accept_fewer: Collection[str] = (),
    site: SiteBuilder | None = None,
) -> Publication:
    """Write, check and publish one whole release of the build file.

    Where an attack finds something that a revision would tell, the revision is left out and the
    release made anew; its earlier numbers stand.

    Args:
        settings: Paths and limits in force.
        contracts: The tables to publish; others in the build file stay there.
        info: What the release should remember of the run.
        now: Time of the release, with its zone; the clock's when not given.
        accept_fewer: `schema.table` names that may lose more than a fifth of their rows.
        site: How the release gets its pages; without it has none.

    Returns:
        The release that is current now; `is_new` is False when nothing had changed.

    Raises:
        PublicationError: A check failed, or a file could not be read or written.
        DiskFullError: There is no room; names need and have when known before.
        LockTimeout: Another process publishes or rolls back for too long.
    """
    paths = settings.paths
    created = (now or datetime.now(UTC)).astimezone(UTC)
    lock = paths.locks / store.LOCK_NAME
    with translated_errors(paths), hold(lock, "publishing", settings.lock_timeout):
        store.require_free_names(paths)
        store.remove_leftovers(paths)
        attempt = Attempt(settings, list(contracts), info, created, accept_fewer, site)
        while True:
            try:
                return _try(attempt)
            except MustWait as found:
                # Each time more waits, and in the end all that can: `revisions_behind`.
                logger.warning(
                    "The attack found something behind a revision: the release is made anew "
                    "without it. jamlik explain-hidden --waiting says which waits."
                )
                attempt = attempt.again(list(contracts), attempt.waiting | found.questions)


def _try(attempt: Attempt) -> Publication:
    try:
        inspect_build(attempt)
        return _unchanged(attempt) or _publish_new(attempt)
    finally:
        if attempt.masked is not None:
            attempt.masked.unlink(missing_ok=True)


def _unchanged(attempt: Attempt) -> Publication | None:
    """The current release, when it holds the same content in undamaged files."""
    current = store.current_release(attempt.settings.paths)
    if (
        current is None
        or current.manifest.get("content_hash") != attempt.content_hash
        or current.damaged_files()
    ):
        return None
    # A kill between the swap and the fixed links leaves these to be made.
    store.point_current(attempt.settings.paths, current.folder)
    if attempt.protection is not None:
        attempt.protection.stands(attempt.created)
    checks = stored_checks(current.manifest)
    return Publication(current.release_id, current.folder, attempt.rows, {}, checks, is_new=False)


def _publish_new(attempt: Attempt) -> Publication:
    paths = attempt.settings.paths
    check_build(attempt)
    require_space(paths)
    release_id = store.next_id(paths, attempt.created, attempt.content_hash)
    making = store.making_folder(paths, release_id)
    try:
        making.mkdir()
        write_release(attempt, making, release_id)
        if attempt.protection is not None:
            attempt.protection.remember(release_id, attempt.created)
        folder = store.move_into_place(paths, making, release_id)
    except BaseException:
        shutil.rmtree(making, ignore_errors=True)
        raise
    before = store.current_release(paths)
    store.point_current(paths, folder)
    if attempt.protection is not None:
        attempt.protection.confirm(release_id)
    # The one before stays in any case: a reader may have resolved the link just now.
    store.remove_old(paths, keep={release_id, *([before.release_id] if before else [])})
    return Publication(release_id, folder, attempt.rows, attempt.diff, attempt.checks, is_new=True)
