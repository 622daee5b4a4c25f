"""`disclosure.json`: the rules, as every release tells them to its readers.

What belongs here: what a reader may know of how cells are hidden. What does not: why a cell is
hidden, and who approved it.
"""

import json
from collections.abc import Collection, Mapping
from typing import Any

from warehouse.disclosure.configuration import Configuration, TableRule

FILE = "disclosure.json"
SENTENCE = (
    "Rows with is_suppressed carry no number: few people stand behind it, or behind another one "
    "that would follow from it."
)


def public_rules(
    configuration: Configuration, people: Mapping[str, Collection[str]]
) -> dict[str, Any]:
    """The rules of a release.

    Args:
        configuration: `disclosure.yml`.
        people: Sources that each published mart is made from.
    """
    tables = [table for table in configuration.tables if table.source in people.get(table.mart, ())]
    sources = sorted({table.source for table in tables})
    rules = {source: configuration.sources[source] for source in sources}
    held = {"held_back": list(configuration.held_back)} if configuration.held_back else {}
    return {
        "version": 1,
        "about": SENTENCE,
        "sources": {
            source: {"threshold": one.threshold, "base": one.base} for source, one in rules.items()
        },
        "questions": [
            {
                "items": {item: list(answers) for item, answers in question.items.items()},
                "everybody": question.is_everybody,
            }
            for one in rules.values()
            for question in one.questions
        ],
        "tables": [_table(configuration, table) for table in tables],
        **held,
    }


def _table(configuration: Configuration, table: TableRule) -> dict[str, Any]:
    mart = configuration.marts[table.mart]
    return {
        "mart": table.mart,
        "where": dict(table.where),
        "each": [*mart.universe, *([mart.item] if mart.item else [])],
        "areas": list(table.areas),
        "by": list(table.by),
        "others": list(table.by),
        "n": mart.n,
        "parts": list(mart.parts or {}),
    }


def rules_text(rules: Mapping[str, Any]) -> str:
    """The file's text; the same rules give the same bytes."""
    return json.dumps(rules, ensure_ascii=False, indent=2) + "\n"
