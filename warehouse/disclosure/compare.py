"""`jamlik compare-disclosure`: what other rules would leave open, before a release.

What belongs here: changing the rules and counting. What does not: publishing; nothing is
written, and what is printed are totals.
"""

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from warehouse.disclosure.configuration import Configuration, read_configuration
from warehouse.disclosure.deciding import OPEN
from warehouse.disclosure.reading import Question, Survey
from warehouse.disclosure.releasing import Decided, decide_release, tasks_of
from warehouse.errors import InputError
from warehouse.settings import Settings, load_settings

HEADER = (
    f"{'table':<16} {'round':>5} {'cells':>8} {'open %':>7} {'people in open finest cells %':>30}"
)


@dataclass(frozen=True)
class Alternative:
    """Rules to try.

    Args:
        threshold: Of numerators; None as in the file.
        base: Of persons; None as in the file.
        without: Tables that are left out.
        merged: Categories that become one, per breakdown ("85+" into "65-84").
    """

    threshold: int | None = None
    base: int | None = None
    without: tuple[str, ...] = ()
    merged: Mapping[str, tuple[tuple[str, ...], ...]] | None = None


def run(options: argparse.Namespace) -> int:
    """Print the file's rules and the alternative side by side."""
    settings = load_settings()
    merged: dict[str, tuple[tuple[str, ...], ...]] = {}
    for one in options.merge:
        column, _, names = one.partition("=")
        merged[column] = (*merged.get(column, ()), tuple(names.split(",")))
    wanted = Alternative(options.threshold, options.base, tuple(options.without_table), merged)
    for title, alternative in (("as disclosure.yml says", Alternative()), ("instead", wanted)):
        print(f"{title}\n{HEADER}")
        for line in measure(settings, alternative, options.source):
            print(line)
    return 0


def measure(settings: Settings, alternative: Alternative, source: str | None = None) -> list[str]:
    """What an alternative leaves open of the build as it is, without earlier releases.

    Raises:
        InputError: It names a table, column or category that is not there, the file lacks
            thresholds, or there is nothing to measure.
    """
    from warehouse.publish.protection import surveys_of_build

    given = read_configuration(settings.disclosure)
    for fault in given.faults.values():
        raise fault
    configuration = _changed(given, alternative)
    tables = tuple(t for t in configuration.tables if source in (None, t.source))
    configuration = replace(configuration, tables=tables)
    if not settings.paths.build.is_file():
        raise InputError(f"There is no build file {settings.paths.build}.", "Run `make run` first.")
    surveys = surveys_of_build(settings, configuration)
    if not surveys:
        raise InputError("The build has no answers in a table of disclosure.yml.", "Load a survey.")
    for column, groups in (alternative.merged or {}).items():
        _require_categories(surveys, column, groups)
        for group in groups:
            surveys = [_merge(survey, column, group) for survey in surveys]
    decided = decide_release(tasks_of(surveys, configuration.sources), settings.threads)
    found: dict[tuple[str, str], list[Decided]] = {}
    for one in decided:
        found.setdefault((one.survey.rule.name, str(one.survey.universe[0])), []).append(one)
    return [_line(name, year, group) for (name, year), group in found.items()]


def _require_categories(
    surveys: Sequence[Survey], column: str, groups: Sequence[Sequence[str]]
) -> None:
    found = [survey.frame for survey in surveys if column in survey.frame.by]
    if not found:
        raise InputError(f"No table is split by {column}.", "Name a breakdown of a table.")
    known = sorted({name for one in found for name in one.categories[one.by.index(column)]})
    for group in groups:
        unknown = sorted({*group} - {*known})
        if unknown or len(group) < 2:
            raise InputError(
                f"{','.join(group)} are not two or more categories of {column}.",
                f"Categories: {', '.join(known)}.",
            )


def _changed(configuration: Configuration, alternative: Alternative) -> Configuration:
    names = [table.name for table in configuration.tables]
    for name in alternative.without:
        if name not in names:
            raise InputError(f"There is no table {name}.", f"Tables: {', '.join(names)}.")
    if (alternative.threshold or 2) < 2 or (alternative.base or 2) < 2:
        raise InputError("A threshold below 2 hides no person's answer.", "Give 2 or more.")
    sources = {
        name: replace(
            one,
            threshold=alternative.threshold or one.threshold,
            base=alternative.base or one.base,
        )
        for name, one in configuration.sources.items()
    }
    tables = tuple(table for table in configuration.tables if table.name not in alternative.without)
    return replace(configuration, sources=sources, tables=tables)


def _merge(survey: Survey, column: str, names: Sequence[str]) -> Survey:
    """A survey in which several categories are one."""
    if column not in survey.frame.by:
        return survey
    at = survey.frame.by.index(column)
    questions = []
    for question in survey.questions:
        counts = question.counts
        known = counts.frame.categories[at]
        chosen = [known.index(name) for name in names if name in known]
        if len(chosen) < 2:
            questions.append(question)
            continue
        kept = [*known, "+".join(known[one] for one in chosen)]
        for one in chosen:
            kept.remove(known[one])
        categories = list(counts.frame.categories)
        categories[at] = tuple(kept)
        n = _summed(counts.n, at + 1, chosen)
        parts = _summed(counts.parts, at + 2, chosen)
        frame = replace(counts.frame, categories=tuple(categories))
        merged = replace(counts, frame=frame, n=n, parts=parts)
        questions.append(Question(question.items, merged))
    frames = [question.counts.frame for question in questions]
    widest = max(frames, key=lambda one: len(one.categories[at]))
    return replace(survey, frame=widest, questions=tuple(questions))


def _summed(array: np.ndarray, axis: int, chosen: Sequence[int]) -> np.ndarray:
    """Categories of an axis as one, the last before the total."""
    together = np.take(array, list(chosen), axis).sum(axis, keepdims=True)
    rest = np.delete(array, list(chosen), axis)
    return np.concatenate([np.delete(rest, -1, axis), together, np.take(rest, [-1], axis)], axis)


def _line(name: str, year: str, group: Sequence[Decided]) -> str:
    cells, opened, people, whole = 0, 0, 0, 0
    for one in group:
        for found in one.decisions:
            frame, counts = found.frame, found.question.counts
            is_open = (found.n == OPEN) & (found.parts == OPEN).all(axis=0)
            areas = slice(None, -1) if frame.has_county else slice(None)
            finest: Any = (
                areas,
                *(slice(None, -1) if known else slice(None) for known in frame.categories),
            )
            cells += is_open.size
            opened += int(is_open.sum())
            people += int(counts.n[finest][is_open[finest]].sum())
            totals: Any = (slice(None), *(-1 for _ in frame.categories))
            whole += int(counts.n[totals][areas].sum())
    shares = f"{100 * opened / max(cells, 1):7.1f} {100 * people / max(whole, 1):30.0f}"
    return f"{name:<16} {year:>5} {cells:>8} {shares}"
