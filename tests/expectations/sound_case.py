"""What a suite is tried on: a sound table, and for each rule a row or a change that breaks it."""

from dataclasses import dataclass, field

import duckdb

AREA = "lpad((1000 + i)::varchar, 4, '0')"


@dataclass(frozen=True)
class Case:
    """What a suite is tried on.

    Args:
        table: Schema and table.
        rows: How many sound rows.
        sound: SQL expression by column; `i` is the row's number.
        faults: By rule: what one more row has instead of the sound expressions.
        whole: By rule: a statement that breaks the whole table.
    """

    table: str
    rows: int
    sound: dict[str, str]
    faults: dict[str, dict[str, str]]
    whole: dict[str, str] = field(default_factory=dict)

    def build(self, con: duckdb.DuckDBPyConnection) -> None:
        con.execute(f"create schema if not exists {self.table.split('.')[0]}")
        con.execute(f"create table {self.table} as {self._select({}, f'range({self.rows}) r(i)')}")

    def plant(self, con: duckdb.DuckDBPyConnection) -> None:
        """One more row for each fault, beside the sound ones."""
        for number, (rule, changes) in enumerate(self.faults.items()):
            source = f"(select {self.rows + 100 + number}::bigint as i)"
            if rule in ("reading_once", "estimate_once", "rows_twice", "talks_twice"):
                source = "(select 0::bigint as i)"
            con.execute(f"insert into {self.table} {self._select(changes, source)}")

    def _select(self, changes: dict[str, str], source: str) -> str:
        columns = {**self.sound, **changes}
        return f"select {', '.join(f'{e} as {c}' for c, e in columns.items())} from {source}"
