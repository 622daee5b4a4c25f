"""Names and texts in SQL.

What belongs here: quoting. What does not: statements.
"""

from collections.abc import Iterable


def quoted(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as an SQL literal, for statements that take no parameters (COMMENT, COPY)."""
    return "'" + text.replace("'", "''") + "'"


def column_list(names: Iterable[str]) -> str:
    """Column names, quoted, with commas."""
    return ", ".join(quoted(name) for name in names)
