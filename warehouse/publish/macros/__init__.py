"""Table macros of the published file: questions with an argument.

What belongs here: one `.sql` file per macro, plain SQL that names schemas only, and which
tables it reads. What does not: tables and views.

DuckDB looks up names in a macro where it is called. So a macro works in the file under any
name, and in an attached file after `use`; the comment on it says so.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from warehouse.publish.contract import TableContract
from warehouse.sql import literal


@dataclass(frozen=True)
class Macro:
    """A table macro: its full name, what it answers, and the tables it reads."""

    name: str
    comment: str
    needs: tuple[str, ...]

    @property
    def sql(self) -> str:
        """The statement that creates it."""
        file = Path(__file__).with_name(self.name.split(".")[1] + ".sql")
        return file.read_text(encoding="utf-8")


MACROS = (
    Macro(
        "core.value_as_of",
        "The values as this warehouse held them at a moment (UTC): "
        "select * from core.value_as_of(timestamp '2026-04-01 12:00'). "
        "In an attached file run USE first.",
        ("core.fct_value", "core.reading_history"),
    ),
)


def macros_for(tables: Iterable[TableContract]) -> list[Macro]:
    """The macros whose tables are all published."""
    present = {table.full_name for table in tables}
    return [macro for macro in MACROS if present.issuperset(macro.needs)]


def write_macros(con: duckdb.DuckDBPyConnection, macros: Iterable[Macro]) -> None:
    """Create the macros in `release`."""
    con.execute("use release")
    for macro in macros:
        con.execute(macro.sql)
        con.execute(f"comment on macro table {macro.name} is {literal(macro.comment)}")
    con.execute("use memory")
