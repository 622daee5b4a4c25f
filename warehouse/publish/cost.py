"""What protection costs: `quality.disclosure`.

What belongs here: shares of cells and of people that stay open, per table and round, and rows of
marts that follow them. What does not: anything that the published tables do not say themselves:
every number here can be counted from them. So not what waits either: it would tell that a
withdrawal found somebody.
"""

from collections.abc import Sequence

from warehouse.disclosure.cells import cells_table
from warehouse.disclosure.configuration import Configuration, Mart, TableRule
from warehouse.publish.contract import ColumnContract, TableContract

FOLLOWING = ("difference", "gradient", "comparison", "indicator")
_KEY = ("mart", "table_name", "source", "round")
COST = TableContract(
    "quality",
    "disclosure",
    "One row per table of survey answers and round, and per mart computed from them: how much "
    "of it is open. Counted from the published rows alone, so it says nothing that they do not.",
    (
        ColumnContract("mart", "string", "Mart that the table is part of.", False, True),
        ColumnContract(
            "table_name",
            "string",
            "Name of the table in the rules; of a mart that follows tables, how it does.",
            False,
            True,
        ),
        ColumnContract("source", "string", "hlv, lupp or elsa.", False, True),
        ColumnContract("round", "int", "Year of the survey.", False, True),
        ColumnContract("n_cells", "bigint", "Rows of the table.", False),
        ColumnContract("n_open", "bigint", "Rows that are not hidden.", False),
        ColumnContract("open_pct", "double", "n_open of n_cells, percent.", False),
        ColumnContract(
            "n_people_open",
            "bigint",
            "Answers in open rows of the finest areas and categories, all items together; null for "
            "marts that follow tables.",
        ),
        ColumnContract(
            "people_open_pct",
            "double",
            "Of the answers in the whole region, percent that lie in open rows of the finest areas "
            "and categories; whole percent, null where the region has no open row.",
        ),
        ColumnContract(
            "is_demonstration", "boolean", "True when every answer is generated, not given.", False
        ),
    ),
    _KEY,
    _KEY,
)


def cost_query(configuration: Configuration, marts: Sequence[str]) -> str:
    """The rows of `quality.disclosure`, from cells and published marts.

    Args:
        configuration: `disclosure.yml`.
        marts: Those that there are.
    """
    followers = [configuration.marts[name] for name in marts if name in configuration.marts]
    parts = [_follower(mart) for mart in followers if mart.kind in FOLLOWING]
    parts += [
        _table(configuration.marts[rule.mart], rule)
        for rule in configuration.tables
        if rule.mart in marts
    ]
    empty = ", ".join(
        f"cast(null as {column.data_type}) as {column.name}" for column in COST.columns
    )
    return " union all ".join([*parts, f"select {empty} where false"])


def _follower(mart: Mart) -> str:
    """Rows of a mart that follows cells; source and round are those of the cell's block."""
    return (
        f"select '{mart.name}' as mart, '{mart.kind}' as table_name, "
        "split_part(block, '|', 2) as source, cast(split_part(block, '|', 4) as integer) as round, "
        "count(*) as n_cells, count(*) filter (not is_suppressed) as n_open, "
        "round(100 * n_open / n_cells, 1) as open_pct, "
        "cast(null as bigint) as n_people_open, cast(null as double) as people_open_pct, "
        "bool_and(is_demonstration) as is_demonstration "
        f"from release.{mart.name}_with_blocks where block is not null group by all"
    )


def _table(mart: Mart, rule: TableRule) -> str:
    breakdowns = mart.breakdowns or {}
    keys = ["source", *mart.universe, *([mart.item] if mart.item else []), mart.area, *breakdowns]
    same = " and ".join(f"cell.{name} = told.{name}" for name in keys)
    split = [f"cell.{by} <> '{breakdowns[by]}'" for by in rule.by]
    if "municipality" in rule.areas:
        split.append(f"cell.{mart.area} not like '00%'")
    whole = [f"cell.{by} = '{total}'" for by, total in breakdowns.items()]
    whole.append(f"cell.{mart.area} like '00%'")
    finest, all_of_it = " and ".join(split or ["true"]), " and ".join(whole)
    source = f"release.{mart.name}_with_blocks"
    # The whole region stands in the first table of the same people.
    return (
        f"select '{mart.name}' as mart, '{rule.name}' as table_name, source, "
        "cast(round as integer) as round, count(*) filter (is_here) as n_cells, "
        "count(*) filter (is_here and is_open) as n_open, "
        "round(100 * n_open / n_cells, 1) as open_pct, "
        "cast(coalesce(sum(n) filter (is_here and is_open and is_finest), 0) as bigint) "
        "as n_people_open, "
        "round(100 * n_people_open / sum(n) filter (is_whole)) as people_open_pct, "
        "bool_and(is_demonstration) as is_demonstration "
        f"from (select cell.source, cell.round, cell.table_name = '{rule.name}' as is_here, "
        f"not told.is_suppressed as is_open, told.is_demonstration, "
        f"told.{mart.n} as n, {finest} as is_finest, {all_of_it} as is_whole "
        f"from {cells_table(mart.name)} as cell inner join {source} as told on {same} "
        f"where cell.source = '{rule.source}') group by source, round having n_cells > 0"
    )
