"""dbt's unit tests as asset checks.

What belongs here: one check per unit test in the manifest, on the model that it tests.
What does not: dbt's data tests, which dagster-dbt makes checks of by itself.
"""

import os
from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg
from dagster_dbt import DbtCliResource

from orchestration.assets.marts import Translator
from orchestration.manifest import dbt_environment
from orchestration.resources import DUCKDB_WRITE, Warehouse


def unit_test_checks(manifest: Mapping[str, Any]) -> dg.AssetChecksDefinition:
    """All unit tests as blocking checks, run by one dbt command."""
    translator = Translator()
    tests = manifest["unit_tests"]
    specs = {
        unique_id: dg.AssetCheckSpec(
            name=f"unit_{test['name']}",
            asset=translator.get_asset_key(manifest["nodes"][test["depends_on"]["nodes"][0]]),
            description=test.get("description"),
            blocking=True,
        )
        for unique_id, test in tests.items()
    }

    @dg.multi_asset_check(name="dbt_unit_tests", specs=list(specs.values()), pool=DUCKDB_WRITE)
    def dbt_unit_tests(
        context: dg.AssetCheckExecutionContext, dbt: DbtCliResource, warehouse: Warehouse
    ) -> Iterator[dg.AssetCheckResult]:
        os.environ.update(dbt_environment(warehouse.settings))
        invocation = dbt.cli(["test", "--select", "test_type:unit"], raise_on_error=False)
        invocation.wait()
        results = {
            r["unique_id"]: r for r in invocation.get_artifact("run_results.json")["results"]
        }
        for unique_id, spec in specs.items():
            result = results.get(unique_id, {"status": "not run", "message": "dbt did not run it"})
            yield dg.AssetCheckResult(
                asset_key=spec.asset_key,
                check_name=spec.name,
                passed=result["status"] == "pass",
                metadata={
                    "expected": spec.description or "the rows that the test states",
                    "found": result["message"] or result["status"],
                    "file": tests[unique_id]["original_file_path"],
                },
            )

    return dbt_unit_tests
