"""`jamlik explain-hidden`: why a cell is hidden, for engineers who may see the sealed side.

What belongs here: finding a cell in the ledger and putting its reason in words. What does not:
anything that readers get: a reason tells what the number hides.
"""

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from warehouse.disclosure.configuration import Configuration, Mart, TableRule, read_configuration
from warehouse.disclosure.ledger import LAST_CELLS, Ledger
from warehouse.disclosure.system import TOTAL
from warehouse.disclosure.waiting import read_waiting
from warehouse.errors import InputError
from warehouse.settings import load_settings

IN_WORDS = {
    "open": "open",
    "primary": "few people stand behind it, or behind what it leaves of the persons",
    "secondary": "it would give away another hidden cell",
    "coarsened": "the table could not be protected in this detail",
    "withheld": "the question could not be protected, or a margin that tables share is hidden",
    "frozen": "an earlier release hid it",
    "waiting": "a revision of the question would tell of few people; the earlier numbers stand",
}


@dataclass(frozen=True)
class Cell:
    """A cell of the ledger.

    Args:
        labels: Area and categories.
        column: The mart's column.
        reason: Why; a key of `IN_WORDS`.
        is_waiting: Whether a revision of its question waits.
    """

    labels: tuple[str, ...]
    column: str
    reason: str
    is_waiting: bool = False


def run(options: argparse.Namespace) -> int:
    """Print the reasons of one row of a mart, or what waits.

    Raises:
        InputError: As `explain`; or neither a row nor `--waiting` is asked for.
    """
    settings = load_settings()
    if options.waiting:
        print("\n".join(waiting_lines(Ledger(settings)) or ["No revision waits."]))
        return 0
    if not (options.mart and options.area and options.round):
        raise InputError(
            "Nothing is asked for.", "Give a mart, --area and --round; or --waiting by itself."
        )
    where = dict(one.partition("=")[::2] for one in options.where)
    lines = explain(
        Ledger(settings),
        read_configuration(settings.disclosure),
        options.mart,
        {**where, "round": options.round, "area": options.area, "item": options.item},
    )
    print("\n".join(lines))
    return 0


def waiting_lines(ledger: Ledger) -> list[str]:
    """Which questions of each table and survey wait, and since when.

    Raises:
        InputError: There is no ledger.
        KeyMissing, WrongKey, SealBroken: It cannot be opened.
    """
    _require_ledger(ledger)
    with ledger.reading() as con:
        found = read_waiting(con)
    tables: dict[tuple[str, str], list[tuple[str, datetime]]] = {}
    for (table, universe, items), since in sorted(found.items()):
        asked = "+".join(json.loads(items)) or "persons"
        survey = " ".join(map(str, json.loads(universe)))
        tables.setdefault((table, survey), []).append((asked, since))
    return [
        f"{table} {survey}: {len(asked)} wait: "
        + ", ".join(f"{items} since {since:%Y-%m-%d}" for items, since in asked)
        for (table, survey), asked in tables.items()
    ]


def _require_ledger(ledger: Ledger) -> None:
    if not ledger.is_there:
        raise InputError(
            f"There is no ledger {ledger.path}: nothing about people was published from this data "
            "folder, or its sealed side lies elsewhere.",
            "Run it where the release was made (JAMLIK_DATA_DIR).",
        )


def explain(
    ledger: Ledger, configuration: Configuration, mart_name: str, wanted: Mapping[str, str]
) -> list[str]:
    """Why the numbers of a row are hidden, one line per table and column.

    Args:
        ledger: The sealed ledger.
        configuration: `disclosure.yml`.
        mart_name: A mart that is published as tables.
        wanted: `area`, `item`, and columns of the key; totals where not given.

    Raises:
        InputError: The mart is not published as tables, there is no ledger, or no published table
            has the cell.
        KeyMissing, WrongKey, SealBroken: The ledger cannot be opened.
    """
    mart = configuration.marts.get(mart_name)
    if mart is None or mart.kind != "tables":
        raise InputError(
            f"{mart_name} has no cells of its own.",
            "Ask for the mart that it follows (`of` in disclosure.yml).",
        )
    _require_ledger(ledger)
    unknown = set(wanted) - {"area", "item", "source", *mart.universe, *(mart.breakdowns or {})}
    if unknown:
        raise InputError(
            f"{mart_name} has no column {sorted(unknown)[0]} in its key.",
            f"Columns: {', '.join([*mart.universe, *(mart.breakdowns or {})])}.",
        )
    lines = []
    for rule in configuration.tables:
        if rule.mart == mart_name and wanted.get("source", rule.source) == rule.source:
            lines += _of_table(ledger, rule, mart, wanted)
    if not lines:
        asked = ", ".join(f"{name} {value}" for name, value in wanted.items() if value)
        raise InputError(
            f"No release has such a cell in a table of {mart_name}: {asked}.",
            "Name every column of the row's key that is not a total; a row that is in no table of "
            "disclosure.yml is not published.",
        )
    return lines


def _of_table(ledger: Ledger, rule: TableRule, mart: Mart, wanted: Mapping[str, str]) -> list[str]:
    if any(
        wanted.get(name, total) != total
        for name, total in (mart.breakdowns or {}).items()
        if name not in rule.by
    ):
        return []
    totals = [(mart.breakdowns or {})[by] for by in rule.by]
    labels = [wanted["area"]]
    for by, total in zip(rule.by, totals, strict=True):
        label = wanted.get(by, total)
        labels.append(TOTAL if label == total else label)
    lines = []
    for universe, cells in _cells(ledger, rule, mart, wanted).items():
        here = [cell for cell in cells if cell.labels == tuple(labels)]
        for cell in here:
            words = _words(cell, cells, rule)
            if cell.is_waiting:
                words += f"; waiting: {IN_WORDS['waiting']}"
            lines.append(f"{rule.name} {universe}, {cell.column}: {words}.")
    return lines


def _cells(
    ledger: Ledger, rule: TableRule, mart: Mart, wanted: Mapping[str, str]
) -> dict[str, list[Cell]]:
    """All cells of a question in this table, by survey."""
    with ledger.reading() as con:
        rows = con.execute(
            f"select universe, items, labels, column_no, reason from ({LAST_CELLS.format('')}) "
            "where table_name = ?",
            [rule.name],
        ).fetchall()
        waiting = read_waiting(con)
    parts = list(mart.parts or {})
    found: dict[str, list[Cell]] = {}
    for universe_text, items_text, labels, column, reason in rows:
        universe, items = json.loads(universe_text), json.loads(items_text)
        given = dict(zip(mart.universe, map(str, universe), strict=True))
        if wanted["item"] not in items or any(
            name in wanted and wanted[name] != value for name, value in given.items()
        ):
            continue
        first = items.index(wanted["item"]) * len(parts)
        if column >= 0 and not first <= column < first + len(parts):
            continue
        name = mart.n if column < 0 else parts[column - first]
        survey = " ".join(map(str, universe))
        waits = (rule.name, universe_text, items_text) in waiting
        found.setdefault(survey, []).append(Cell(tuple(json.loads(labels)), name, reason, waits))
    return found


def _words(cell: Cell, cells: Sequence[Cell], rule: TableRule) -> str:
    words = f"{cell.reason}: {IN_WORDS[cell.reason]}" if cell.reason != "open" else "open"
    if cell.reason != "secondary":
        return words
    because = _margins(cell, cells, rule, ("primary",)) or _margins(
        cell, cells, rule, tuple(IN_WORDS.keys() - {"open"})
    )
    return f"{words}, because of {because or 'several margins together'}"


def _margins(cell: Cell, cells: Sequence[Cell], rule: TableRule, reasons: Sequence[str]) -> str:
    """Lines of the table in which the cell stands beside cells hidden for these reasons."""
    margins = []
    for at, dimension in enumerate(("area", *rule.by)):
        others = [
            one.labels[at]
            for one in cells
            if one.column == cell.column
            and one.reason in reasons
            and one.labels[at] != cell.labels[at]
            and one.labels[:at] + one.labels[at + 1 :] == cell.labels[:at] + cell.labels[at + 1 :]
        ]
        if others:
            margins.append(f"the margin over {dimension} (with {', '.join(sorted(others))})")
    return "; ".join(margins)
