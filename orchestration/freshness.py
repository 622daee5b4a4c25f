"""How old an asset may be before it counts as stale.

What belongs here: freshness policies, stamped on assets in one place. What does not:
schedules, which keep assets fresh.
"""

from collections.abc import Sequence
from datetime import timedelta

import dagster as dg

# The weekly run with one day's delay warns; a week without any run fails.
WEEKLY = dg.FreshnessPolicy.time_window(
    warn_window=timedelta(days=8), fail_window=timedelta(days=15)
)
STAMPED_SCHEMAS = ("core", "equity", "quality", "published")


def with_freshness(assets: Sequence[dg.AssetsDefinition]) -> list[dg.AssetsDefinition]:
    """Stamp the policy on marts and the release."""
    return list(
        dg.map_asset_specs(
            lambda spec: (
                spec.replace_attributes(freshness_policy=WEEKLY)
                if spec.key.path[0] in STAMPED_SCHEMAS
                else spec
            ),
            assets,
        )
    )
