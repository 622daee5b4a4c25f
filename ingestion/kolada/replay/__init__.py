"""A server that answers like Kolada's API v3 from a snapshot folder, on loopback only.

What belongs here: reading and checking the folder, the API's behaviour and limits, faults
on demand, running the server in a thread or as a child process, and the generated
demonstration snapshot. What does not: the client, which knows nothing of this package.

A snapshot folder holds `values.parquet` (kpi, municipality, period, gender, value; optional
status, count, isdeleted, changed_at), `kpi_v3.json`, `kpi_groups.json`,
`municipality_v3.json` and `municipality_groups_v3.json`; with units also `ou_values.parquet`
(ou instead of municipality) and `ou_v3.json`.
"""

from ingestion.kolada.replay.faults import Fault, FaultPlan
from ingestion.kolada.replay.process import replay_process
from ingestion.kolada.replay.server import ReplayServer

__all__ = ["Fault", "FaultPlan", "ReplayServer", "replay_process"]
