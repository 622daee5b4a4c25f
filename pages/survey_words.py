"""What a page may say of a survey: by the same rules as of indicators (`words.py`).

What belongs here: which statements a round allows. What does not: their wording and the rest of
a section (`survey_tables.py`).
"""

from collections.abc import Sequence

from pages.model import Item
from pages.survey_model import COUNTY, PREVIOUS, RIKET, Answer, Round
from pages.words import NOT_TESTABLE, Side, Statement, side_of


def survey_statements(this: Round) -> list[Statement]:
    """The statements about a survey's latest round in an area.

    How many items are hidden; then, against the county (for the county itself: against Riket)
    and against the round before, which differ by more than chance.
    """
    hidden = sum(is_hidden(answer) for answer in this.answers)
    statements = []
    if hidden:
        key = "all_hidden" if hidden == len(this.answers) else "hidden"
        statements.append(Statement(f"survey.{key}", {"n": hidden, "of": len(this.answers)}))
    for benchmark in (COUNTY, RIKET, PREVIOUS):
        statements += _against(benchmark, this.answers)
    return statements


def is_hidden(answer: Answer) -> bool:
    """Whether the share of all is hidden."""
    total = answer.shares.get("T")
    return total is not None and total.is_hidden


def _against(benchmark: str, answers: Sequence[Answer]) -> list[Statement]:
    sides = [
        (answer.item, side_of(answer.gaps[benchmark]))
        for answer in answers
        if answer.item.polarity != 0 and answer.gaps.get(benchmark) is not None
    ]
    tested = [(item, side) for item, side in sides if side.code != NOT_TESTABLE]
    if not tested:
        return [Statement(f"survey.{benchmark}.untested")] if sides else []
    statements = [
        Statement(f"survey.{benchmark}.{code}", {"n": len(named)}, items=named)
        for code in ("better", "worse")
        if (named := _on(code, tested))
    ]
    beyond = sum(side.code in ("better", "worse") or side.is_uncorrected for _, side in tested)
    counts = {"n": len(tested), "beyond": beyond, "expected": 0.05 * len(tested)}
    key = "some" if statements else "none"
    return [*statements, Statement(f"survey.{benchmark}.{key}", counts)]


def _on(code: str, tested: Sequence[tuple[Item, Side]]) -> tuple[Item, ...]:
    return tuple(item for item, side in tested if side.code == code)
