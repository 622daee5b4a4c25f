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
MADE = ("core", "equity", "survey", "quality", "indicator", "published")
# Kolada and Folkhälsodata are asked, and the inboxes are looked into, in every run. When a survey
# is delivered is up to its owner: `quality.source_round` has the rounds.
LOADED = ("raw_kolada", "raw_folkhalsodata", "raw_hlv", "raw_lupp", "raw_elsa")
POLICY_OF_SCHEMA = dict.fromkeys(MADE, MONTHLY)
POLICY_OF_ASSET = {dg.AssetKey([schema, "load"]): WEEKLY for schema in LOADED}


def _stamped(spec: dg.AssetSpec) -> dg.AssetSpec:
    policy = POLICY_OF_ASSET.get(spec.key) or POLICY_OF_SCHEMA.get(spec.key.path[0])
    return spec.replace_attributes(freshness_policy=policy) if policy else spec


def with_freshness(assets: Sequence[dg.AssetsDefinition]) -> list[dg.AssetsDefinition]:
    """Stamp policies on loads, marts and the release."""
    return list(dg.map_asset_specs(_stamped, assets))
