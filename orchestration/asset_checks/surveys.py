"""Checks on delivered survey files: were they taken, and were their rows.

What belongs here: rules on the books of deliveries. What does not: rules on values (dbt's
tests). Nothing here shows a value: counts, places and reasons only.
"""

import dagster as dg

from ingestion.delivered.load import SOURCES
from orchestration.asset_checks.kolada import MAX_ROWS, table_metadata
from orchestration.resources import Warehouse

# Typing errors are below 1 % in real files; more is a column read wrongly.
MOST_REJECTED_PCT = 5.0


def survey_checks() -> list[dg.AssetChecksDefinition]:
    """Both checks of every survey; of school-health talks the one on rows.

    A corrected export of talks has another id, so whether one followed cannot be told.
    """
    both = [make(source) for source in SOURCES for make in (_files_check, _rows_check)]
    return [*both, _rows_check("elsa")]


def _files_check(source: str) -> dg.AssetChecksDefinition:
    @dg.asset_check(
        asset=dg.AssetKey([f"raw_{source}", "load"]),
        name="every_file_is_taken",
        description="No delivered file was rejected without a corrected one after it.",
    )
    def every_file_is_taken(warehouse: Warehouse) -> dg.AssetCheckResult:
        with warehouse.restricted(source) as con:
            found = con.execute(
                f"select file_id, loaded_at, reason from raw_{source}.load as rejected "
                "where status = 'rejected' and not exists ("
                f"select 1 from raw_{source}.load as later where later.status = 'loaded' "
                "and later.file_name = rejected.file_name "
                f"and later.loaded_at > rejected.loaded_at) order by loaded_at limit {MAX_ROWS}"
            )
            files = table_metadata(found)
        return dg.AssetCheckResult(
            passed=not files.records,
            severity=dg.AssetCheckSeverity.WARN,
            metadata={
                "expected": "no rejected file",
                "found": len(files.records),
                "files": files,
                "remedy": "Read the report in the inbox's rejected/ and ask for a corrected file.",
            },
        )

    return every_file_is_taken


def _rows_check(source: str) -> dg.AssetChecksDefinition:
    @dg.asset_check(
        asset=dg.AssetKey([f"raw_{source}", "rejection"]),
        name="few_rows_are_left_out",
        description=f"Of no file in force more than {MOST_REJECTED_PCT:g} % of rows were left out.",
    )
    def few_rows_are_left_out(warehouse: Warehouse) -> dg.AssetCheckResult:
        with warehouse.restricted(source) as con:
            files = table_metadata(
                con.execute(
                    f"select file_id, rows_read, rows_rejected from raw_{source}.load "
                    "where status = 'loaded' and rows_rejected * 100 > rows_read * ? "
                    f"order by rows_rejected desc limit {MAX_ROWS}",
                    [MOST_REJECTED_PCT],
                )
            )
            reasons = table_metadata(
                con.execute(
                    f"select reason, is_row, count(*) as n from raw_{source}.rejection "
                    "group by reason, is_row order by n desc, reason"
                )
            )
        return dg.AssetCheckResult(
            passed=not files.records,
            severity=dg.AssetCheckSeverity.WARN,
            metadata={
                "expected": f"at most {MOST_REJECTED_PCT:g} % in every file",
                "found": len(files.records),
                "files": files,
                "reasons": reasons,
                "remedy": "Compare the file's columns with the codebook; docs/surveys.md.",
            },
        )

    return few_rows_are_left_out
