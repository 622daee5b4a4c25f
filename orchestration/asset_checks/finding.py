"""What every asset check says of its result, in one shape.

What belongs here: the shape, and rules that are a query on a source's books. What does not: the
rules (the modules beside this one) and the paragraphs on what to do (`docs/runbook.md`).

The metadata of each result are: `kind`, `rule`, `expected`, `found`, `n_failing`, `failing_keys`
(at most 20), `query`, `runbook`, `what_to_do`, `failing_since`, `origin` and `is_restricted`. Of
data about people there is no key and no value: counts only.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

import dagster as dg
import duckdb

from orchestration import runbook
from orchestration.check_history import relation
from orchestration.resources import Warehouse
from warehouse import check_log

MAX_KEYS = 20
_NOTHING = dg.MetadataValue.null()
Kind = Literal["load", "expectation", "dbt_test", "unit_test", "publication", "disclosure"]
Severity = Literal["error", "warn"]


@dataclass(frozen=True)
class Finding:
    """What a check found.

    Args:
        passed: Whether the rule holds.
        expected: What the rule asks for.
        found: What was there, in words; counts only for data about people.
        severity: error, or warn for what the next step can stand.
        n_failing: How many rows or things break the rule.
        failing_keys: Which; the first 20 are shown, and none of data about people.
        query: The SQL that looked, where there is one.
        remedy: What to do beside what the runbook says.
        is_restricted: Whether it is about rows of people.
        more: Further metadata.
    """

    passed: bool
    expected: str
    found: str
    severity: Severity = "error"
    n_failing: int = 0
    failing_keys: Sequence[Mapping[str, Any]] = ()
    query: str | None = None
    remedy: str = ""
    is_restricted: bool = False
    more: Mapping[str, Any] = field(default_factory=dict)


def check_spec(
    kind: Kind,
    name: str,
    asset: dg.AssetKey,
    rule: str,
    *,
    blocking: bool = False,
    paragraph: str = "",
) -> dg.AssetCheckSpec:
    """The spec of a check, with what the log and the runbook need to know of it.

    Args:
        kind: What kind of check it is.
        name: A statement that holds when it passes.
        asset: What it is about.
        rule: The rule in words.
        blocking: Whether a failure of severity error stops the next step.
        paragraph: Its paragraph of the runbook; the check's name when empty.
    """
    about = {"kind": kind, "paragraph": paragraph or name}
    return dg.AssetCheckSpec(name, asset=asset, description=rule, blocking=blocking, metadata=about)


def check_result(
    warehouse: Warehouse, spec: dg.AssetCheckSpec, finding: Finding
) -> dg.AssetCheckResult:
    """A finding as Dagster shows it.

    Args:
        warehouse: Whose log of checks says since when it fails.
        spec: The check, from `check_spec`.
        finding: What it found.
    """
    settings, key = warehouse.settings, spec.key
    about = runbook.paragraph(str(spec.metadata["paragraph"]))
    keys = [] if finding.is_restricted else finding.failing_keys[:MAX_KEYS]
    text = about.text_beside(settings.docs_url)
    steps = [finding.remedy, text] if finding.remedy else [text]
    metadata: dict[str, Any] = {
        "kind": str(spec.metadata["kind"]),
        "rule": spec.description or "",
        "expected": finding.expected,
        "found": finding.found,
        "n_failing": finding.n_failing,
        "failing_keys": as_table(keys),
        "query": _code(finding.query),
        "runbook": _link(about.anchor, settings.docs_url),
        "what_to_do": dg.MetadataValue.md("\n\n".join(steps)),
        "failing_since": _since(warehouse, key) if not finding.passed else _NOTHING,
        "origin": settings.kolada,
        "is_restricted": finding.is_restricted,
        **finding.more,
    }
    return dg.AssetCheckResult(
        asset_key=key.asset_key,
        check_name=key.name,
        passed=finding.passed,
        severity=dg.AssetCheckSeverity[finding.severity.upper()],
        description=None if finding.passed else finding.found,
        metadata=metadata,
    )


def as_table(rows: Sequence[Mapping[str, Any]]) -> dg.TableMetadataValue:
    """Rows as a table in the UI, every cell as text; rows may differ in their columns."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    return dg.MetadataValue.table(
        [dg.TableRecord({name: str(row.get(name, "")) for name in names}) for row in rows],
        schema=dg.TableSchema([dg.TableColumn(name) for name in names]),
    )


@dataclass(frozen=True)
class RowsRule:
    """A rule that holds when a query finds no row.

    Args:
        name: The check's name, a statement.
        table: The raw table that it is shown on.
        rule: The rule in words.
        expected: What it asks for.
        query: Selects what breaks the rule, in a stable order.
        severity: error or warn.
        parameters: For the query, made when the check runs.
    """

    name: str
    table: str
    rule: str
    expected: str
    query: str
    severity: Severity = "warn"
    parameters: Callable[[], list[Any]] = list


def rows_check(
    schema: str,
    rule: RowsRule,
    opener: Callable[[Warehouse], AbstractContextManager[duckdb.DuckDBPyConnection]],
    more: Callable[[Warehouse], Mapping[str, Any]] = lambda _: {},
    is_restricted: bool = False,
) -> dg.AssetChecksDefinition:
    """An asset check of such a rule.

    Args:
        schema: Of the raw tables.
        rule: The rule.
        opener: Opens the file that the query reads.
        more: Further metadata.
        is_restricted: Whether the file holds rows of people; then rows are counted, not shown.
    """
    spec = check_spec("load", rule.name, dg.AssetKey([schema, rule.table]), rule.rule)

    @dg.multi_asset_check(name=f"{schema}_{rule.name}", specs=[spec])
    def check(warehouse: Warehouse) -> dg.AssetCheckResult:
        with opener(warehouse) as con:
            n_failing, rows = failing_rows(con, rule.query, rule.parameters())
        finding = Finding(
            passed=n_failing == 0,
            expected=rule.expected,
            found=in_words(n_failing, [] if is_restricted else rows),
            severity=rule.severity,
            n_failing=n_failing,
            failing_keys=rows,
            query=rule.query,
            is_restricted=is_restricted,
            more=more(warehouse),
        )
        return check_result(warehouse, spec, finding)

    return check


def failing_rows(
    con: duckdb.DuckDBPyConnection, query: str, parameters: Sequence[Any] = ()
) -> tuple[int, list[dict[str, Any]]]:
    """How many rows a query finds, and the first 20."""
    row = con.execute(f"select count(*) from ({query})", parameters).fetchone()
    shown = con.execute(f"select * from ({query}) limit {MAX_KEYS}", parameters)
    names = [column[0] for column in shown.description or []]
    return (
        int(row[0]) if row else 0,
        [dict(zip(names, cells, strict=True)) for cells in shown.fetchall()],
    )


def in_words(n_failing: int, rows: Sequence[Mapping[str, Any]]) -> str:
    """A count, and the first rows, a line each; of data about people without rows."""
    if not rows:
        return f"{n_failing} found" if n_failing else "none"
    lines = [" ".join(str(cell) for cell in row.values()) for row in rows]
    more = [f"and {n_failing - len(rows)} more"] if n_failing > len(rows) else []
    return "\n".join([f"{n_failing} found:", *lines, *more])


def _since(warehouse: Warehouse, key: dg.AssetCheckKey) -> dg.MetadataValue:
    settings = warehouse.settings
    with check_log.open_log(settings) as con:
        found = check_log.failing_since(con, settings.kolada, relation(key.asset_key), key.name)
    return dg.MetadataValue.timestamp((found or datetime.now(UTC)).replace(tzinfo=UTC))


def _code(query: str | None) -> dg.MetadataValue:
    return dg.MetadataValue.md(f"```sql\n{query.strip()}\n```") if query else _NOTHING


def _link(anchor: str, docs_url: str) -> dg.MetadataValue:
    place = f"{runbook.FILE_NAME}#{anchor}"
    if docs_url:
        return dg.MetadataValue.url(f"{docs_url.rstrip('/')}/{place}")
    return dg.MetadataValue.text(f"docs/{place}")
