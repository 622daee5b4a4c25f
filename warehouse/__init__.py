"""The ground floor: settings, paths, connections, locks and publishing.

What belongs here: what every other room needs to find, open, guard or publish the
warehouse's files. What does not: reading a source (`ingestion/`), transforming
(`dbt_project/`), checking (`expectations/`), and anything that knows Dagster
(`orchestration/`). This package imports none of them.
"""

from warehouse.telemetry import switch_off

# At import, since each of the tools reads its switch when it is imported itself.
switch_off()
