"""How old an asset may be before it counts as stale.

What belongs here: freshness policies, stamped on assets in one place. What does not:
schedules, which keep assets fresh.
"""

from collections.abc import Sequence
from datetime import timedelta

import dagster as dg

# Marts are made anew only when something has changed; in Kolada something does each month.
MONTHLY = dg.FreshnessPolicy.time_window(
    warn_window=timedelta(days=32), fail_window=timedelta(days=62)
)
# Every load, changed or not, leaves its record.
WEEKLY = dg.FreshnessPolicy.time_window(
    warn_window=timedelta(days=2), fail_window=timedelta(days=8)
)
POLICY_OF_SCHEMA = {"core": MONTHLY, "equity": MONTHLY, "quality": MONTHLY, "published": MONTHLY}
POLICY_OF_ASSET = {dg.AssetKey(["raw_kolada", "load"]): WEEKLY}


def _stamped(spec: dg.AssetSpec) -> dg.AssetSpec:
    policy = POLICY_OF_ASSET.get(spec.key) or POLICY_OF_SCHEMA.get(spec.key.path[0])
    return spec.replace_attributes(freshness_policy=policy) if policy else spec


def with_freshness(assets: Sequence[dg.AssetsDefinition]) -> list[dg.AssetsDefinition]:
    """Stamp policies on loads, marts and the release."""
    return list(dg.map_asset_specs(_stamped, assets))
