"""Writing a release folder and reading it back.

What belongs here: the order in which files are written and checked. What does not: the
rules (`file_checks.py`), the files' content (`database.py`, `views.py`, `manifest.py`).
"""

from pathlib import Path
from typing import TYPE_CHECKING

from warehouse.publish import file_checks as rules
from warehouse.publish import store
from warehouse.publish.attacked import disclosure_attack
from warehouse.publish.attempt import Attempt, MustWait
from warehouse.publish.database import (
    attached,
    attached_build,
    parquet_path,
    write_parquet,
    write_tables,
)
from warehouse.publish.datapackage import describe_package
from warehouse.publish.dictionary import write_dictionary
from warehouse.publish.macros import macros_for, write_macros
from warehouse.publish.manifest import (
    build_manifest,
    created_text,
    diff_content,
    write_json,
    write_manifest,
)
from warehouse.publish.package_checks import PACKAGE, package_describes_files, package_valid
from warehouse.publish.power_bi import POWER_BI, describe_model
from warehouse.publish.sql import fingerprint, relation
from warehouse.publish.views import write_views
from warehouse.sql import literal

if TYPE_CHECKING:
    from warehouse.publish.protection import Protection


def write_release(attempt: Attempt, folder: Path, release_id: str) -> None:
    """Fill `folder` with a whole, checked release.

    Raises:
        PublicationError: What was written does not read back as it was built, or tells what is
            hidden.
        MustWait: It tells what is hidden, and revisions can be left out.
    """
    _write(attempt, folder)
    _check_written(attempt, folder)
    if attempt.protection is not None and (attempt.protection.decided or attempt.protection.held):
        _attack(attempt, attempt.protection, folder)
    _write_site(attempt, folder, release_id)
    _describe(attempt, folder, release_id)


def _write(attempt: Attempt, folder: Path) -> None:
    target = folder / "jamlik.duckdb"
    with attached_build(attempt.settings, attempt.masked, writable=target) as con:
        write_tables(con, attempt.tables, is_demo=attempt.is_demo)
        write_views(con, attempt.views)
        write_macros(con, macros_for(attempt.tables))
        con.execute("checkpoint release")
        write_parquet(con, attempt.tables, folder)
    if attempt.protection is not None:
        attempt.protection.write_rules(folder)


def _check_written(attempt: Attempt, folder: Path) -> None:
    """Open the written files anew, read-only, as a reader will."""
    tables = attempt.tables
    with attached(attempt.settings, release=folder / "jamlik.duckdb") as con:
        attempt.add(
            rules.same_content(
                "database_holds_the_built_rows",
                "jamlik.duckdb",
                {t.full_name: fingerprint(con, t, relation(t, "release")) for t in tables},
                attempt.prints,
            ),
            rules.same_content(
                "parquet_holds_the_built_rows",
                "Each Parquet file",
                {
                    t.full_name: fingerprint(
                        con, t, f"read_parquet({literal(str(parquet_path(folder, t)))})"
                    )
                    for t in tables
                },
                attempt.prints,
            ),
            rules.storage_readable(con, "release"),
            rules.all_commented(con, "release"),
            rules.views_answer(
                con, {view.indicator_id: view.full_name for view in attempt.views}, "release"
            ),
        )


def _attack(attempt: Attempt, protection: "Protection", folder: Path) -> None:
    found = disclosure_attack(folder, _of_same_people(attempt))
    behind = protection.revisions_behind(found.unsafe) if found.unsafe else frozenset()
    if behind:
        raise MustWait(behind)
    attempt.add(found.check)


def _of_same_people(attempt: Attempt) -> list[Path]:
    """Stored releases that readers may hold beside this one."""
    return [
        stored.folder
        for stored in store.releases(attempt.settings.paths)
        if stored.manifest.get("protected_origin") == attempt.settings.survey_origin
        and stored.manifest.get("region") == attempt.info.region
    ]


def _write_site(attempt: Attempt, folder: Path, release_id: str) -> None:
    """The pages, from the file just checked; the manifest, written next, has their hashes."""
    if attempt.site is None:
        return
    about = {
        "release_id": release_id,
        "created": created_text(attempt.created),
        "diff": diff_content(attempt.diff),
    }
    stands = attempt.settings.paths.current / "site"
    attempt.site.build(folder / "jamlik.duckdb", folder / "site", about, stands)


def _describe(attempt: Attempt, folder: Path, release_id: str) -> None:
    with attached(attempt.settings) as con:
        package = describe_package(
            con,
            attempt.tables,
            attempt.info,
            release_id=release_id,
            created=attempt.created,
            folder=folder,
        )
        write_json(folder / PACKAGE, package)
        write_json(folder / POWER_BI, describe_model(con, attempt.tables, attempt.info))
        attempt.add(package_valid(folder), package_describes_files(con, folder))
    write_dictionary(folder, attempt.tables, attempt.views, attempt.info, attempt.rows)
    manifest = build_manifest(
        folder,
        attempt.tables,
        attempt.info,
        created=attempt.created,
        content_hash=attempt.content_hash,
        prints=attempt.prints,
        views=[view.name for view in attempt.views],
        checks=attempt.checks,
        diff=attempt.diff,
    )
    about = {"release_id": release_id}
    if attempt.protection is not None and attempt.protection.ledger is not None:
        about["protected_origin"] = attempt.settings.survey_origin
    write_manifest(folder, {**about, **manifest})
