"""The code location: everything that Dagster knows of.

What belongs here: putting the parts together. What does not: the parts.
"""

import dagster as dg

from orchestration.asset_checks import folkhalsodata as folkhalsodata_checks
from orchestration.asset_checks import kolada as kolada_checks
from orchestration.asset_checks.dbt_unit_tests import unit_test_checks
from orchestration.asset_checks.expectations import expectation_checks
from orchestration.asset_checks.surveys import survey_checks
from orchestration.assets.check_log import record_checks
from orchestration.assets.folkhalsodata import load_folkhalsodata
from orchestration.assets.kolada import load_kolada
from orchestration.assets.marts import load_manifest, mart_keys, marts_asset
from orchestration.assets.publish import publish_asset
from orchestration.assets.surveys import survey_assets
from orchestration.freshness import with_freshness
from orchestration.jobs import everything, surveys
from orchestration.links import with_links
from orchestration.resources import Warehouse, dbt_resource
from orchestration.retention import retention, retention_monthly
from orchestration.schedules import kolada_daily, kolada_quarterly
from orchestration.sensors import inputs_changed, run_failed, survey_inbox
from warehouse.settings import load_settings


def build_definitions() -> dg.Definitions:
    """Assemble assets, checks, jobs, schedules and resources."""
    manifest = load_manifest()
    assets = [
        *survey_assets(),
        load_folkhalsodata,
        load_kolada,
        record_checks,
        marts_asset(manifest),
        publish_asset(mart_keys(manifest)),
    ]
    return dg.Definitions(
        assets=with_links(with_freshness(assets), load_settings().docs_url),
        asset_checks=[
            *kolada_checks.CHECKS,
            *folkhalsodata_checks.CHECKS,
            *survey_checks(),
            *expectation_checks(),
            unit_test_checks(manifest),
        ],
        jobs=[everything, surveys, retention],
        schedules=[kolada_daily, kolada_quarterly, retention_monthly],
        sensors=[survey_inbox, inputs_changed, run_failed],
        resources={"warehouse": Warehouse(), "dbt": dbt_resource()},
        executor=dg.in_process_executor,
    )


defs = build_definitions()
