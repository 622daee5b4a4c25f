"""Reading the build's marts into counts.

What belongs here: rows of a mart as arrays, survey by survey. What does not: judging them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import duckdb
import numpy as np

from warehouse.disclosure.configuration import Mart, SourceRules, TableRule
from warehouse.disclosure.system import Counts, Frame, answers_of
from warehouse.errors import InputError
from warehouse.tables.counts import Ints

Key = tuple[object, ...]


@dataclass(frozen=True)
class Question:
    """The counts of items made from one question, in one survey; or of persons alone.

    Args:
        items: Items of the mart; one empty text where it has none.
        counts: One column per item and part.
    """

    items: tuple[str, ...]
    counts: Counts


@dataclass(frozen=True)
class Survey:
    """One table in one survey.

    Args:
        rule: The table.
        mart: Its mart.
        universe: Which survey: values of the mart's universe columns.
        frame: All areas and categories that anybody of the survey is in.
        questions: In order of their items.
    """

    rule: TableRule
    mart: Mart
    universe: Key
    frame: Frame
    questions: tuple[Question, ...]

    @property
    def name(self) -> str:
        """The table and the survey, for messages."""
        return " ".join([self.rule.name, *map(str, self.universe)])


def read_surveys(
    con: duckdb.DuckDBPyConnection,
    relation: str,
    rule: TableRule,
    mart: Mart,
    rules: SourceRules,
    county: str,
) -> Iterator[Survey]:
    """One table's counts, survey by survey.

    Args:
        con: Sees the mart.
        relation: The mart, as SQL.
        rule: The table.
        mart: How its columns are called.
        rules: Of its source.
        county: The county's area id.

    Raises:
        InputError: A question's items are not answered by the same people.
    """
    rows = _rows(con, relation, rule, mart, county)
    for universe in sorted({row[0] for row in rows}, key=lambda key: tuple(map(str, key))):
        yield _survey([row for row in rows if row[0] == universe], rule, mart, rules, county)


# Universe, item, area, categories, persons, parts.
Row = tuple[Key, str, str, tuple[str, ...], int, tuple[int, ...]]


def _rows(
    con: duckdb.DuckDBPyConnection, relation: str, rule: TableRule, mart: Mart, county: str
) -> list[Row]:
    breakdowns, parts = mart.breakdowns or {}, list(mart.parts or {})
    conditions = {**rule.where, **{k: v for k, v in breakdowns.items() if k not in rule.by}}
    names = [*mart.universe, mart.item or "''", mart.area, *rule.by, mart.n, *parts]
    where = [f"{name} = ?" for name in conditions]
    if "municipality" not in rule.areas:
        where.append(f"{mart.area} = '{county}'")
    found = con.execute(
        f"select {', '.join(names)} from {relation} where {' and '.join(where)}",
        list(conditions.values()),
    ).fetchall()
    first, last = len(mart.universe), len(names) - len(parts) - 1
    return [
        (
            row[:first],
            row[first],
            row[first + 1],
            row[first + 2 : last],
            int(row[last]),
            tuple(int(one or 0) for one in row[last + 1 :]),
        )
        for row in found
    ]


def _survey(
    rows: Sequence[Row], rule: TableRule, mart: Mart, rules: SourceRules, county: str
) -> Survey:
    totals = tuple((mart.breakdowns or {})[name] for name in rule.by)
    by_item: dict[str, list[Row]] = {}
    for row in rows:
        by_item.setdefault(row[1], []).append(row)
    name = " ".join([rule.name, *map(str, rows[0][0])])
    frame = _frame(name, rows, rule, totals, county)
    questions = []
    # Changes between two grades have two parts; those of two items of one question may cross.
    is_one_part = len(mart.parts or {}) == 1
    asked = sorted(by_item)
    for items in rules.questions_of(asked) if is_one_part else [(item,) for item in asked]:
        own = [row for item in items for row in by_item[item]]
        part_frame = _frame(f"{name} {', '.join(items)}", own, rule, totals, county, frame.areas)
        questions.append(_question(items, by_item, part_frame, mart, rules, totals))
    return _without_single(Survey(rule, mart, rows[0][0], frame, tuple(questions)))


def _without_single(survey: Survey) -> Survey:
    """The survey without breakdowns that have one category, which everybody is in."""
    frames = [survey.frame, *(question.counts.frame for question in survey.questions)]
    only = [""] * len(survey.frame.by)
    for at in range(len(only)):
        of_axis = {frame.categories[at] for frame in frames}
        everybody = all(
            (np.take(array, 0, at - len(only)) == np.take(array, -1, at - len(only))).all()
            for question in survey.questions
            for array in (question.counts.n, question.counts.parts)
        )
        if len(of_axis) == 1 and len(frames[0].categories[at]) == 1 and everybody:
            only[at] = frames[0].categories[at][0]
    if not any(only):
        return survey

    def frame_of(frame: Frame) -> Frame:
        known = tuple(
            () if one else of_axis for one, of_axis in zip(only, frame.categories, strict=True)
        )
        return replace(frame, categories=known, only=tuple(only))

    totals: tuple[Any, ...] = (
        ...,
        *(slice(-1, None) if one else slice(None) for one in only),
    )
    questions = tuple(
        replace(
            question,
            counts=replace(
                question.counts,
                frame=frame_of(question.counts.frame),
                n=question.counts.n[totals],
                parts=question.counts.parts[totals],
            ),
        )
        for question in survey.questions
    )
    return replace(survey, frame=frame_of(survey.frame), questions=questions)


def _frame(
    name: str,
    rows: Sequence[Row],
    rule: TableRule,
    totals: tuple[str, ...],
    county: str,
    areas: tuple[str, ...] = (),
) -> Frame:
    """Areas that took part and categories that somebody is in.

    What a survey, or a question, does not have is not a cell. A single person in a category
    makes it one everywhere.
    """
    present = {row[2] for row in rows}
    if not areas:
        municipalities = sorted(present - {county}) if "municipality" in rule.areas else []
        areas = (
            *municipalities,
            *([county] if county in present and "county" in rule.areas else []),
        )
    published = _published(rule)
    categories = tuple(
        tuple(
            sorted(
                category
                for category in {row[3][at] for row in rows if row[4]} - {totals[at]}
                if not published.get(by) or category in published[by]
            )
        )
        for at, by in enumerate(rule.by)
    )
    return Frame(name, areas, len(areas) > 1 and areas[-1] == county, rule.by, categories)


def _published(rule: TableRule) -> Mapping[str, tuple[str, ...]]:
    """Breakdowns of which only some categories are published; the others are in totals only."""
    return {"gender": ("K", "M")}


def _question(
    items: tuple[str, ...],
    by_item: Mapping[str, list[Row]],
    frame: Frame,
    mart: Mart,
    rules: SourceRules,
    totals: tuple[str, ...],
) -> Question:
    parts = list(mart.parts or {})
    persons, columns, names = [], [], []
    for item in items:
        n, counts = _arrays(by_item[item], frame, len(parts), totals)
        persons.append(n)
        columns += list(counts)
        names += [f"{item} {part}".strip() for part in parts]
    if any((one != persons[0]).any() for one in persons):
        raise InputError(
            f"{frame.name}: items of one question are not answered by the same people.",
            "Leave all of them but one out of the codebook, or correct the file.",
        )
    stacked = np.stack(columns) if columns else np.zeros((0, *frame.shape), dtype=np.int64)
    # Items of one question have one part each: their columns are the items'.
    answers = rules.answers_of(items) if len(items) > 1 else answers_of(tuple(names))
    return Question(items, Counts(frame, replace(answers, names=tuple(names)), persons[0], stacked))


def _arrays(
    rows: Sequence[Row], frame: Frame, parts: int, totals: tuple[str, ...]
) -> tuple[Ints, Ints]:
    n = np.zeros(frame.shape, dtype=np.int64)
    counts = np.zeros((parts, *frame.shape), dtype=np.int64)
    places = [{area: at for at, area in enumerate(frame.areas)}] + [
        {name: at for at, name in enumerate((*known, total))}
        for known, total in zip(frame.categories, totals, strict=True)
    ]
    for _, _, area, labels, persons, found in rows:
        words = zip(places, (area, *labels), strict=True)
        place = tuple(known.get(label, -1) for known, label in words)
        if min(place) >= 0:
            n[place] = persons
            everywhere: Any = (slice(None), *place)
            counts[everywhere] = found
    return n, counts
