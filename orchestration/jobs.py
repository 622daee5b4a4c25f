"""Jobs: which assets are made together.

What belongs here: selections with a name. What does not: when they run (`schedules.py`).
"""

import dagster as dg

# Source to published release, with all checks.
everything = dg.define_asset_job(
    "everything",
    selection=dg.AssetSelection.all(),
    description="Load all sources, build and check all marts, publish a release.",
)
