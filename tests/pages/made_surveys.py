"""Surveys of the made release: tested, hidden, not asked, of one gender only, and none at all."""

from typing import Any

TOTALS = dict.fromkeys(
    ("age_group", "grade", "education", "birth_country", "income", "family"), "all"
)
ITEMS = [
    ("lupp_safe", "Trygg <i> skolan & på stan, " + "mycket " * 8, "protective", 2, 1),
    ("lupp_bullied", "Mobbad", "risk", 2, -1),
    ("lupp_sleep", "Sover bra", "outcome", 0, 1),
    ("lupp_stay", "Tror sig bo kvar", "background", 5, 0),
    ("lupp_gone", "Frågades förr", "risk", 6, -1),
    ("elsa_sad", "Elev: ledsen", "outcome", 0, -1),
    ("hlv_trust", "Svårt att lita på andra", "risk", 7, -1),
]
# Shares of all, women and men by area; None is hidden, an absent gender no row.
SHARES: dict[tuple[str, str, str], tuple[float | None, ...]] = {
    ("lupp_safe", "hs", "0020"): (70.25, 68.5, 72.5),
    ("lupp_safe", "hs", "2080"): (61.75, 60.5, None),
    ("lupp_safe", "hs", "2081"): (71.5, None, None),
    ("lupp_safe", "hs", "2039"): (None, None, None),
    ("lupp_bullied", "hs", "0020"): (12.5, 13.5, 11.5),
    ("lupp_bullied", "hs", "2080"): (8.25, 8.5, 8.0),
    ("lupp_bullied", "hs", "2081"): (13.25, 13.5, 12.75),
    ("lupp_bullied", "hs", "2039"): (None, None, None),
    ("lupp_sleep", "hs", "0020"): (55.5, 54.5, 56.5),
    ("lupp_sleep", "hs", "2080"): (52.5, 50.5, 54.5),
    ("lupp_sleep", "hs", "2039"): (None, None, None),
    ("lupp_stay", "hs", "0020"): (30.5, 29.5, 31.5),
    ("lupp_stay", "hs", "2080"): (40.5, 39.5, 41.5),
    ("lupp_stay", "hs", "2039"): (None, None, None),
    ("elsa_sad", "elsa", "0020"): (9.5, 10.5, 8.5),
    ("elsa_sad", "elsa", "2080"): (10.75,),
    ("hlv_trust", "adults", "0020"): (28.5, 27.5, 29.5),
    ("hlv_trust", "adults", "2080"): (33.25, 32.5, 34.5),
}
SOURCES = {"hs": "lupp", "elsa": "elsa", "adults": "hlv"}
# Verdict and q-value on Falun's and Åkersby's difference from the county.
VERDICTS = {
    ("lupp_safe", "2080"): ("worse", 0.01),
    ("lupp_bullied", "2080"): ("better", 0.2),
    ("lupp_sleep", "2080"): ("similar", 0.8),
    ("lupp_stay", "2080"): ("higher", 0.001),
    ("hlv_trust", "2080"): ("worse", 0.03),
    ("lupp_bullied", "2081"): ("not testable", None),
}


def add_surveys(made: Any) -> None:
    """Write the rows of all marts about people."""
    for item_id, title, role, target_area, polarity in ITEMS:
        made.add(
            "core.dim_item",
            **{"item_id": item_id, "title": title, "short_title": title, "role": role},
            target_area=target_area,
            polarity=polarity,
        )
    for (item_id, survey, area), shares in SHARES.items():
        for gender, share in zip("TKM", shares, strict=False):
            _estimate(made, item_id, survey, area, gender, share)
        if (item_id, area) in VERDICTS or (shares[0] is None and area != "0020"):
            _difference(made, item_id, survey, area, "county")
    _estimate(made, "lupp_gone", "hs", "0020", "T", 5.5, round=2021)
    # Of another breakdown: nobody's total.
    _estimate(made, "lupp_safe", "hs", "2080", "T", 1.5, family="one")
    _difference(made, "lupp_safe", "hs", "2080", "previous_round", ("similar", 0.9))
    _of_the_county(made)
    for area, survey, n, hidden in (
        *(("2080", "hs", 316, False), ("2081", "hs", 44, False), ("2039", "hs", None, True)),
        *(("0020", "hs", 2840, False), ("2080", "adults", 513, False)),
    ):
        made.add(
            "survey.response",
            **{"source": SOURCES[survey], "round": 2024, "survey": survey, "basis": "home"},
            area_id=area,
            n_answers=n,
            response_rate_pct=90.5 if survey == "hs" and not hidden else None,
            is_suppressed=hidden,
        )
    made.add(
        "survey.coverage",
        **{"round": 2024, "area_id": "2080", "grade": "all", "n_seen": 85},
        coverage_pct=61.0,
        is_low_coverage=True,
        is_suppressed=False,
    )


def _key(item_id: str, survey: str, area: str, round: int = 2024) -> dict[str, Any]:
    found = {"source": SOURCES[survey], "round": round, "survey": survey, "basis": "home"}
    return {**found, "item_id": item_id, "area_id": area}


def _estimate(
    made: Any,
    item_id: str,
    survey: str,
    area: str,
    gender: str,
    share: float | None,
    round: int = 2024,
    **breakdown: str,
) -> None:
    made.add(
        "survey.estimate",
        **_key(item_id, survey, area, round),
        **(TOTALS | breakdown),
        gender=gender,
        n=None if share is None else 120,
        share_pct=share,
        ci_lower_pct=None if share is None else share - 4,
        ci_upper_pct=None if share is None else share + 5,
        is_demonstration=True,
        is_suppressed=share is None,
    )


def _difference(
    made: Any,
    item_id: str,
    survey: str,
    area: str,
    benchmark: str,
    given: tuple[str, float | None] | None = None,
) -> None:
    verdict, q = given or VERDICTS.get((item_id, area), (None, None))
    made.add(
        "survey.difference",
        **_key(item_id, survey, area),
        **TOTALS,
        gender="T",
        benchmark=benchmark,
        benchmark_round=2024 if benchmark == "county" else 2021,
        difference_pct=None if verdict is None else 1.0,
        verdict=verdict,
        verdict_reason="fewer than 30 answers" if verdict == "not testable" else None,
        p_value=q,
        q_value=q,
        is_suppressed=verdict is None,
    )


def _of_the_county(made: Any) -> None:
    for dimension, estimate, hidden in (("education", -7.5, False), ("income", None, True)):
        made.add(
            "survey.gradient",
            **_key("hlv_trust", "adults", "0020"),
            gender="T",
            dimension=dimension,
            measure="sii",
            estimate=estimate,
            ci_lower=None if hidden else -10.25,
            ci_upper=None if hidden else -4.75,
            is_suppressed=hidden,
        )
    for country, share in (("SE", 26.25), ("EU", 31.75), ("OV", None)):
        _estimate(made, "hlv_trust", "adults", "0020", "T", share, birth_country=country)
    for family, share in (("both", 7.25), ("one", 12.25)):
        _estimate(made, "elsa_sad", "elsa", "0020", "T", share, family=family)
    for area, shares in (("0020", (8.25, 11.75)), ("2039", (None, None))):
        for grade, share in zip(("4", "7"), shares, strict=True):
            made.add(
                "survey.emq_indicator",
                **{"emq_area": "sad", "respondent": "pupil", "item_id": "elsa_sad"},
                **{"area_id": area, "grade": grade, "gender": "T", "year": 2024},
                share_pct=share,
                ci_lower_pct=None if share is None else share - 1,
                ci_upper_pct=None if share is None else share + 1,
                is_suppressed=share is None,
            )
