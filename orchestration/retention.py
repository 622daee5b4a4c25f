"""The removal of old rows about people, as a job with its schedule.

What belongs here: when it runs and what Dagster shows of it. What does not: what is too old
(`ingestion/delivered/retention.py`).
"""

import logging

import dagster as dg

from orchestration.resources import DUCKDB_WRITE, Warehouse
from orchestration.schedules import TIMEZONE
from warehouse.sealed.boundary import Place, guarded

logger = logging.getLogger(__name__)


@dg.op(pool=DUCKDB_WRITE, out=dg.Out(dg.Nothing))
def remove_old_rows(context: dg.OpExecutionContext, warehouse: Warehouse) -> None:
    """Remove what JAMLIK_RETENTION says is too old; the next run of everything builds anew."""
    from ingestion.delivered.retention import remove_old

    removed = guarded(Place("of restricted sources"), lambda: remove_old(warehouse.settings))
    for source, n in removed.items():
        logger.info(f"{source}: {n} rows older than its years were removed")
    context.add_output_metadata(dict(removed))


@dg.job(description="Remove rows about people that are older than JAMLIK_RETENTION allows.")
def retention() -> None:
    """One step."""
    remove_old_rows()


# The second night of each month, before the daily run, which then builds without them.
retention_monthly = dg.ScheduleDefinition(
    name="retention_monthly",
    job=retention,
    cron_schedule="0 4 2 * *",
    execution_timezone=TIMEZONE,
    default_status=dg.DefaultScheduleStatus.STOPPED,
    description="Removes what has become too old; switched on by the engineer in charge.",
)
