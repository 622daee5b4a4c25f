"""Schedules: when jobs run, in Swedish time.

What belongs here: cron lines with the reason for their hour. What does not: selections
(`jobs.py`).
"""

import dagster as dg

from orchestration.assets.kolada import LoadConfig
from orchestration.jobs import everything

TIMEZONE = "Europe/Stockholm"

# Before office hours. A refresh asks 26 questions and, when nothing has changed, leaves
# the marts alone.
kolada_daily = dg.ScheduleDefinition(
    name="kolada_daily",
    job=everything,
    run_config=dg.RunConfig(ops={"load_kolada": LoadConfig(reading="refresh")}),
    cron_schedule="30 5 * * *",
    execution_timezone=TIMEZONE,
    default_status=dg.DefaultScheduleStatus.STOPPED,
    description="Everything, daily at 05:30; switched on by the engineer in charge.",
)

# The first night of each quarter: half an hour of reading at 5 requests a second.
kolada_quarterly = dg.ScheduleDefinition(
    name="kolada_quarterly",
    job=everything,
    run_config=dg.RunConfig(ops={"load_kolada": LoadConfig(reading="full")}),
    cron_schedule="0 2 1 1,4,7,10 *",
    execution_timezone=TIMEZONE,
    default_status=dg.DefaultScheduleStatus.STOPPED,
    description="Reads every value again, and counts what refreshes were not told.",
)
