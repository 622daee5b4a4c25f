"""dbt's data tests as asset checks of the house's shape.

What belongs here: what a data test's result says beside what dagster-dbt says: rule, SQL, failing
rows. What does not: unit tests (`dbt_unit_tests.py`) and running dbt (`assets/marts.py`).

A test of anything that is made from rows about people, however far down, gives counts only.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
from dagster_dbt.errors import DagsterDbtCliRuntimeError

from orchestration.asset_checks.finding import Finding, check_result, failing_rows
from orchestration.resources import Warehouse
from warehouse.sealed.keys import SOURCES as RESTRICTED

_RESTRICTED_SCHEMAS = {f"raw_{source}" for source in RESTRICTED}


def spec_of_test(spec: dg.AssetCheckSpec, test: Mapping[str, Any]) -> dg.AssetCheckSpec:
    """dagster-dbt's spec with the rule in words, and with kind and paragraph as all checks have.

    The paragraph is that of the test's macro; a singular test has one of its own.
    """
    macro = test.get("test_metadata")
    about = {"kind": "dbt_test", "paragraph": macro["name"] if macro else test["name"]}
    return spec._replace(description=test.get("description"), metadata={**spec.metadata, **about})


def with_findings(
    events: Iterable[Any], manifest: Mapping[str, Any], target: Path, warehouse: Warehouse
) -> Iterator[Any]:
    """The events of a dbt run, with every test's result in the house's shape.

    Failures come last: while dbt works, it alone may open the build file with the failing rows.

    Args:
        events: What dagster-dbt yields.
        manifest: dbt's.
        target: The invocation's folder, with the compiled SQL.
        warehouse: Its files.
    """
    tests = _Tests(manifest, target, warehouse)
    failed: list[dg.AssetCheckResult] = []
    fault: DagsterDbtCliRuntimeError | None = None
    try:
        for event in events:
            if not isinstance(event, dg.AssetCheckResult):
                yield event
            elif event.passed:
                yield tests.described(event)
            else:
                failed.append(event)
    except DagsterDbtCliRuntimeError as error:
        # dbt has ended with a failure: what failed is said first.
        fault = error
    yield from map(tests.described, failed)
    if fault is not None:
        raise fault


class _Tests:
    """Results of one invocation's tests."""

    def __init__(self, manifest: Mapping[str, Any], target: Path, warehouse: Warehouse) -> None:
        self._manifest = manifest
        self._target = target
        self._warehouse = warehouse

    def described(self, event: dg.AssetCheckResult) -> dg.AssetCheckResult:
        """A test's result in the house's shape, with dagster-dbt's own metadata."""
        metadata = dict(event.metadata or {})
        test = self._manifest["nodes"][_value(metadata["unique_id"])]
        restricted = is_restricted(self._manifest, test["unique_id"])
        query = self._compiled(test)
        failing = int(_value(metadata.pop("dagster_dbt/failed_row_count", None)) or 0)
        finding = Finding(
            passed=bool(event.passed),
            expected="no such row",
            found=_found(failing, bool(event.passed)),
            severity="warn" if event.severity is dg.AssetCheckSeverity.WARN else "error",
            n_failing=failing,
            failing_keys=[] if event.passed or restricted else self._rows(query),
            query=query,
            is_restricted=restricted,
            more=metadata,
        )
        assert event.asset_key is not None and event.check_name is not None
        spec = spec_of_test(dg.AssetCheckSpec(event.check_name, asset=event.asset_key), test)
        return check_result(self._warehouse, spec, finding)

    def _compiled(self, test: Mapping[str, Any]) -> str | None:
        """The SQL that dbt ran; None when it came not so far."""
        file = self._target / "compiled" / test["package_name"] / test["original_file_path"]
        if test.get("test_metadata"):
            file = file / Path(test["path"]).name
        return file.read_text(encoding="utf-8") if file.is_file() else None

    def _rows(self, query: str | None) -> list[dict[str, Any]]:
        if query is None:
            return []
        try:
            with self._warehouse.build_with_raw() as con:
                return failing_rows(con, query)[1]
        except duckdb.Error:
            # The query itself is what failed, or dbt still has the file; its log has the reason.
            return []


def is_restricted(manifest: Mapping[str, Any], unique_id: str) -> bool:
    """Whether a node is made from rows about people, however far up they are."""
    seen, waiting = set(), [unique_id]
    while waiting:
        one = waiting.pop()
        if one in seen:
            continue
        seen.add(one)
        source = manifest["sources"].get(one)
        if source is not None and source["schema"] in _RESTRICTED_SCHEMAS:
            return True
        node = manifest["nodes"].get(one)
        waiting += node["depends_on"]["nodes"] if node and "nodes" in node["depends_on"] else []
    return False


def _found(failing: int, passed: bool) -> str:
    if failing:
        return f"{failing} such rows" + (", which the test allows" if passed else "")
    return "none" if passed else "the test could not be run; dbt's log says why"


def _value(entry: Any) -> Any:
    return getattr(entry, "value", entry)
