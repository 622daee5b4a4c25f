"""Asking Great Expectations about one frame.

What belongs here: everything that knows Great Expectations, its import included. What does
not: where frames come from (`frames.py`) and what the answers add up to (`runner.py`).
"""

import logging
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa

from expectations.suite import Expectation, Suite, SuiteError


@dataclass(frozen=True)
class Outcome:
    """The answer for one rule and one frame.

    Args:
        success: The verdict on this frame alone.
        n_checked: Rows looked at.
        n_failed: Rows among them that break the rule.
        observed: What a rule on columns found, in text.
        problem: Why there is no answer.
    """

    success: bool
    n_checked: int = 0
    n_failed: int = 0
    observed: str | None = None
    problem: str | None = None


class Engine:
    """Great Expectations over pandas frames, with nothing kept, sent, shown or written.

    Its SQL path is no use here: on DuckDB it closes the connection before it has read
    the cursor. Its telemetry is off before it is imported, since `warehouse` is.

    Args:
        suite: The rules.
        today: The day that `{next_year}` counts from.

    Raises:
        SuiteError: A rule's type or kwargs are unknown to Great Expectations, or its type
            does not fit what it is asked of.
    """

    def __init__(self, suite: Suite, today: date) -> None:
        import great_expectations as gx
        from great_expectations.data_context.types import base
        from great_expectations.expectations import expectation as kinds

        # What it logs as an error is in the answers too, there without values of people.
        logging.getLogger("great_expectations").setLevel(logging.CRITICAL)
        self._gx = gx
        self._per_row = (
            kinds.ColumnMapExpectation,
            kinds.ColumnPairMapExpectation,
            kinds.MulticolumnMapExpectation,
        )
        context = gx.get_context(
            mode="ephemeral",
            # Without a configuration of its own it makes a folder for a documentation site.
            project_config=base.DataContextConfig(
                store_backend_defaults=base.InMemoryStoreBackendDefaults(),
                progress_bars=base.ProgressBarsConfig(globally=False, metric_calculations=False),
                analytics_enabled=False,
            ),
        )
        asset = context.data_sources.add_pandas("frames").add_dataframe_asset(suite.name)
        self._batches = asset.add_batch_definition_whole_dataframe("frame")
        self._suite = suite
        self._built = {rule.id: self._build(rule, today) for rule in suite.expectations}

    def ask(self, frame: pa.Table, rules: list[Expectation]) -> dict[str, Outcome]:
        """Count the rows of a frame that break each rule.

        Returns:
            Outcomes by rule id. No value of a row is asked for: with
            `partial_unexpected_count` 0 the answer holds counts only, and of data about people
            it is a yes or no.
        """
        wanted: dict[str, Any] = {"result_format": "BASIC", "partial_unexpected_count": 0}
        if self._suite.restricted:
            wanted = {"result_format": "BOOLEAN_ONLY"}
        asked = self._gx.ExpectationSuite(
            name=self._suite.name, expectations=[self._built[rule.id] for rule in rules]
        )
        answer = self._batch(frame).validate(asked, result_format=wanted)
        return {
            result.expectation_config.meta["id"]: self._outcome(result, frame)
            for result in answer.results
        }

    def failing_rows(self, frame: pa.Table, rule: Expectation) -> list[int]:
        """Positions of the rows of a frame that break a rule; for data that may be shown."""
        answer = self._batch(frame).validate(
            self._built[rule.id], result_format={"result_format": "COMPLETE"}
        )
        return list(answer.result.get("unexpected_index_list") or [])

    def _batch(self, frame: pa.Table) -> Any:
        return self._batches.get_batch({"dataframe": frame.to_pandas()})

    def _build(self, rule: Expectation, today: date) -> Any:
        class_name = "".join(part.capitalize() for part in rule.type.split("_"))
        kind = getattr(self._gx.expectations, class_name, None)
        place = f"{self._suite.name}.yml: expectations.{rule.id}"
        if kind is None:
            raise SuiteError(
                f"{place}.type: Great Expectations has no {rule.type}.", "Correct the type."
            )
        if rule.over != "columns" and not issubclass(kind, self._per_row):
            raise SuiteError(
                f"{place}: {rule.type} judges a whole table, but rows come in chunks.",
                "Add the aggregate to summary, and ask a rule per row of it (over: summary).",
            )
        if rule.over == "columns" and not rule.type.startswith("expect_table_column"):
            raise SuiteError(
                f"{place}: {rule.type} is no rule on the columns of a table.",
                "Use an expect_table_column... type, or another over.",
            )
        arguments = rule.arguments(today)
        if unknown := arguments.keys() - kind.__fields__.keys():
            raise SuiteError(
                f"{place}.kwargs: {rule.type} has no {', '.join(sorted(unknown))}.",
                "Correct the name.",
            )
        try:
            return kind(**arguments, meta={"id": rule.id})
        except ValueError as error:
            raise SuiteError(f"{place}.kwargs: {error}.", "Correct the kwargs.") from None

    def _outcome(self, answer: Any, frame: pa.Table) -> Outcome:
        if problem := _problem(answer.exception_info, self._suite.restricted):
            return Outcome(success=False, problem=problem)
        result = answer.result
        if "element_count" in result:
            return Outcome(
                success=answer.success,
                n_checked=result["element_count"] - result.get("missing_count", 0),
                n_failed=result["unexpected_count"],
            )
        differences = result.get("details", {}).get("mismatched", {})
        found = [f"{kind}: {', '.join(names)}" for kind, names in differences.items()]
        return Outcome(
            success=answer.success,
            n_checked=frame.num_columns,
            n_failed=0 if answer.success else sum(map(len, differences.values())) or 1,
            observed="; ".join(found) or f"{frame.num_columns} columns",
        )


def _problem(info: dict[str, Any] | None, restricted: bool) -> str | None:
    """The first exception of a rule, in one line.

    Great Expectations gives one exception, or several by metric.
    """
    entries = [info] if info and "raised_exception" in info else list((info or {}).values())
    for entry in entries:
        if entry["raised_exception"]:
            if restricted:
                return "Great Expectations raised an exception"
            lines = str(entry["exception_message"]).strip().splitlines()
            return lines[-1] if lines else "an exception without a text"
    return None
