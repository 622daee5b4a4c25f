"""The log of checks as an asset, which dbt reads.

What belongs here: one step between the loads and dbt that takes over what this run has checked so
far. What does not: the log (`warehouse/check_log.py`) and reading Dagster's events
(`orchestration/check_history.py`).
"""

from collections.abc import Iterator

import dagster as dg

from orchestration.assets.kolada import OWNERS
from orchestration.check_history import describe_house, record_results
from orchestration.resources import DUCKDB_WRITE, Warehouse
from warehouse.check_log import SCHEMA

TABLES = {
    "result": "Every result of every check, append-only; results of earlier runs are complete.",
    "check_in_force": "The checks that the project has now.",
    "upstream": "What each asset is made from, directly or not.",
}
# After the checks of what was loaded, which are ready at the same time.
AFTER_CHECKS = {"dagster/priority": "-1"}


@dg.multi_asset(
    name="record_checks",
    pool=DUCKDB_WRITE,
    op_tags=AFTER_CHECKS,
    specs=[
        dg.AssetSpec(
            dg.AssetKey([SCHEMA, name]),
            # Of all that is loaded; `load` is made in every run, changed or not.
            deps=[dg.AssetKey(["raw_kolada", "load"])],
            description=text,
            group_name="checks",
            owners=OWNERS,
            kinds={"python", "duckdb"},
        )
        for name, text in TABLES.items()
    ],
)
def record_checks(
    context: dg.AssetExecutionContext, warehouse: Warehouse
) -> Iterator[dg.MaterializeResult]:
    """Take over this run's results so far, and describe the house as it is now."""
    # The whole house is needed, of which this step is a part.
    from orchestration.definitions import defs

    added = record_results(context.instance, warehouse.settings, context.run_id)
    describe_house(warehouse.settings, defs.resolve_asset_graph())
    for name in TABLES:
        yield dg.MaterializeResult(
            asset_key=dg.AssetKey([SCHEMA, name]), metadata={"results_added": added}
        )
