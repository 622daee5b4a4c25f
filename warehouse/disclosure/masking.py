"""The marts as they are published: rows of tables, numbers only where all behind them is open.

What belongs here: one query per kind of mart. What does not: which cells are open (`cells`),
what a kind is for (`disclosure.yml`).

Every query reads the build's mart, and gives its columns in order, `is_suppressed`,
`suppression_reason`, and the blocks that a row rests on.
"""

from collections.abc import Callable, Collection, Mapping, Sequence

from warehouse.disclosure.cells import cells_table, key_columns
from warehouse.disclosure.configuration import Configuration, Mart
from warehouse.disclosure.deciding import LEVELS

# What readers see of a hidden cell: one word for all reasons, which are secrets themselves.
HIDDEN = "hidden"
FLAGS = ("is_suppressed", "suppression_reason")
# How finely a question's tables are told: of marts with cells of their own.
DETAIL = "published_detail"
FULL = "full"


def masked_query(
    mart: Mart,
    types: Mapping[str, str],
    key: Sequence[str],
    configuration: Configuration,
    county: str,
) -> str:
    """The query of a mart as it is published.

    Args:
        mart: How it follows.
        types: All of the build's columns, in order, with their types.
        key: Those of its primary key.
        configuration: The whole file.
        county: The county's area id.
    """
    of = configuration.marts[mart.of] if mart.of else mart
    columns = list(types)
    kinds: dict[str, Callable[[], str]] = {
        "tables": lambda: _tables(mart, types, configuration, county),
        "difference": lambda: _difference(mart, of, columns, key, county),
        "gradient": lambda: _gradient(mart, of, columns, key),
        "comparison": lambda: _comparison(mart, of, columns, key),
        "indicator": lambda: _indicator(mart, of, columns, key),
        "totals": lambda: _totals(mart, of, columns, configuration, county),
        "files": lambda: _files(mart, columns, configuration),
    }
    return kinds[mart.kind]()


def _where(names: Sequence[str], left: str, right: str) -> str:
    return " and ".join(f"{left}.{name} = {right}.{name}" for name in names)


def _flags(is_open: str, block: str, *others: str) -> str:
    rests = ", ".join([block, *others])
    return (
        f"not ({is_open}) as is_suppressed, "
        f"case when not ({is_open}) then '{HIDDEN}' end as suppression_reason, "
        f"{block} as block, [{rests}] as rests_on"
    )


def _tables(
    mart: Mart, columns: Mapping[str, str], configuration: Configuration, county: str
) -> str:
    keys, parts = ["source", *key_columns(mart)], mart.parts or {}
    owner = {told: part for part, names in parts.items() for told in names}
    chosen = []
    for name in columns:
        if name in keys:
            chosen.append(f"cast(cell.{name} as {columns[name]}) as {name}")
        elif name in mart.keep:
            # A cell of nobody has no row in the build.
            chosen.append(
                f"coalesce(mart.{name}, any_value(mart.{name}) over (partition by cell.block)) "
                f"as {name}"
            )
        elif name == "basis":
            chosen.append("'home' as basis")
        elif name in mart.never:
            chosen.append(f"case when false then mart.{name} end as {name}")
        else:
            is_open = f"cell.{name}_open" if name in parts else "cell.is_open"
            is_open = "cell.n_open" if name == mart.n else is_open
            is_open = f"cell.{owner[name]}_open" if name in owner else is_open
            chosen.append(f"case when {is_open} then mart.{name} end as {name}")
    basis = " and mart.basis = 'home'" if "basis" in columns else ""
    return (
        f"select {', '.join(chosen)}, {_detail(mart, configuration, county)} as {DETAIL}, "
        f"{_flags('cell.is_open', 'cell.block')} from {cells_table(mart.name)} as cell "
        f"left join build.{mart.name} as mart on {_where(keys, 'cell', 'mart')}{basis}"
    )


def _detail(mart: Mart, configuration: Configuration, county: str) -> str:
    """What a question lost by coarsening, as its open cells show it: so it tells nothing new."""
    in_town = f"cell.{mart.area} <> '{county}'"
    split = [
        f"cell.source = '{table.source}' and cell.{table.by[-1]} <> "
        f"'{(mart.breakdowns or {})[table.by[-1]]}'"
        for table in configuration.tables
        if table.mart == mart.name and "municipality" in table.areas and table.by
    ]
    in_detail = f"{in_town} and ({' or '.join(split) or 'false'})"

    def some(condition: str) -> str:
        return f"bool_or({condition}) over (partition by cell.block)"

    return (
        f"case when not {some('cell.is_open')} then '{LEVELS[3]}' "
        f"when {some(f'{in_detail} and cell.is_open')} or not {some(in_town)} "
        f"or ({some(f'{in_town} and cell.is_open')} and not {some(in_detail)}) then '{FULL}' "
        f"when {some(f'{in_town} and cell.is_open')} then '{LEVELS[1]}' else '{LEVELS[2]}' end"
    )


def _followed(
    mart: Mart, columns: Sequence[str], key: Collection[str], is_open: str, kept: Sequence[str] = ()
) -> str:
    """A follower's columns: those of its key stay, all others need open cells."""
    stay = {*key, *mart.keep, *kept}
    return ", ".join(
        f"mart.{name}" if name in stay else f"case when {is_open} then mart.{name} end as {name}"
        for name in columns
    )


def _difference(
    mart: Mart, of: Mart, columns: Sequence[str], key: Sequence[str], county: str
) -> str:
    keys, cells = ["source", *key_columns(of)], cells_table(of.name)
    # Computed keys, so that DuckDB joins by hash: the county's cell, or that of the round before.
    other = _where([name for name in keys if name not in ("round", of.area)], "mart", "other")
    is_open = (
        "own.is_open and (mart.benchmark not in ('county', 'previous_round') "
        "or coalesce(other.is_open, false))"
    )
    families = ", ".join(
        [
            *("source", "basis", *of.universe, "benchmark"),
            *(f"({name} = '{total}')" for name, total in (of.breakdowns or {}).items()),
        ]
    )
    blocks = _flags(is_open, "own.block", "other.block")
    masked = (
        f"select {_followed(mart, columns, key, is_open, ['benchmark_round'])}, {blocks} "
        f"from build.{mart.name} as mart "
        f"inner join {cells} as own on {_where(keys, 'mart', 'own')} "
        f"left join {cells} as other on {other} and other.{of.area} = case mart.benchmark "
        f"when 'county' then '{county}' when 'previous_round' then mart.{of.area} end "
        "and other.round = case mart.benchmark when 'previous_round' then mart.benchmark_round "
        "else mart.round end where mart.basis = 'home'"
    )
    # A q-value tells its row's place among all of its family: only open rows are in it.
    place = f"(partition by {families}, p_value is not null order by p_value"
    counted = (
        f"select *, count(p_value) over (partition by {families}) as q_tests, "
        f"count(*) over {place} range between unbounded preceding and current row) as q_rank "
        f"from ({masked})"
    )
    corrected = (
        "case when p_value is not null then min(p_value * q_tests / q_rank) over "
        f"{place} desc range between unbounded preceding and current row) end as q_value"
    )
    return f"select * exclude (q_tests, q_rank) replace ({corrected}) from ({counted})"


def _gradient(mart: Mart, of: Mart, columns: Sequence[str], key: Sequence[str]) -> str:
    breakdowns = of.breakdowns or {}
    same = ["source", *of.universe, of.item, of.area, "gender"]
    groups = " union all ".join(
        f"select {', '.join(same)}, '{dimension}' as dimension, bool_and(is_open) as is_open, "
        f"any_value(block) as block from {cells_table(of.name)} where {dimension} <> '{total}' "
        + " ".join(
            f"and {other} = '{whole}'"
            for other, whole in breakdowns.items()
            if other not in ("gender", dimension)
        )
        + f" group by {', '.join(same)}"
        for dimension, total in breakdowns.items()
        if dimension != "gender"
    )
    is_open = "groups.is_open"
    return (
        f"select {_followed(mart, columns, key, is_open, ['n_groups'])}, "
        f"{_flags(is_open, 'groups.block')} from build.{mart.name} as mart "
        f"inner join ({groups}) as groups on {_where([*same, 'dimension'], 'mart', 'groups')} "
        "where mart.basis = 'home'"
    )


def _comparison(mart: Mart, of: Mart, columns: Sequence[str], key: Sequence[str]) -> str:
    totals = " ".join(
        f"and own.{name} = '{total}'"
        for name, total in (of.breakdowns or {}).items()
        if name != "gender"
    )
    # Another sender's number of a cell that is hidden here would tell it as well.
    is_open = "coalesce(own.is_open, mart.version <> 'answers')"
    return (
        f"select {_followed(mart, columns, key, is_open)}, "
        f"{_flags(is_open, 'own.block')} from build.{mart.name} as mart "
        f"left join {cells_table(of.name)} as own on own.round = mart.year_end "
        f"and {_where(['survey', of.item, of.area, 'gender'], 'mart', 'own')} {totals} "
        "where own.source is not null or mart.version <> 'answers'"
    )


def _indicator(mart: Mart, of: Mart, columns: Sequence[str], key: Sequence[str]) -> str:
    breakdowns = of.breakdowns or {}
    split = [name for name in breakdowns if name in columns]
    totals = " ".join(f"and own.{k} = '{v}'" for k, v in breakdowns.items() if k not in split)
    kept = [of.item] if of.item not in key else []
    return (
        f"select {_followed(mart, columns, key, 'own.is_open', kept)}, "
        f"{_flags('own.is_open', 'own.block')} from build.{mart.name} as mart "
        f"inner join {cells_table(of.name)} as own on own.round = mart.year "
        f"and {_where([of.item, of.area, *split], 'mart', 'own')} {totals}"
    )


def _totals(
    mart: Mart, of: Mart, columns: Sequence[str], configuration: Configuration, county: str
) -> str:
    """Totals of a survey: open with the county's cell, or where all areas are open."""
    sources = ", ".join(f"'{source}'" for source in configuration.sources)
    same = ["source", *of.universe]
    whole = (
        f"select {', '.join(same)}, any_value(block) as block, not bool_or(is_waiting) and "
        f"coalesce(bool_or(is_open) filter ({of.area} = '{county}'), bool_and(is_open)) as is_open "
        f"from {cells_table(of.name)} group by {', '.join(same)}"
    )
    is_open = f"mart.source not in ({sources}) or coalesce(whole.is_open, false)"
    chosen = _followed(mart, columns, set(columns) - {*mart.columns}, is_open)
    return (
        f"select {chosen}, {_flags(is_open, 'whole.block')} from build.{mart.name} as mart "
        f"left join ({whole}) as whole on {_where(same, 'mart', 'whole')} "
        f"where {_not_held_back(configuration)}"
    )


def _files(mart: Mart, columns: Sequence[str], configuration: Configuration) -> str:
    sources = ", ".join(f"'{source}'" for source in configuration.sources)
    is_open = f"mart.source not in ({sources})"
    chosen = _followed(mart, columns, set(columns) - {*mart.columns}, is_open)
    return (
        f"select {chosen}, {_flags(is_open, 'null::varchar')} from build.{mart.name} as mart "
        f"where {_not_held_back(configuration)}"
    )


def _not_held_back(configuration: Configuration) -> str:
    """Rows of other sources; marts that follow cells have none of those held back anyway."""
    held = ", ".join(f"'{source}'" for source in configuration.held_back)
    return f"mart.source not in ({held})" if held else "true"
