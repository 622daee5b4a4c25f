"""Running a suite over a table, however large.

What belongs here: walking through a table in chunks, adding up what Great Expectations
answers, and wording the result. What does not: suite files (`suite.py`), SQL
(`frames.py`) and Great Expectations itself (`engine.py`), which is imported only when a
suite runs.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from math import isfinite
from typing import Any

import duckdb
import pyarrow as pa

from expectations.engine import Engine, Outcome
from expectations.frames import Chunk, Frames
from expectations.result import ExpectationResult, SuiteResult
from expectations.suite import Expectation, Suite

_VALUES_SHOWN = 5
_OBSERVED_LENGTH = 500


@dataclass
class _Tally:
    """What the chunks so far say about one rule."""

    success: bool = True
    n_checked: int = 0
    n_failed: int = 0
    observed: str | None = None
    problem: str | None = None
    chunks: list[Chunk] = field(default_factory=list)

    def add(self, outcome: Outcome, chunk: Chunk | None = None) -> None:
        self.success = self.success and outcome.success
        self.n_checked += outcome.n_checked
        self.n_failed += outcome.n_failed
        self.observed = outcome.observed
        self.problem = self.problem or outcome.problem
        if chunk and outcome.n_failed:
            self.chunks.append(chunk)


def run_suite(
    con: duckdb.DuckDBPyConnection,
    suite: Suite,
    *,
    max_keys: int = 20,
    rows_per_chunk: int = 500_000,
    today: date | None = None,
) -> SuiteResult:
    """Check one table against its suite.

    Args:
        con: An open connection, read-only is enough; the table is found by its schema and
            name in the connection's current catalog.
        suite: The rules.
        max_keys: At most so many failing rows are named per rule.
        rows_per_chunk: About so many rows stand in memory at once.
        today: The day that `{next_year}` counts from; the current day (UTC) when None.

    Returns:
        One result per rule, in the suite's order. A rule that cannot be asked, because
        its column is gone or has another type, fails and says so.

    Raises:
        JamlikError: The table is not there or cannot be read.
        SuiteError: Great Expectations does not know a rule's type or kwargs.
    """
    today = today or datetime.now(UTC).date()
    frames = Frames(con, suite)
    engine = Engine(suite, today)
    tallies = {rule.id: _Tally() for rule in suite.expectations}
    askable = _askable(frames, suite, tallies)
    for over, pull in (("columns", frames.columns), ("summary", frames.summary)):
        if rules := [rule for rule in askable if rule.over == over]:
            _add(engine, pull(), rules, tallies)
    if rules := [rule for rule in askable if rule.over == "rows"]:
        columns = list(dict.fromkeys(name for rule in rules for name in rule.columns))
        for chunk in frames.chunks(rows_per_chunk):
            _add(engine, frames.rows(chunk, columns), rules, tallies, chunk)
    results = []
    for rule in suite.expectations:
        tally = tallies[rule.id]
        passed = _holds(rule, tally)
        wanted = not passed and not suite.restricted
        failing = _failing_rows(rule, tally, suite, engine, frames, max_keys) if wanted else []
        results.append(_result(rule, tally, suite, passed, failing, today))
    return SuiteResult(suite.table, results)


def _askable(frames: Frames, suite: Suite, tallies: dict[str, _Tally]) -> list[Expectation]:
    """The rules whose columns are there; the others are marked as failed."""
    naming = [*suite.key, suite.chunk_by] if suite.chunk_by else suite.key
    askable = []
    for rule in suite.expectations:
        needed = [*rule.columns, *naming] if rule.over == "rows" else rule.columns
        if problem := frames.missing(rule.over, needed):
            tallies[rule.id].add(Outcome(success=False, problem=problem))
        else:
            askable.append(rule)
    return askable


def _add(
    engine: Engine,
    frame: pa.Table,
    rules: list[Expectation],
    tallies: dict[str, _Tally],
    chunk: Chunk | None = None,
) -> None:
    outcomes = engine.ask(frame, rules)
    for rule in rules:
        tally = tallies[rule.id]
        tally.add(outcomes[rule.id], chunk)
        if rule.over == "summary":
            row = frame.to_pylist()[0]
            tally.observed = ", ".join(f"{name} = {row[name]}" for name in rule.columns)
            tally.n_checked = 1
            tally.n_failed = 0 if tally.success else _counted(rule, row)


def _counted(rule: Expectation, row: dict[str, Any]) -> int:
    """How many rows break a failed rule on aggregates, where the aggregate counts them."""
    counts_faults = rule.kwargs.get("max_value") == 0 and len(rule.columns) == 1
    return int(row[rule.columns[0]] or 1) if counts_faults else 1


def _holds(rule: Expectation, tally: _Tally) -> bool:
    """The verdict on the whole table.

    A share that a rule allows (`mostly`) is held against the sum of all chunks: a chunk
    of few values may miss it although the table meets it.
    """
    if tally.problem:
        return False
    if rule.over != "rows":
        return tally.success
    kept = tally.n_checked - tally.n_failed
    return kept >= float(rule.kwargs.get("mostly", 1)) * tally.n_checked


def _failing_rows(
    rule: Expectation,
    tally: _Tally,
    suite: Suite,
    engine: Engine,
    frames: Frames,
    max_keys: int,
) -> list[dict[str, Any]]:
    """The first rows that break a rule, one per key, in key order.

    Reads chunks again, but only for rules that fail, and only until enough are found: so
    a table in order is read once.
    """
    order = list(dict.fromkeys([suite.chunk_by or suite.key[0], *suite.key]))
    columns = list(dict.fromkeys([*order, *rule.columns]))
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for chunk in tally.chunks:
        if len(found) >= max_keys:
            break
        frame = frames.rows(chunk, columns, order_by=order)
        for position in engine.failing_rows(frame, rule):
            if len(found) >= max_keys:
                break
            row = frame.slice(position, 1).to_pylist()[0]
            found.setdefault(tuple(row[name] for name in suite.key), row)
    return list(found.values())


def _result(
    rule: Expectation,
    tally: _Tally,
    suite: Suite,
    passed: bool,
    failing: list[dict[str, Any]],
    today: date,
) -> ExpectationResult:
    arguments = ", ".join(f"{name}={value}" for name, value in rule.arguments(today).items())
    return ExpectationResult(
        id=rule.id,
        meaning=rule.meaning,
        severity=rule.severity,
        passed=passed,
        expected=f"{rule.type}({arguments})",
        observed=_observed(rule, tally, failing),
        n_checked=tally.n_checked,
        n_failed=tally.n_failed,
        failing_keys=[{name: _plain(row[name]) for name in suite.key} for row in failing],
    )


def _observed(rule: Expectation, tally: _Tally, failing: list[dict[str, Any]]) -> str:
    """What was found, in one line."""
    if tally.problem:
        return f"could not be checked: {tally.problem}"[:_OBSERVED_LENGTH]
    if rule.over == "columns" and tally.observed:
        return tally.observed[:_OBSERVED_LENGTH]
    if rule.over == "summary" and tally.observed:
        return tally.observed
    share = 100 * tally.n_failed / max(tally.n_checked, 1)
    text = f"{tally.n_failed} of {tally.n_checked} rows ({share:.3g} %) do not meet the rule"
    if failing and len(rule.columns) == 1:
        values = dict.fromkeys(repr(_plain(row[rule.columns[0]])) for row in failing)
        text += f"; {rule.columns[0]} is {', '.join(list(values)[:_VALUES_SHOWN])}"
    return text[:_OBSERVED_LENGTH]


def _plain(value: Any) -> Any:
    """A value as JSON has it; times and infinite numbers as text."""
    if isinstance(value, float) and not isfinite(value):
        return str(value)
    return value if isinstance(value, str | int | float | None) else str(value)
