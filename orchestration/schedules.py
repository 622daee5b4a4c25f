"""Schedules: when jobs run, in Swedish time.

What belongs here: cron lines with the reason for their hour. What does not: selections
(`jobs.py`).
"""

import dagster as dg

from orchestration.jobs import everything

TIMEZONE = "Europe/Stockholm"

# Monday before office hours; RKA publishes on weekdays, most indicators once a year.
kolada_weekly = dg.ScheduleDefinition(
    name="kolada_weekly",
    job=everything,
    cron_schedule="30 5 * * 1",
    execution_timezone=TIMEZONE,
    default_status=dg.DefaultScheduleStatus.STOPPED,
    description="Everything, every Monday at 05:30; switched on by the engineer in charge.",
)
