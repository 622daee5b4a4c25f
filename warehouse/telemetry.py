"""Keeping every tool from reporting to its maker.

What belongs here: the environment variables by which tools are told not to. What does not:
settings of the warehouse.
"""

import os

SWITCHES = {
    "DO_NOT_TRACK": "1",
    "DAGSTER_DISABLE_TELEMETRY": "true",
    "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    "GX_ANALYTICS_ENABLED": "false",
    "RUNTIME__DLTHUB_TELEMETRY": "false",
}


def switch_off() -> None:
    """Set the switches for this process and its children."""
    os.environ.update(SWITCHES)
