"""Reading what surveys say of each area: the latest round, from the published marts only.

What belongs here: which rows are read, and putting them together. What does not: the shapes
(`survey_model.py`) and what may be said of them (`survey_words.py`).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import duckdb

from pages.marts import ALL, BREAKDOWNS, FOCUS, Rows, columns_of, rows_of
from pages.model import Gap, Item
from pages.survey_model import (
    PREVIOUS,
    SURVEYS,
    Answer,
    GroupShares,
    Round,
    Share,
    Slope,
    Surveys,
)


def read_surveys(con: duckdb.DuckDBPyConnection, county_id: str | None) -> Surveys:
    """What the surveys of the shown areas say; nothing where the file has no such marts."""
    columns = columns_of(con)
    if "survey.estimate" not in columns:
        return Surveys()
    items = {row["item_id"]: Item(**row) for row in rows_of(con, "core.dim_item")}
    reader = _Reader(con, columns, items, county_id)
    rounds = reader.rounds()
    county = [(r.source, r.survey, r.year) for r in rounds.get(county_id or "", ())]
    return Surveys(
        rounds,
        reader.slopes(county),
        {breakdown: reader.by(breakdown, county) for breakdown in GROUPS},
        reader.grades(),
        reader.is_demonstration,
    )


# Breakdowns that the county's page shows in tables of their own.
GROUPS = ("birth_country", "family")


class _Reader:
    """One pass over the marts about people."""

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        columns: Mapping[str, set[str]],
        items: Mapping[str, Item],
        county_id: str | None,
    ) -> None:
        self.con, self.columns, self.items, self.county_id = con, columns, items, county_id
        self.is_demonstration = False

    def _totals(self, mart: str, but: str = "") -> str:
        """Condition on rows of everybody but for gender, and for the breakdown named."""
        present = [b for b in BREAKDOWNS if b in self.columns[mart] and b != but]
        return " and ".join(["basis = 'home'", *(f"{b} = '{ALL}'" for b in present)])

    def rounds(self) -> dict[str, list[Round]]:
        """The latest round of each survey, by area."""
        where = f"where {FOCUS} and gender in ('T', 'K', 'M') and "
        shares = self._by_round("survey.estimate", where + self._totals("survey.estimate"))
        self.is_demonstration = any(
            row["is_demonstration"] for rows in shares.values() for row in rows
        )
        gaps = self._by_round(
            "survey.difference",
            f"where {FOCUS} and gender = 'T' and " + self._totals("survey.difference"),
        )
        counts = self._by_round("survey.response", f"where {FOCUS} and basis = 'home'")
        low = {
            (row["area_id"], row["round"])
            for row in rows_of(self.con, "survey.coverage", f"where {FOCUS} and grade = '{ALL}'")
            if row["is_low_coverage"]
        }
        asked: dict[tuple[str, str], set[str]] = defaultdict(set)
        for (_, source, survey, _), rows in shares.items():
            asked[source, survey] |= {row["item_id"] for row in rows}
        found: dict[str, list[Round]] = defaultdict(list)
        for key in _latest(shares):
            area_id, source, survey, year = key
            of_county = shares.get((self.county_id or "", source, survey, year), [])
            answers = self._answers(
                shares[key], of_county if area_id != self.county_id else [], gaps.get(key, [])
            )
            told = counts.get(key, [{}])[0]
            missing = asked[source, survey] - {a.item.item_id for a in answers}
            rounds = [g["benchmark_round"] for g in gaps.get(key, []) if g["benchmark"] == PREVIOUS]
            found[area_id].append(
                Round(
                    source,
                    survey,
                    year,
                    told.get("n_answers"),
                    told.get("response_rate_pct"),
                    bool(told.get("is_suppressed")),
                    source == "elsa" and (area_id, year) in low,
                    answers,
                    _ordered(self.items[i] for i in missing),
                    max((r for r in rounds if r is not None), default=None),
                )
            )
        return dict(found)

    def _by_round(self, mart: str, where: str) -> dict[tuple[str, str, str, int], Rows]:
        grouped: dict[tuple[str, str, str, int], Rows] = defaultdict(list)
        for row in rows_of(self.con, mart, f"{where}"):
            grouped[row["area_id"], row["source"], row["survey"], row["round"]].append(row)
        return grouped

    def _answers(self, rows: Rows, of_county: Rows, gaps: Rows) -> list[Answer]:
        shares: dict[str, dict[str, Share]] = defaultdict(dict)
        for row in rows:
            shares[row["item_id"]][row["gender"]] = _share(row)
        county = {row["item_id"]: _share(row) for row in of_county if row["gender"] == "T"}
        compared: dict[str, dict[str, Gap | None]] = defaultdict(dict)
        for row in gaps:
            compared[row["item_id"]][row["benchmark"]] = None if row["is_suppressed"] else _gap(row)
        return [
            Answer(
                item,
                shares[item.item_id],
                county.get(item.item_id),
                compared.get(item.item_id, {}),
            )
            for item in _ordered(self.items[i] for i in shares)
        ]

    def slopes(self, rounds: Iterable[tuple[str, str, int]]) -> list[Slope]:
        """The county's gradients in the latest rounds."""
        rows = rows_of(
            self.con,
            "survey.gradient",
            f"where area_id = '{self.county_id}' and basis = 'home' and gender = 'T' "
            "and measure = 'sii' and dimension in ('education', 'income')",
        )
        latest = set(rounds)
        return [
            self._slope(row)
            for row in rows
            if (row["source"], row["survey"], row["round"]) in latest
        ]

    def _slope(self, row: Mapping[str, Any]) -> Slope:
        item = self.items[row["item_id"]]
        interval = _limits(row["ci_lower"], row["ci_upper"])
        gap = row["estimate"]
        # The mart's slope runs from the least to the most advantaged, in the item's own unit.
        if gap is not None and item.polarity < 0:
            gap, interval = -gap, interval and (-interval[1], -interval[0])
        return Slope(
            item,
            row["survey"],
            row["round"],
            row["dimension"],
            gap,
            interval,
            bool(row["is_suppressed"]),
            row["reason"],
        )

    def by(self, breakdown: str, rounds: Iterable[tuple[str, str, int]]) -> list[GroupShares]:
        """The county's shares by a breakdown in the latest rounds; none in a file without it."""
        if breakdown not in self.columns["survey.estimate"]:
            return []
        rows = rows_of(
            self.con,
            "survey.estimate",
            f"where area_id = '{self.county_id}' and gender = 'T' and {breakdown} <> '{ALL}' and "
            + self._totals("survey.estimate", breakdown),
            breakdown,
        )
        latest = set(rounds)
        grouped: dict[tuple[str, str, int], dict[str, Share]] = defaultdict(dict)
        for row in rows:
            if (row["source"], row["survey"], row["round"]) in latest:
                key = (row["survey"], row["item_id"], row["round"])
                grouped[key][row[breakdown]] = _share(row)
        return self._groups(grouped)

    def grades(self) -> dict[str, list[GroupShares]]:
        """EMQ's areas by grade in the latest school year, for areas where any of it is open."""
        rows = rows_of(self.con, "survey.emq_indicator", f"where {FOCUS} and gender = 'T'")
        last: dict[str, int] = {}
        for row in rows:
            last[row["area_id"]] = max(row["year"], last.get(row["area_id"], row["year"]))
        grouped: dict[str, dict[tuple[str, str, int], dict[str, Share]]] = {}
        for row in rows:
            if row["year"] == last[row["area_id"]]:
                of_area = grouped.setdefault(row["area_id"], defaultdict(dict))
                of_area["elsa", row["item_id"], row["year"]][row["grade"]] = _share(row)
        return {
            area_id: self._groups(of_area)
            for area_id, of_area in grouped.items()
            if any(not s.is_hidden for shares in of_area.values() for s in shares.values())
        }

    def _groups(
        self, grouped: Mapping[tuple[str, str, int], Mapping[str, Share]]
    ) -> list[GroupShares]:
        found = [
            GroupShares(self.items[item_id], survey, year, shares)
            for (survey, item_id, year), shares in grouped.items()
        ]
        return sorted(found, key=lambda g: (SURVEYS.index(g.survey), _place(g.item)))


def _latest(shares: Iterable[tuple[str, str, str, int]]) -> list[tuple[str, str, str, int]]:
    last: dict[tuple[str, str, str], int] = {}
    for area_id, source, survey, year in shares:
        key = (area_id, source, survey)
        last[key] = max(year, last.get(key, year))
    found = [(*key, year) for key, year in last.items()]
    return sorted(found, key=lambda key: (key[0], SURVEYS.index(key[2])))


def _share(row: Mapping[str, Any]) -> Share:
    return Share(
        row["share_pct"],
        _limits(row["ci_lower_pct"], row["ci_upper_pct"]),
        row.get("n"),
        bool(row["is_suppressed"]),
        row.get("reason"),
    )


def _limits(lower: float | None, upper: float | None) -> tuple[float, float] | None:
    return None if lower is None or upper is None else (lower, upper)


def _gap(row: Mapping[str, Any]) -> Gap:
    return Gap(
        row["benchmark"],
        row["difference_pct"],
        row["gap_direction"],
        _limits(row["ci_lower_pct"], row["ci_upper_pct"]),
        row["verdict"],
        row["verdict_reason"],
        row["p_value"],
        row["q_value"],
        None,
        None,
    )


def _place(item: Item) -> tuple[int, str]:
    return (99 if item.target_area is None else item.target_area), item.item_id


def _ordered(items: Iterable[Item]) -> list[Item]:
    return sorted(items, key=_place)
