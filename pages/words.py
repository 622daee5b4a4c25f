"""What a page may say: rules from verdicts to statements, and nothing beyond the verdict.

What belongs here: which side an indicator is on, which indicators a statement names, how many
differ by chance. What does not: the wording (`texts/`) and the verdicts themselves, which are
computed in `dbt_project/`.

A difference is claimed only when its verdict names a side and its q-value is below 0.05; one
that is beyond 95 % alone is called not distinguishable, since one in 20 is so without cause.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from pages.model import Gap, GenderGap, Indicator, Item, Published, Series, Trend
from warehouse.errors import JamlikError

Q_LIMIT = 0.05
NOT_TESTABLE, SIMILAR = "not_testable", "similar"
_SIDES = {
    "better",
    "worse",
    "higher",
    "lower",
    "women_worse",
    "men_worse",
    "women_higher",
    "men_higher",
}
_TRENDS = {
    "improving",
    "worsening",
    "increasing",
    "decreasing",
    "closing",
    "widening",
    "no significant change",
    "cannot be calculated",
}


@dataclass(frozen=True)
class Side:
    """What may be said of one difference.

    Args:
        code: better, worse, higher, lower (for women and men women_worse and so on),
            similar or not_testable.
        is_uncorrected: It is beyond 95 %, but not after correction for many comparisons.
        reason: Why it is not testable.
    """

    code: str
    is_uncorrected: bool = False
    reason: str | None = None


@dataclass(frozen=True)
class Statement:
    """A sentence to write: its key in the table of texts, its numbers, what it names."""

    key: str
    values: dict[str, Any] = field(default_factory=dict)
    indicators: tuple[Indicator, ...] = ()
    items: tuple[Item, ...] = ()


def banner_of(published: Published, *, has_surveys: bool = False) -> str:
    """The text on what is generated: all values, the register's or the surveys'; none if nothing.

    Args:
        published: The release.
        has_surveys: Whether the page or workbook shows surveys.
    """
    if not has_surveys or published.is_demonstration == published.surveys.is_demonstration:
        return "demo" if published.is_demonstration else ""
    return "demo.register" if published.is_demonstration else "demo.surveys"


def side_of(gap: Gap | GenderGap | None) -> Side:
    """What may be said of a difference.

    Raises:
        JamlikError: The verdict is none that the pages know; better none than a wrong claim.
    """
    if gap is None:
        return Side(NOT_TESTABLE)
    if gap.verdict == "not testable":
        return Side(NOT_TESTABLE, reason=gap.verdict_reason)
    if gap.verdict == "similar":
        return Side(SIMILAR)
    if gap.verdict not in _SIDES:
        raise JamlikError(
            f"The pages know no verdict {gap.verdict!r}.", "Add it to pages/words.py."
        )
    if gap.q_value is not None and gap.q_value < Q_LIMIT:
        return Side(gap.verdict)
    return Side(SIMILAR, is_uncorrected=True)


def trend_code(trend: Trend | None) -> str:
    """The verdict of a trend; `cannot be calculated` where there is none.

    Raises:
        JamlikError: The verdict is none that the pages know.
    """
    code = trend.verdict if trend else "cannot be calculated"
    if code not in _TRENDS:
        raise JamlikError(f"The pages know no trend {code!r}.", "Add it to pages/words.py.")
    return code


def judged(series: Iterable[Series]) -> list[Series]:
    """Series with a value and a better side: the only ones that a summary counts."""
    return [s for s in series if s.latest is not None and s.indicator.polarity != 0]


def summary(series: Sequence[Series]) -> list[Statement]:
    """The statements about one area, from all its series."""
    kept = judged(series)
    return [
        *against("riket", kept),
        *changes(kept),
        *between_women_and_men(kept),
        *against_similar(kept),
    ]


def against(benchmark: str, series: Sequence[Series]) -> list[Statement]:
    """Which indicators differ from a benchmark, which do not, and how many would by chance."""
    sides = [(s.indicator, side_of(s.gaps.get(benchmark))) for s in series]
    tested = [(i, side) for i, side in sides if side.code != NOT_TESTABLE]
    if not sides:
        return [Statement("nothing")]
    counts = {"n": len(sides), "tested": len(tested), "untested": len(sides) - len(tested)}
    if not tested:
        return [Statement("none_testable", counts)]
    statements = [Statement("testable", counts)]
    for code in ("better", "worse", SIMILAR):
        named = tuple(i for i, side in tested if side.code == code)
        if named:
            statements.append(Statement(code, {"n": len(named)}, named))
    if not any(side.code in ("better", "worse") for _, side in tested):
        statements.append(Statement("none_differs"))
    beyond = sum(side.code in ("better", "worse") or side.is_uncorrected for _, side in tested)
    statements.append(
        Statement("chance", {"n": beyond, "tested": len(tested), "expected": 0.05 * len(tested)})
    )
    return statements


def against_similar(series: Sequence[Series]) -> list[Statement]:
    """The same against similar municipalities, in numbers."""
    codes = [side_of(s.gaps.get("similar")).code for s in series]
    if not codes or all(code == NOT_TESTABLE for code in codes):
        return []
    return [
        Statement(
            "against_similar"
            if series[0].area.area_type != "county"
            else "against_similar_regions",
            {code: codes.count(code) for code in ("better", "worse", SIMILAR, NOT_TESTABLE)},
        )
    ]


def changes(series: Sequence[Series]) -> list[Statement]:
    """Which gaps to the country close or widen, of those whose trend could be calculated."""
    codes = [(s.indicator, trend_code(s.trends.get("gap_riket"))) for s in series]
    known = [(i, code) for i, code in codes if code != "cannot be calculated"]
    if not known:
        return [Statement("no_gap_trend")] if series else []
    statements = []
    for code in ("closing", "widening"):
        named = tuple(i for i, found in known if found == code)
        if named:
            statements.append(Statement(code, {"n": len(named)}, named))
    steady = sum(code == "no significant change" for _, code in known)
    if steady:
        key = "other_gaps_steady" if statements else "gaps_steady"
        statements.append(Statement(key, {"n": steady, "known": len(known)}))
    return statements


def between_women_and_men(series: Sequence[Series]) -> list[Statement]:
    """Where women or men are worse off by more than chance; a pair is named once."""
    seen: set[str] = set()
    sides = []
    for s in series:
        if s.gender is None or s.indicator.indicator_id in seen:
            continue
        seen.update({s.indicator.indicator_id, s.indicator.pair_id or ""})
        sides.append((s.indicator, side_of(s.gender)))
    tested = [(i, side) for i, side in sides if side.code != NOT_TESTABLE]
    statements = []
    for code in ("women_worse", "men_worse"):
        named = tuple(i for i, side in tested if side.code == code)
        if named:
            statements.append(Statement(code, {"n": len(named)}, named))
    if tested and not statements:
        statements.append(Statement("no_gender_gap", {"n": len(tested)}))
    untested = len(sides) - len(tested)
    if untested:
        statements.append(Statement("gender_untested", {"n": untested}))
    return statements
