"""Rules of words: nothing beyond the verdict, q-values respected, chance said."""

import pytest

from pages.model import Area, Cell, Gap, GenderGap, Indicator, Point, Series, Trend
from pages.texts import language
from pages.words import (
    Statement,
    against,
    against_similar,
    between_women_and_men,
    changes,
    side_of,
    summary,
)
from warehouse.errors import JamlikError

AREA = Area("2080", "Falun", "municipality", "0020")


def gap(verdict: str, q: float | None = None, benchmark: str = "riket") -> Gap:
    reason = "survey" if verdict == "not testable" else None
    return Gap(benchmark, 1.0, None, None, verdict, reason, q, q, None, None)


def series(
    number: int,
    verdict: str = "not testable",
    q: float | None = None,
    *,
    polarity: int = 1,
    trend: str | None = None,
    gender: tuple[str, float | None] | None = None,
    pair: str | None = None,
) -> Series:
    indicator = Indicator(
        *(f"N{number}", f"Titel {number}", f"Kort {number}", "%", "share", polarity, 1, ()),
        *("Källa: Kolada", "current", True, pair, (), "Kolada", "register", None, None),
    )
    point = Point(2024, 2024, {g: Cell(1.0) for g in "TKM"}, {})
    gaps = {b: gap(verdict, q, b) for b in ("riket", "similar")}
    trends = {"gap_riket": Trend("gap_riket", 2020, 2024, trend, None)} if trend else {}
    between = GenderGap(2024, 2024, 1, 2, -1, gender[0], None, gender[1]) if gender else None
    return Series(indicator, AREA, [point], point, gaps, trends, between)


def named(statements: list[Statement]) -> dict[str, list[str]]:
    return {s.key: [i.indicator_id for i in s.indicators] for s in statements}


@pytest.mark.parametrize(
    ("verdict", "q", "code", "is_uncorrected"),
    [
        ("better", 0.049, "better", False),
        ("better", 0.05, "similar", True),
        ("worse", None, "similar", True),
        ("worse", 0.001, "worse", False),
        ("higher", 0.001, "higher", False),
        ("similar", 0.001, "similar", False),
        ("not testable", None, "not_testable", False),
    ],
)
def test_a_side_is_claimed_only_with_verdict_and_q(verdict, q, code, is_uncorrected) -> None:
    side = side_of(gap(verdict, q))
    assert (side.code, side.is_uncorrected) == (code, is_uncorrected)


def test_no_gap_is_not_testable_and_an_unknown_verdict_is_refused() -> None:
    assert side_of(None).code == "not_testable"
    with pytest.raises(JamlikError, match="splendid"):
        side_of(gap("splendid", 0.01))


def test_indicators_are_named_by_side_and_chance_is_counted() -> None:
    found = against(
        "riket",
        [series(1, "better", 0.01), series(2, "worse", 0.02), series(3, "worse", 0.2), series(4)],
    )
    assert named(found) == {
        "testable": [],
        "better": ["N1"],
        "worse": ["N2"],
        "similar": ["N3"],
        "chance": [],
    }
    chance = found[-1].values
    assert (chance["n"], chance["tested"], chance["expected"]) == (3, 3, pytest.approx(0.15))
    assert found[0].values == {"n": 4, "tested": 3, "untested": 1}


def test_untestable_indicators_give_no_claim() -> None:
    assert [s.key for s in against("riket", [series(1), series(2)])] == ["none_testable"]
    assert [s.key for s in against("riket", [])] == ["nothing"]
    assert against_similar([series(1)]) == []


def test_none_differs_is_said_when_only_chance_is_left() -> None:
    keys = [s.key for s in against("riket", [series(1, "worse", 0.4), series(2, "similar", 0.9)])]
    assert keys == ["testable", "similar", "none_differs", "chance"]


def test_indicators_without_a_better_side_are_not_counted() -> None:
    found = summary([series(1, "higher", 0.001, polarity=0)])
    assert [s.key for s in found] == ["nothing"]


def test_closing_and_widening_come_from_the_trend_alone() -> None:
    found = changes(
        [
            series(1, trend="closing"),
            series(2, trend="widening"),
            series(3, trend="no significant change"),
            series(4, trend="cannot be calculated"),
            series(5, "worse", 0.001),
        ]
    )
    assert named(found) == {"closing": ["N1"], "widening": ["N2"], "other_gaps_steady": []}
    assert found[-1].values == {"n": 1, "known": 3}
    assert [s.key for s in changes([series(1)])] == ["no_gap_trend"]
    assert [s.key for s in changes([series(1, trend="no significant change")])] == ["gaps_steady"]
    with pytest.raises(JamlikError, match="soaring"):
        changes([series(1, trend="soaring")])


def test_women_and_men_by_corrected_verdict_and_a_pair_once() -> None:
    found = between_women_and_men(
        [
            series(1, gender=("women_worse", 0.01)),
            series(2, gender=("men_worse", 0.2)),
            series(3, gender=("not testable", None), pair="N4"),
            series(4, gender=("not testable", None), pair="N3"),
        ]
    )
    assert named(found) == {"women_worse": ["N1"], "gender_untested": []}
    assert found[-1].values == {"n": 1}


@pytest.mark.parametrize("code", ["sv", "en"])
def test_every_statement_has_its_words(code: str) -> None:
    words = language(code)
    everything = [
        series(1, "better", 0.01, trend="closing", gender=("women_worse", 0.01)),
        series(2, "worse", 0.01, trend="widening", gender=("men_worse", 0.01)),
        series(3, "similar", 0.7, trend="no significant change", gender=("similar", 0.7)),
        series(4, gender=("not testable", None)),
    ]
    for kept in (everything, everything[2:3], everything[3:], []):
        for statement in summary(kept):
            text = words(f"s.{statement.key}", **statement.values)
            assert "{" not in text and text
