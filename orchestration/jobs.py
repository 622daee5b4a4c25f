"""Jobs: which assets are made together.

What belongs here: selections with a name. What does not: when they run (`schedules.py`).
"""

import dagster as dg

from ingestion.delivered.load import SOURCES
from orchestration.retries import FROM_THE_START

# Source to published release, with all checks.
everything = dg.define_asset_job(
    "everything",
    selection=dg.AssetSelection.all(),
    description="Load all sources, build and check all marts, publish a release.",
    tags=FROM_THE_START,
)

# What rows about people lead to, short of publishing: after a withdrawal or the removal of old
# rows nothing that is made from them waits for the next whole run.
_surveys = dg.AssetSelection.groups(*SOURCES, "elsa")
surveys = dg.define_asset_job(
    "surveys",
    selection=_surveys | (_surveys.downstream() - dg.AssetSelection.groups("published")),
    description="Load what lies in the inboxes and make all that depends on it, but the release.",
    tags=FROM_THE_START,
)
