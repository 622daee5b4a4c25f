"""What a run of a suite answers.

What belongs here: the results, as plain values that can be stored as JSON. What does not:
making them.
"""

from dataclasses import dataclass, field
from typing import Any

from expectations.suite import Severity


@dataclass(frozen=True)
class ExpectationResult:
    """The answer to one rule.

    Args:
        id: The rule's name.
        meaning: The rule in words.
        severity: What a failure means for the next step.
        passed: True when it holds.
        expected: The rule as Great Expectations was asked, in text.
        observed: What was found, in text; counts only for data on people.
        n_checked: Rows looked at; rows that the rule does not apply to (usually nulls)
            are not counted.
        n_failed: Rows among them that break it; more than 0 in a rule that passes when it
            allows a share.
        failing_keys: Keys of the first rows that break it, in key order.
    """

    id: str
    meaning: str
    severity: Severity
    passed: bool
    expected: str
    observed: str
    n_checked: int
    n_failed: int
    failing_keys: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class SuiteResult:
    """The answers to a whole suite."""

    table: str
    results: list[ExpectationResult]

    @property
    def failed(self) -> list[ExpectationResult]:
        """The rules that do not hold."""
        return [result for result in self.results if not result.passed]

    @property
    def passed(self) -> bool:
        """True when every rule holds, those of severity warn among them."""
        return not self.failed

    @property
    def worst_severity(self) -> Severity | None:
        """error when a rule of that severity fails, else warn, else None."""
        severities = {result.severity for result in self.failed}
        return "error" if "error" in severities else "warn" if severities else None
