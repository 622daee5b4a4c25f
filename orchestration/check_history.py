"""Check results out of Dagster's events and into the log that outlives them.

What belongs here: reading evaluations of runs, the checks in force and the lineage of assets, and
handing them to `warehouse/check_log.py`. What does not: the log itself, and what a result says
(`asset_checks/finding.py`).

Dagster's event log has every result of every kind, so nothing that checks has to keep books; it
may be pruned and is no place for an analyst.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import dagster as dg

from warehouse import check_log
from warehouse.check_log import CheckInForce, CheckRecord
from warehouse.settings import Settings

# Clocks of processes differ little; reading an hour twice adds nothing twice.
_SLACK = timedelta(hours=1)


def record_results(instance: dg.DagsterInstance, settings: Settings, run_id: str) -> int:
    """Take over every result that the log does not have yet, of every run.

    Args:
        instance: Whose runs are meant.
        settings: Where the log lies.
        run_id: The run in progress, whose results so far are taken, too.

    Returns:
        How many results were new.
    """
    now = datetime.now(UTC).replace(tzinfo=None)
    with check_log.open_log(settings) as con:
        last = check_log.last_reading(con)
        since = last.replace(tzinfo=UTC) - _SLACK if last else None
        touched = instance.get_run_records(dg.RunsFilter(updated_after=since))
        runs = {record.dagster_run.run_id for record in touched} | {run_id}
        records = [one for run in sorted(runs) for one in _records_of(instance, run, settings)]
        added = check_log.append(con, records)
        check_log.remember_reading(con, now)
    return added


def describe_house(settings: Settings, graph: Any) -> None:
    """Tell the log which checks there are and what stands on what.

    Args:
        settings: Where the log lies.
        graph: The code location's asset graph.
    """
    specs = [graph.get_check_spec(key) for key in sorted(graph.asset_check_keys)]
    checks = [
        CheckInForce(
            relation(spec.asset_key),
            spec.name,
            str(spec.metadata.get("kind", "other")),
            spec.description,
            spec.blocking,
        )
        for spec in specs
    ]
    with check_log.open_log(settings) as con:
        check_log.describe_house(con, checks, sorted(_all_upstream(graph)))


def relation(key: dg.AssetKey) -> str:
    """An asset as analysts name it: schema and table with a dot."""
    return ".".join(key.path)


def _all_upstream(graph: Any) -> Iterator[tuple[str, str]]:
    above: dict[dg.AssetKey, set[dg.AssetKey]] = {}
    for key in graph.toposorted_asset_keys:
        parents = graph.get(key).parent_keys
        above[key] = {key}.union(*(above[parent] for parent in parents))
        for one in above[key]:
            yield relation(key), relation(one)


def _records_of(
    instance: dg.DagsterInstance, run_id: str, settings: Settings
) -> Iterator[CheckRecord]:
    events = instance.get_records_for_run(
        run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION
    ).records
    for event in events:
        dagster_event = event.event_log_entry.dagster_event
        if dagster_event is not None:
            evaluation: Any = dagster_event.event_specific_data
            at = datetime.fromtimestamp(event.event_log_entry.timestamp, UTC).replace(tzinfo=None)
            yield _record(evaluation, run_id, at, settings)


def _record(evaluation: Any, run_id: str, checked_at: datetime, settings: Settings) -> CheckRecord:
    said: Mapping[str, Any] = {name: one.value for name, one in evaluation.metadata.items()}

    def text(name: str) -> str | None:
        value = said.get(name)
        return None if value is None else str(value)

    n_failing = said.get("n_failing")
    return CheckRecord(
        origin=text("origin") or settings.kolada,
        asset=relation(evaluation.asset_key),
        check_name=evaluation.check_name,
        kind=text("kind") or "other",
        rule=text("rule"),
        severity=evaluation.severity.value.lower(),
        is_blocking=bool(evaluation.blocking),
        passed=evaluation.passed,
        expected=text("expected"),
        found=text("found"),
        n_failing=None if n_failing is None else int(n_failing),
        is_restricted=bool(said.get("is_restricted")),
        run_id=run_id,
        checked_at=checked_at,
    )
