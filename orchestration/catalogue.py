"""Everything that the code location has, a line each, for a person to read.

What belongs here: names of assets, checks, jobs, schedules and sensors. What does not: what they
are. `python -m orchestration.catalogue` prints it; `tests/orchestration/catalogue.txt` keeps it, so
that nothing vanishes or comes unseen.
"""

from typing import Any

import dagster as dg
from dagster._core.definitions.freshness import TimeWindowFreshnessPolicy


def catalogue(defs: dg.Definitions) -> list[str]:
    """The lines, sorted: kind, name, and for checks and schedules what matters of them."""
    graph = defs.resolve_asset_graph()
    lines = [_asset(graph.get(key)) for key in graph.get_all_asset_keys()]
    for key in graph.asset_check_keys:
        spec = graph.get_check_spec(key)
        lines.append(
            f"check {key.asset_key.to_user_string()} {key.name} "
            f"({spec.metadata.get('kind', 'other')}, {'blocks' if spec.blocking else 'informs'})"
        )
    repository = defs.get_repository_def()
    # Dagster makes a job of its own for what is started from the asset graph.
    lines += [f"job {job.name}" for job in repository.get_all_jobs() if job.name[0] != "_"]
    lines += [
        f"schedule {one.name} ({one.cron_schedule}, {one.default_status.value.lower()})"
        for one in repository.schedule_defs
    ]
    lines += [
        f"sensor {one.name} ({one.default_status.value.lower()})" for one in repository.sensor_defs
    ]
    return sorted(lines)


def _asset(node: Any) -> str:
    """An asset with when it counts as stale and what starts it by itself."""
    about = []
    if isinstance(policy := node.freshness_policy, TimeWindowFreshnessPolicy):
        about.append(f"stale after {policy.fail_window.to_timedelta().days} days")
    if condition := node.automation_condition:
        about.append(condition.get_label() or str(condition))
    return f"asset {node.key.to_user_string()}" + (f" ({', '.join(about)})" if about else "")


if __name__ == "__main__":
    from orchestration.definitions import defs as of_the_house

    print("\n".join(catalogue(of_the_house)))
