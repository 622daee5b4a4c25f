"""Great Expectations suites as asset checks.

What belongs here: one check per suite, and what the UI shows of its result. What does not:
the rules (`expectations/suites/`) and running them (`expectations/runner.py`), which
imports Great Expectations only when a suite runs.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager

import dagster as dg
import duckdb

from expectations.result import SuiteResult
from expectations.runner import run_suite
from expectations.suite import Suite, load_suites
from ingestion.kolada.tables import SCHEMA as RAW_KOLADA
from orchestration.resources import Warehouse

MAX_KEYS = 20


def _opener(
    suite: Suite,
) -> Callable[[Warehouse], AbstractContextManager[duckdb.DuckDBPyConnection]]:
    """Which file the suite's table is in."""
    return Warehouse.raw_kolada if suite.table.startswith(f"{RAW_KOLADA}.") else Warehouse.build


def suite_result(result: SuiteResult) -> dg.AssetCheckResult:
    """What the UI shows of a suite: every rule, what was found, and the failing keys."""
    rules = [
        dg.TableRecord(
            {
                "rule": one.meaning,
                "severity": one.severity,
                "passed": one.passed,
                "expected": one.expected,
                "found": one.observed,
                "failing": one.n_failed,
            }
        )
        for one in result.results
    ]
    keys = [
        dg.TableRecord({"rule": one.id, **{name: str(value) for name, value in key.items()}})
        for one in result.failed
        for key in one.failing_keys
    ][:MAX_KEYS]
    metadata: dict[str, dg.MetadataValue] = {"rules": dg.MetadataValue.table(rules)}
    if keys:
        metadata["failing_keys"] = dg.MetadataValue.table(keys)
    return dg.AssetCheckResult(
        passed=result.passed,
        severity=(
            dg.AssetCheckSeverity.ERROR
            if result.worst_severity == "error"
            else dg.AssetCheckSeverity.WARN
        ),
        description="; ".join(one.meaning for one in result.failed) or None,
        metadata=metadata,
    )


def _check_of(suite: Suite) -> dg.AssetChecksDefinition:
    schema, table = suite.table.split(".")

    @dg.asset_check(
        asset=dg.AssetKey([schema, table]),
        name="great_expectations",
        description=suite.description,
        # Rules of severity error say that the next step would be wrong; a failed rule of
        # severity warn blocks nothing.
        blocking=True,
    )
    def great_expectations(warehouse: Warehouse) -> dg.AssetCheckResult:
        with _opener(suite)(warehouse) as con:
            return suite_result(run_suite(con, suite, max_keys=MAX_KEYS))

    return great_expectations


def expectation_checks() -> list[dg.AssetChecksDefinition]:
    """One blocking check per suite."""
    return [_check_of(suite) for suite in load_suites().values()]
