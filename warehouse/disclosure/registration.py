"""Every mart that shows people is registered, with all columns of its key.

What belongs here: comparing `disclosure.yml` with the marts there are. What does not: reading
the file (`configuration`).
"""

from collections.abc import Mapping, Sequence

from warehouse.disclosure.configuration import Configuration, Mart
from warehouse.errors import InputError


def require_registered(
    configuration: Configuration,
    people: Mapping[str, Sequence[str]],
    keys: Mapping[str, Sequence[str]],
    columns: Mapping[str, Sequence[str]],
) -> None:
    """Refuse marts that nobody has said how to publish.

    Args:
        configuration: `disclosure.yml`.
        people: Restricted sources that each mart descends from.
        keys: Primary key of each mart.
        columns: Columns of each mart.

    Raises:
        InputError: Names the mart, and the column if one is left over.
    """
    for name in sorted(people):
        if not people[name]:
            continue
        mart = configuration.marts.get(name)
        if mart is None:
            raise InputError(
                f"{name} is made from {', '.join(people[name])} and is not in disclosure.yml.",
                "Say under `marts` how it is published.",
            )
        _require_columns(mart, keys[name], columns[name])
        if mart.kind == "tables":
            tables = {table.source for table in configuration.tables if table.mart == name}
            if not tables & {*people[name]}:
                raise InputError(
                    f"{name} is published as tables, and disclosure.yml lists none of it.",
                    "Add one under `tables`, or write `as: withheld`.",
                )


def _require_columns(mart: Mart, key: Sequence[str], columns: Sequence[str]) -> None:
    named = {*mart.keep, *mart.never, *mart.columns, *(mart.parts or {})}
    named |= {told for names in (mart.parts or {}).values() for told in names}
    if mart.kind == "tables":
        asked = {mart.item} if mart.item else set()
        places = {*mart.universe, *asked, mart.area, *(mart.breakdowns or {})}
        left = set(key) - places - {"source", "basis"}
        if left:
            raise InputError(
                f"{mart.name} has {sorted(left)[0]} in its key, unknown to disclosure.yml.",
                "Add it to the mart's breakdowns with the word for its total, or to its universe.",
            )
        named |= places | {mart.n}
    absent = named - set(columns)
    if absent:
        raise InputError(
            f"disclosure.yml names column {sorted(absent)[0]} of {mart.name}, which has none.",
            "Correct the column's name.",
        )
