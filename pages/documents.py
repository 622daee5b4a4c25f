"""What each page's JSON holds: the page's content for machines, in no language.

What belongs here: plain dictionaries of areas, indicators, verdicts and series. What does not:
words (`cards.py`) and files (`build.py`).
"""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from pages.model import Gap, GenderGap, Indicator, Point, Published, Series
from pages.survey_model import Answer, GroupShares, Round, Share, Slope
from pages.words import Statement, side_of, trend_code


def release(published: Published) -> dict[str, Any]:
    """The release: only in documents that change with every one."""
    return {"release": published.about.release_id, "created": published.about.created}


def about(published: Published) -> dict[str, Any]:
    """Whom to name."""
    sources = sorted({i.source for i in published.indicators.values()})
    return {
        "is_demonstration": published.is_demonstration,
        "attribution_of_values": [f"Källa: {source}" for source in sources],
        "attribution_of_verdicts": [
            f"Egen bearbetning av data från {source}" for source in sources
        ],
    }


def indicator_document(indicator: Indicator) -> dict[str, Any]:
    """What an indicator is."""
    return asdict(indicator)


def series_document(series: Series) -> dict[str, Any]:
    """Verdicts on the latest value, and all points."""
    return {
        "indicator_id": series.indicator.indicator_id,
        "area_id": series.area.area_id,
        "latest_year": series.latest.year_end if series.latest else None,
        "against": {name: _gap(gap) for name, gap in series.gaps.items()},
        "women_and_men": _gender(series.gender),
        "trends": {name: trend_code(trend) for name, trend in sorted(series.trends.items())},
        "points": [_point(point) for point in series.points],
    }


def statement_documents(statements: Iterable[Statement]) -> list[dict[str, Any]]:
    """The statements of a summary: key, numbers, ids of the indicators named."""
    return [
        {
            "statement": one.key,
            **one.values,
            "indicators": [i.indicator_id for i in one.indicators],
        }
        for one in statements
    ]


def _gap(gap: Gap) -> dict[str, Any]:
    side = side_of(gap)
    return {
        "difference": gap.difference,
        "interval": gap.interval,
        "says": side.code,
        "verdict": gap.verdict,
        "verdict_reason": gap.verdict_reason,
        "p_value": gap.p_value,
        "q_value": gap.q_value,
        "rank": gap.rank,
        "n_areas": gap.n_areas,
    }


def _gender(gap: GenderGap | None) -> dict[str, Any] | None:
    return None if gap is None else {**asdict(gap), "says": side_of(gap).code}


def _point(point: Point) -> dict[str, Any]:
    cells = {
        gender: cell.value
        if cell.absence is None
        else {"absence": cell.absence, "status": cell.status}
        for gender, cell in point.cells.items()
    }
    return {
        "year_start": point.year_start,
        "year_end": point.year_end,
        **cells,
        "interval": point.interval,
        **point.benchmarks,
    }


def round_document(this: Round) -> dict[str, Any]:
    """A survey's round in an area; what is hidden has no number."""
    return {
        "source": this.source,
        "survey": this.survey,
        "round": this.year,
        "n_answers": this.n_answers,
        "response_rate_pct": this.response_pct,
        "is_low_coverage": this.is_low_coverage,
        "items": [_answer(answer) for answer in this.answers],
        "not_asked": [item.item_id for item in this.not_asked],
    }


def _answer(answer: Answer) -> dict[str, Any]:
    return {
        "item_id": answer.item.item_id,
        "role": answer.item.role,
        **{gender: share_document(share) for gender, share in answer.shares.items()},
        "county": None if answer.county is None else share_document(answer.county),
        "against": {name: gap and _gap(gap) for name, gap in answer.gaps.items()},
    }


def share_document(share: Share) -> dict[str, Any]:
    """A share, or that it is hidden."""
    if share.is_hidden:
        return {"absence": "hidden"}
    return {"share_pct": share.value, "interval": share.interval, "n": share.n}


def slope_document(slope: Slope) -> dict[str, Any]:
    """A gradient, or that it is hidden."""
    found = {"item_id": slope.item.item_id, "dimension": slope.dimension, "round": slope.year}
    if slope.is_hidden:
        return {**found, "absence": "hidden"}
    return {**found, "gap_pct": slope.gap, "interval": slope.interval, "reason": slope.reason}


def group_document(group: GroupShares) -> dict[str, Any]:
    """Shares by groups."""
    return {
        "item_id": group.item.item_id,
        "round": group.year,
        "shares": {name: share_document(share) for name, share in group.shares.items()},
    }
