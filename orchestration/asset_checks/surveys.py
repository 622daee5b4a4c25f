"""Checks on delivered survey files: were they taken, and were their rows.

What belongs here: rules on the books of deliveries and on what lies rejected. What does not: rules
on values (dbt's tests). Nothing here shows a value: counts, places and reasons only.
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from functools import partial
from typing import Any

import dagster as dg
import duckdb

from ingestion.delivered.load import SOURCES
from ingestion.elsa.talks import WITHDRAWALS
from orchestration.asset_checks.finding import (
    Finding,
    RowsRule,
    as_table,
    check_result,
    check_spec,
    failing_rows,
    rows_check,
)
from orchestration.resources import Warehouse

# Typing errors are below 1 % in real files; more is a column read wrongly.
MOST_REJECTED_PCT = 5.0


def survey_checks() -> list[dg.AssetChecksDefinition]:
    """Both checks of every survey; of school-health talks the one on rows, and one on files.

    A corrected export of talks has another id, so whether one followed cannot be told.
    """
    both = [_check(source, make(source)) for source in SOURCES for make in (_files, _rows)]
    return [*both, _check("elsa", _rows("elsa")), _put_aside()]


def _check(source: str, rule: RowsRule) -> dg.AssetChecksDefinition:
    return rows_check(
        f"raw_{source}",
        rule,
        partial(_restricted, source),
        more=partial(_books, source, rule.query),
        is_restricted=True,
    )


def _restricted(
    source: str, warehouse: Warehouse
) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
    return warehouse.restricted(source)


def _books(source: str, query: str, warehouse: Warehouse) -> Mapping[str, Any]:
    """Files and reasons with counts, none of which is anything of a person."""
    with warehouse.restricted(source) as con:
        _, files = failing_rows(con, query)
        _, reasons = failing_rows(
            con,
            f"select reason, is_row, count(*) as n from raw_{source}.rejection "
            "group by reason, is_row order by n desc, reason",
        )
    return {"files": as_table(files), "reasons": as_table(reasons)}


def _files(source: str) -> RowsRule:
    return RowsRule(
        name="every_file_is_taken",
        table="load",
        rule="No delivered file was rejected without a corrected one after it.",
        expected="no rejected file",
        query=f"select file_id, loaded_at, reason from raw_{source}.load as rejected "
        "where status = 'rejected' and not exists ("
        f"select 1 from raw_{source}.load as later where later.status = 'loaded' "
        "and later.file_name = rejected.file_name "
        "and later.loaded_at > rejected.loaded_at) order by loaded_at",
    )


def _put_aside() -> dg.AssetChecksDefinition:
    """A list of withdrawals that lies there is an error: nobody on it has been erased."""
    spec = check_spec(
        "load",
        "no_file_is_put_aside",
        dg.AssetKey(["raw_elsa", "load"]),
        "No export of talks and no list of withdrawals lies rejected in its inbox.",
    )

    @dg.multi_asset_check(name="raw_elsa_no_file_is_put_aside", specs=[spec])
    def check(warehouse: Warehouse) -> dg.AssetCheckResult:
        from ingestion.elsa.inbox import put_aside

        found = put_aside(warehouse.settings)
        lists = sum(name == WITHDRAWALS for name, _ in found)
        finding = Finding(
            passed=not found,
            expected="no rejected file",
            found=f"{lists} lists of withdrawals, {len(found) - lists} exports",
            severity="error" if lists else "warn",
            n_failing=len(found),
            is_restricted=True,
            more={"files": as_table([{"inbox": name, "file": file} for name, file in found])},
        )
        return check_result(warehouse, spec, finding)

    return check


def _rows(source: str) -> RowsRule:
    return RowsRule(
        name="few_rows_are_left_out",
        table="rejection",
        rule=f"Of no file in force more than {MOST_REJECTED_PCT:g} % of rows were left out.",
        expected=f"at most {MOST_REJECTED_PCT:g} % in every file",
        query=f"select file_id, rows_read, rows_rejected from raw_{source}.load "
        f"where status = 'loaded' and rows_rejected * 100 > rows_read * {MOST_REJECTED_PCT} "
        "order by rows_rejected desc",
    )
