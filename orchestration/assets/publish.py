"""The release and its indicator views, as assets.

What belongs here: publishing as the last step, its checks, and what the UI shows of it.
What does not: how a release is written (`warehouse/publish/`).
"""

import logging
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import dagster as dg

from ingestion.kolada.tables import SCHEMA as RAW_KOLADA
from orchestration.asset_checks.finding import Finding, as_table, check_result, check_spec
from orchestration.assets.kolada import OWNERS
from orchestration.manifest import ensure_manifest, inputs_of
from orchestration.resources import DUCKDB_WRITE, Warehouse
from warehouse import build_state
from warehouse.publish import (
    Publication,
    PublicationCheck,
    PublicationError,
    ReleaseInfo,
    SiteBuilder,
    contracts_from_manifest,
    publish,
)
from warehouse.publish.rules import APPROVED, ATTACK, ONLY_WARN, PUBLICATION_CHECKS
from warehouse.settings import Settings

logger = logging.getLogger(__name__)

RELEASE = dg.AssetKey(["published", "release"])
VIEWS = dg.AssetKey(["indicator", "views"])
_SPECS = {
    name: check_spec(
        "disclosure" if name in (APPROVED, ATTACK) else "publication",
        name,
        RELEASE,
        rule,
        blocking=name not in ONLY_WARN,
    )
    for name, rule in PUBLICATION_CHECKS.items()
}


def publish_asset(marts: Sequence[dg.AssetKey]) -> dg.AssetsDefinition:
    """The publishing step, downstream of all marts.

    Args:
        marts: Asset keys of everything that is published.
    """

    @dg.multi_asset(
        name="publish",
        pool=DUCKDB_WRITE,
        specs=[
            dg.AssetSpec(
                RELEASE,
                deps=marts,
                description="The published release: DuckDB file, Parquet, data package, pages.",
                group_name="published",
                owners=OWNERS,
                kinds={"duckdb", "parquet"},
            ),
            dg.AssetSpec(
                VIEWS,
                deps=marts,
                description="One view per register indicator in schema `indicator`.",
                group_name="published",
                owners=OWNERS,
                kinds={"duckdb", "view"},
            ),
        ],
        check_specs=list(_SPECS.values()),
    )
    def publish_release(
        context: dg.AssetExecutionContext, warehouse: Warehouse
    ) -> Iterator[dg.AssetCheckResult | dg.MaterializeResult]:
        settings = warehouse.settings
        info = ReleaseInfo(
            origin=settings.kolada,
            region=settings.region,
            run_id=context.run_id,
            inputs=_inputs(warehouse),
            checks=_earlier_checks(context),
        )
        try:
            publication = publish(
                settings,
                contracts_from_manifest(ensure_manifest(settings)),
                info=info,
                accept_fewer=settings.accepted_fewer_rows,
                site=site_builder(settings) if settings.site else None,
            )
        except PublicationError as error:
            yield from (_check_result(warehouse, check) for check in error.checks)
            raise
        yield from (_check_result(warehouse, check) for check in publication.checks)
        checked = {check.name for check in publication.checks}
        for name in sorted(PUBLICATION_CHECKS.keys() - checked):
            yield _check_result(warehouse, _not_run(name, publication))
        logger.info(
            f"Release {publication.release_id} "
            + ("is published" if publication.is_new else "stands; nothing had changed")
        )
        build_state.remember(settings.paths, inputs_of(settings))
        yield from _materializations(publication)

    return publish_release


def site_builder(settings: Settings) -> SiteBuilder:
    """The pages of a release.

    With PDF only where that is set: whether Chromium is installed must not make another release.
    """
    from pages.build import build_site, site_version
    from pages.model import About

    def build(database: Path, out: Path, about: dict[str, Any], stands: Path) -> None:
        result = build_site(
            database,
            out,
            about=About(**about),
            before=stands,
            with_pdf=settings.pdf,
            in_release=True,
        )
        printed = f"; {result.pdf}" if settings.pdf else ""
        logger.info(f"Pages: {result.n_pages}, of which {result.n_taken} had not changed{printed}")

    return SiteBuilder(f"{site_version()}{'-pdf' if settings.pdf else ''}", build)


def _materializations(publication: Publication) -> Iterator[dg.MaterializeResult]:
    about: dict[str, Any] = {
        "release": publication.release_id,
        "is_new": publication.is_new,
        "folder": dg.MetadataValue.path(str(publication.folder)),
    }
    rows = [
        dg.TableRecord({"table": name, "rows": rows, **_diff_of(publication, name)})
        for name, rows in sorted(publication.tables.items())
    ]
    yield dg.MaterializeResult(
        asset_key=RELEASE, metadata={**about, "tables": dg.MetadataValue.table(rows)}
    )
    yield dg.MaterializeResult(asset_key=VIEWS, metadata=about)


def _diff_of(publication: Publication, table: str) -> dict[str, Any]:
    diff = publication.diff.get(table)
    if diff is None:
        return {"added": "", "gone": "", "changed": ""}
    return {"added": str(diff.added), "gone": str(diff.gone), "changed": str(diff.changed)}


def _check_result(warehouse: Warehouse, check: PublicationCheck) -> dg.AssetCheckResult:
    finding = Finding(
        passed=check.passed,
        expected=check.expected,
        found=check.found,
        severity=check.severity,
        n_failing=check.n_failing,
        remedy="" if check.passed else check.remedy,
        more={"details": as_table(check.details)} if check.details else {},
    )
    return check_result(warehouse, _SPECS[check.name], finding)


def _not_run(name: str, publication: Publication) -> PublicationCheck:
    """A check that this publication had no use for."""
    if name == APPROVED:
        found = "no table shows people"
    elif name != ATTACK:
        found = "no earlier release of this origin to compare with"
    elif publication.is_new:
        found = "the release shows no people"
    else:
        found = "nothing changed since the release was attacked and published"
    return PublicationCheck(
        name=name,
        passed=True,
        severity="warn" if name in ONLY_WARN else "error",
        description=PUBLICATION_CHECKS[name],
        expected=PUBLICATION_CHECKS[name],
        found=found,
        remedy="",
    )


def _inputs(warehouse: Warehouse) -> dict[str, Any]:
    """The latest complete load of each source, as the manifest keeps it."""
    with warehouse.raw_kolada() as con:
        cursor = con.execute(
            f"select load_id, origin, read_at::varchar as read_at, kpis_requested, values_read "
            f"from {RAW_KOLADA}.load where state = 'complete' order by load_id desc limit 1"
        )
        names = [column[0] for column in cursor.description or []]
        row = cursor.fetchone()
    return {"kolada": dict(zip(names, row, strict=True)) if row else None}


def _earlier_checks(context: dg.AssetExecutionContext) -> list[dict[str, Any]]:
    """What this run has checked so far, for the release's manifest."""
    records = context.instance.get_records_for_run(
        context.run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION
    ).records
    evaluations = [
        event.asset_check_evaluation_data
        for event in (record.event_log_entry.dagster_event for record in records)
        if event is not None
    ]
    return [
        {
            "asset": one.asset_key.to_user_string(),
            "check": one.check_name,
            "passed": one.passed,
            "severity": one.severity.value,
        }
        for one in evaluations
    ]
