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


_USE = "In an attached file run USE first."
_EQUITY = ("core.dim_area", "core.fct_value", "equity.area_gap")
MACROS = (
    Macro(
        "core.value_as_of",
        "The values as this warehouse held them at a moment (UTC): "
        f"select * from core.value_as_of(timestamp '2026-04-01 12:00'). {_USE}",
        ("core.fct_value", "core.reading_history"),
    ),
    Macro(
        "main.equity_of",
        "Where the region's areas stand in an indicator, each in its latest year, against Riket "
        "and similar areas, with verdicts and trends; the worst off first: "
        f"select * from equity_of('N00923') where gender = 'T'. {_USE}",
        (*_EQUITY, "equity.trend"),
    ),
    Macro(
        "main.municipality_profile",
        "Every register indicator of an area, each in its latest year, against Riket, with "
        f"verdicts and trends: select * from municipality_profile('2080'). {_USE}",
        (*_EQUITY, "core.dim_indicator", "equity.trend"),
    ),
    Macro(
        "main.compare_areas",
        "An indicator over the years in several areas, each against Riket: "
        f"select * from compare_areas('N00923', ['2080', '2081']) where gender = 'T'. {_USE}",
        _EQUITY,
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
