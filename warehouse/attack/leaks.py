"""Numbers left beside a hidden cell: in its own row, and in marts that follow it.

What belongs here: which rows speak of a hidden cell, and which of their columns may. What
does not: what open counts tell (`people`).

A mart of schema `survey` that neither the rules nor `followers` name is refused: nobody could
say what it gives away.
"""

from collections.abc import Iterator, Sequence

import duckdb

from warehouse.attack.followers import CELL_KEY, CELLS, FOLLOWERS, RESPONSES, Follower
from warehouse.attack.public_rules import AREA, TOTALS, PublicRules, TableRule
from warehouse.attack.rows import FLAG, columns_of, require_columns, selection
from warehouse.errors import InputError
from warehouse.sql import literal

SCHEMA = "survey"
# What a row may say of a hidden cell: what it is about, never how many.
NEUTRAL = {
    *("round", "year", "year_start", "year_end", "benchmark_round", "other_year_start"),
    *("n_groups", "n_invited", "n_pupils"),
    *("is_demonstration", "is_same_period", "is_low_coverage", FLAG),
}
WHOLE = {f"{sign}{size}INT" for sign in ("", "U") for size in ("TINY", "SMALL", "BIG", "HUGE")} | {
    "INTEGER",
    "UINTEGER",
}


def require_nothing_left(con: duckdb.DuckDBPyConnection, rules: PublicRules) -> None:
    """Refuse a release in which a row still tells of a hidden cell, or a mart is not known.

    Raises:
        InputError: The message names mart and column, never a value.
    """
    _require_known(con, rules)
    for rule in rules.tables:
        require_columns(con, rule)
    for mart in sorted({rule.mart for rule in rules.tables}):
        of_mart = [rule for rule in rules.tables if rule.mart == mart]
        _require_covered(con, mart, of_mart)
        for rule in of_mart:
            _require_empty_rows(con, rule)
            _require_named_counts(con, rule)
    for mart in (CELLS, RESPONSES):
        _make_cells(con, rules, mart)
        for follower in FOLLOWERS:
            if follower.cells == mart:
                _require_empty_followers(con, follower, rules)


def _require_known(con: duckdb.DuckDBPyConnection, rules: PublicRules) -> None:
    known = {rule.mart for rule in rules.tables} | {follower.mart for follower in FOLLOWERS}
    found = con.execute(
        "select table_name from duckdb_tables() where schema_name = ? and not temporary "
        "order by table_name",
        [SCHEMA],
    )
    for (name,) in found.fetchall():
        _require_none_held_back(con, f"{SCHEMA}.{name}", rules)
        # Where a source is held back, marts of it alone are there, and empty.
        is_filled = not rules.held_back or _number(con, f"select count(*) from {SCHEMA}.{name}")
        if f"{SCHEMA}.{name}" not in known and is_filled:
            raise InputError(
                f"{SCHEMA}.{name} is published and no rule says which people it counts.",
                "Register it in disclosure.yml, or do not publish it.",
            )


def _require_none_held_back(con: duckdb.DuckDBPyConnection, mart: str, rules: PublicRules) -> None:
    if not rules.held_back or "source" not in columns_of(con, mart):
        return
    held = ", ".join(map(literal, rules.held_back))
    if _number(con, f"select count(*) from {mart} where source in ({held})"):
        raise InputError(
            f"{mart} has rows of a source that is held back.", "Leave out all rows of that source."
        )


def _require_covered(con: duckdb.DuckDBPyConnection, mart: str, rules: Sequence[TableRule]) -> None:
    """Every row of a restricted source lies in a table of the rules."""
    columns, conditions, values = columns_of(con, mart), [], []
    for rule in rules:
        condition, found = selection(rule, columns)
        conditions.append(f"({condition})")
        values += found
    sources = sorted({rule.where["source"] for rule in rules})
    row = con.execute(
        f"select count(*) from {mart} as mart where source in ({_places(sources)}) "
        f"and not ({' or '.join(conditions)})",
        [*sources, *values],
    ).fetchone()
    if row and row[0]:
        raise InputError(
            f"{mart} has {row[0]} rows that lie in no table of the rules.",
            "Publish only rows of registered tables.",
        )


def _require_empty_rows(con: duckdb.DuckDBPyConnection, rule: TableRule) -> None:
    columns = columns_of(con, rule.mart)
    condition, values = selection(rule, columns)
    counted = {rule.n, *rule.parts, *([rule.share] if rule.share else [])}
    about = {*rule.where, *rule.each, AREA, *TOTALS, *NEUTRAL} | counted
    con.execute(
        f"create or replace temp table told as select *, {FLAG} as is_secret "
        f"from {rule.mart} as mart where {condition}",
        values,
    )
    others = {name: kind for name, kind in columns.items() if name not in about}
    for column in _telling(con, others, rule.each):
        raise InputError(
            f"{rule.mart}: {column} is left in rows of hidden cells.", f"Empty it where {FLAG}."
        )


def _require_named_counts(con: duckdb.DuckDBPyConnection, rule: TableRule) -> None:
    """Every count of an open row is one that the rules name, or what these leave of the base."""
    columns = columns_of(con, rule.mart)
    named = {*rule.where, *rule.each, *rule.by, *NEUTRAL, rule.n, *rule.parts}
    rest = " - ".join([rule.n, *(f"coalesce({part}, 0)" for part in rule.parts)])
    for name, kind in columns.items():
        if kind in WHOLE and name not in named:
            wrong = f"select count(*) from told where not is_secret and {name} <> {rest}"
            if _number(con, wrong):
                raise InputError(
                    f"{rule.mart}: the rules do not name the count {name}.",
                    "Name it among the parts of its table, or leave it out.",
                )


def _require_empty_followers(
    con: duckdb.DuckDBPyConnection, follower: Follower, rules: PublicRules
) -> None:
    columns = columns_of(con, follower.mart)
    if not columns:
        return
    sources = sorted(rules.sources) if "source" in columns else []
    of_source = f"source in ({_places(sources)})" if sources else "true"
    missing = [name for name in TOTALS if name not in columns]
    filled = "".join(f", cast(null as varchar) as {name}" for name in missing)
    cells = f"select bool_and(not cell.is_hidden) from cell where {follower.cell}"
    con.execute(
        f"create or replace temp table told as select *, not coalesce(({cells}), false) "
        f"as is_secret from (select *{filled} from {follower.mart} where {of_source}) as mart "
        f"where {follower.rows}",
        sources,
    )
    about = {*CELL_KEY, *TOTALS, *NEUTRAL, *follower.key}
    told = {*follower.numbers} or set(columns) - about
    others = {name: kind for name, kind in columns.items() if name in told}
    for column in _telling(con, others, ()):
        raise InputError(
            f"{follower.mart}: {column} is left in rows that use a hidden or unpublished cell.",
            "Empty the numbers of such rows.",
        )


def _telling(
    con: duckdb.DuckDBPyConnection, columns: dict[str, str], each: Sequence[str]
) -> Iterator[str]:
    """Columns of table `told` that say something of its secret rows.

    A number must be null. A text may be the same in all of them, or be one text in each group
    over open and secret rows alike (the wording of an item).
    """
    for name, kind in columns.items():
        if kind != "VARCHAR":
            wrong = f"select count({name}) from told where is_secret"
        else:
            wrong = f"select count(distinct coalesce({name}, '')) - 1 from told where is_secret"
        if _number(con, wrong) <= 0:
            continue
        varied = (
            f"select count(*) from (select 1 from told group by {', '.join(each)} "
            f"having count(distinct coalesce({name}, '')) > 1)"
        )
        if kind != "VARCHAR" or not each or _number(con, varied):
            yield name


def _number(con: duckdb.DuckDBPyConnection, query: str) -> int:
    row = con.execute(query).fetchone()
    return int(row[0]) if row else 0


def _make_cells(con: duckdb.DuckDBPyConnection, rules: PublicRules, mart: str) -> None:
    """A temporary table of a mart's cells, which other marts follow."""
    columns = columns_of(con, mart)
    names = [*CELL_KEY, *TOTALS]
    chosen = [name if name in columns else f"cast(null as varchar) as {name}" for name in names]
    selected, values = [], []
    for rule in rules.tables:
        if rule.mart == mart:
            condition, found = selection(rule, columns)
            selected.append(
                f"select {', '.join(chosen)}, coalesce({FLAG}, true) as is_hidden "
                f"from {mart} as mart where {condition}"
            )
            values += found
    if not selected:
        nothing = ", ".join(f"cast(null as varchar) as {name}" for name in names)
        selected = [f"select {nothing}, true as is_hidden where false"]
    con.execute(f"create or replace temp table cell as {' union '.join(selected)}", values)


def _places(values: Sequence[object]) -> str:
    return ", ".join("?" for _ in values)
