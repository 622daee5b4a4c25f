"""dbt's unit tests as asset checks.

What belongs here: one check per unit test in the manifest, on the model that it tests.
What does not: dbt's data tests, which dagster-dbt makes checks of by itself.

Unit tests read no data, so models that passed them pass them again: they run when a file of
the dbt project, dbt or DuckDB has changed (12 s), and otherwise the checks say when they ran.
"""

import json
import os
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import DbtCliResource

from orchestration.asset_checks.finding import Finding, check_result, check_spec
from orchestration.assets.marts import Translator
from orchestration.manifest import dbt_environment, files_digest
from orchestration.resources import DUCKDB_WRITE, Warehouse


def unit_test_checks(manifest: Mapping[str, Any]) -> dg.AssetChecksDefinition:
    """All unit tests as blocking checks, run by one dbt command."""
    translator = Translator()
    tests = manifest["unit_tests"]
    specs = {
        unique_id: check_spec(
            "unit_test",
            f"unit_{test['name']}",
            translator.get_asset_key(manifest["nodes"][test["depends_on"]["nodes"][0]]),
            test["description"],
            blocking=True,
            paragraph="unit_test",
        )
        for unique_id, test in tests.items()
    }

    @dg.multi_asset_check(
        name="dbt_unit_tests", specs=list(specs.values()), pool=DUCKDB_WRITE, can_subset=True
    )
    def dbt_unit_tests(
        context: dg.AssetCheckExecutionContext, dbt: DbtCliResource, warehouse: Warehouse
    ) -> Iterator[dg.AssetCheckResult]:
        kept = warehouse.settings.paths.unit_tests
        state = _state_of_the_models()
        passed_at = _passed_at(kept, state)
        if passed_at is None:
            passed_at = datetime.now(UTC).isoformat(timespec="seconds")
            results = _run(dbt, warehouse)
            if all(results.get(test, {}).get("status") == "pass" for test in specs):
                kept.write_text(json.dumps({"state": state, "passed_at": passed_at}), "utf-8")
        else:
            results = {test: {"status": "pass", "message": None} for test in specs}
        for unique_id, spec in specs.items():
            if spec.key not in context.selected_asset_check_keys:
                continue
            result = results.get(unique_id, {"status": "not run", "message": "dbt did not run it"})
            passed = result["status"] == "pass"
            finding = Finding(
                passed=passed,
                expected="the rows that the test states",
                found="these rows" if passed else result["message"] or result["status"],
                n_failing=0 if passed else 1,
                query=result.get("compiled_code"),
                more={"run_at": passed_at, "file": tests[unique_id]["original_file_path"]},
            )
            yield check_result(warehouse, spec, finding)

    return dbt_unit_tests


def _run(dbt: DbtCliResource, warehouse: Warehouse) -> dict[str, dict[str, Any]]:
    """Results of one dbt command by unique id."""
    os.environ.update(dbt_environment(warehouse.settings))
    invocation = dbt.cli(["test", "--select", "test_type:unit"], raise_on_error=False)
    invocation.wait()
    results = invocation.get_artifact("run_results.json")["results"]
    return {result["unique_id"]: result for result in results}


def _state_of_the_models() -> str:
    """What the outcome depends on."""
    engines = (f"{name} {version(name)}" for name in ("dbt-core", "dbt-duckdb", "duckdb"))
    return " ".join([files_digest(), *engines])


def _passed_at(kept: Path, state: str) -> str | None:
    """When this state of the models passed, ISO and UTC; None when it is not known to have."""
    try:
        note = json.loads(kept.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return note["passed_at"] if note.get("state") == state else None
