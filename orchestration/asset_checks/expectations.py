"""Great Expectations suites as asset checks.

What belongs here: one check per suite, and what the UI shows of its result. What does not:
the rules (`expectations/suites/`) and running them (`expectations/runner.py`), which
imports Great Expectations only when a suite runs.
"""

from contextlib import AbstractContextManager
from pathlib import Path

import dagster as dg
import duckdb

from expectations.docs import page_name
from expectations.result import SuiteResult
from expectations.runner import run_suite
from expectations.suite import Suite, load_suites
from orchestration.asset_checks import suite_memory
from orchestration.asset_checks.finding import (
    MAX_KEYS,
    Finding,
    as_table,
    check_result,
    check_spec,
)
from orchestration.resources import Warehouse


def expectation_checks() -> list[dg.AssetChecksDefinition]:
    """One blocking check per suite."""
    return [_check_of(suite) for suite in load_suites().values()]


def _check_of(suite: Suite) -> dg.AssetChecksDefinition:
    spec = check_spec(
        "expectation",
        "great_expectations",
        dg.AssetKey(suite.table.split(".")),
        f"The table meets all {len(suite.expectations)} rules of its suite. {suite.description}",
        # Rules of severity error say that the next step would be wrong; a failed rule of
        # severity warn blocks nothing.
        blocking=True,
    )

    @dg.multi_asset_check(name=f"{suite.name}_great_expectations", specs=[spec])
    def great_expectations(warehouse: Warehouse) -> dg.AssetCheckResult:
        settings = warehouse.settings
        with open_table(warehouse, suite.table) as con:
            state = suite_memory.state_of(con, suite, settings)
            passed_at = suite_memory.passed_at(settings.paths, suite, state)
            if passed_at is not None:
                return check_result(warehouse, spec, passed_before(suite, passed_at))
            result = run_suite(con, suite, max_keys=MAX_KEYS)
        if result.passed:
            suite_memory.remember(settings.paths, suite, state)
        page = settings.paths.suite_docs / page_name(suite)
        return check_result(warehouse, spec, finding_of(suite, result, page))

    return great_expectations


def open_table(
    warehouse: Warehouse, table: str
) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
    """The file that a table is in, read-only."""
    schema = table.partition(".")[0]
    openers = {
        "raw_kolada": warehouse.raw_kolada,
        "raw_folkhalsodata": warehouse.raw_folkhalsodata,
    }
    if schema.startswith("raw_") and schema not in openers:
        return warehouse.restricted(schema.removeprefix("raw_"))
    return openers.get(schema, warehouse.build_with_raw)()


def passed_before(suite: Suite, passed_at: str) -> Finding:
    """What is said of data that passed, and have not changed since."""
    return Finding(
        passed=True,
        expected=f"all {len(suite.expectations)} rules of {suite.name}.yml hold",
        found="all held when these data were checked; they are the same",
        is_restricted=suite.restricted,
        more={"run_at": passed_at},
    )


def finding_of(suite: Suite, result: SuiteResult, page: Path) -> Finding:
    """What a suite found: every rule, and the keys of rows that break one.

    Args:
        suite: The rules.
        result: The answers.
        page: The suite's page, linked when `make docs` has written it.
    """
    docs = {"docs_page": dg.MetadataValue.path(str(page))} if page.exists() else {}
    rules = [
        {
            "rule": one.meaning,
            "passed": one.passed,
            "failing": one.n_failed,
            "found": one.observed,
            "severity": one.severity,
            "why": why,
            "expected": one.expected,
        }
        for one, why in zip(result.results, (e.why for e in suite.expectations), strict=True)
    ]
    # What is broken comes first: some suites have twenty rules.
    rules.sort(key=lambda rule: bool(rule["passed"]))
    failed = [f"{one.meaning} ({one.observed})" for one in result.failed]
    return Finding(
        passed=result.passed,
        expected=f"all {len(rules)} rules of {suite.name}.yml hold",
        found="; ".join(failed) or "all hold",
        severity="error" if result.worst_severity == "error" else "warn",
        n_failing=sum(one.n_failed for one in result.failed),
        failing_keys=[
            {"failing_rule": one.id, **key} for one in result.failed for key in one.failing_keys
        ],
        is_restricted=suite.restricted,
        more={"rules": as_table(rules), **docs},
    )
