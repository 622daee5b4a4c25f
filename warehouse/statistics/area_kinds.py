"""What each kind of `jamlik area` reads, and which rules its rows obey.

What belongs here: columns, rules across the cells of a row and across the rows of a group.
What does not: queries (`area_sql`), reading files (`area_input`).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from warehouse.statistics import area_sql
from warehouse.statistics.area_input import Column, Row, first_age
from warehouse.statistics.area_sql import Options

Query = Callable[[set[str], Options], str]
Rule = Callable[[Row], str | None]

LIFE_TABLE_AGES = (0, 1, *range(5, 91, 5))
STANDARD_AGES = tuple(range(0, 91, 5))


@dataclass(frozen=True)
class Kind:
    """One kind of table.

    Args:
        columns: What it reads.
        query: Its SQL, given the columns that are present and the options.
        rules: Checks across the cells of a row; each gives the rule broken, or None.
        rows_are: `single`: a result each; `summed`: one result for all rows with the same
            labels; `compared`: a result each, within the rows that `--by` holds together.
        multiplier: Where `--multiplier` is not given; None: the option is refused.
        takes_levels: Whether `--confidence` means anything.
        ages_column: The column of the bands' first ages, each once in a group.
        ages: All that a group must have; empty: any.
        choice: Sets of columns of which exactly one must be there.
    """

    columns: tuple[Column, ...]
    query: Query
    rules: tuple[Rule, ...] = ()
    rows_are: Literal["single", "summed", "compared"] = "single"
    multiplier: float | None = None
    takes_levels: bool = True
    ages: tuple[int, ...] = ()
    ages_column: str = ""
    choice: tuple[tuple[str, ...], ...] = ()


def _at_most(part: str, whole: str) -> Rule:
    def rule(row: Row) -> str | None:
        x, n = row.get(part), row.get(whole)
        if x is not None and n is not None and x > n:
            return f"{part} {x:g} must not be larger than {whole} {n:g}"
        return None

    return rule


def _small_counts_are_whole(column: str) -> Rule:
    def rule(row: Row) -> str | None:
        x = row.get(column)
        if x is not None and x < 10 and x != int(x):
            return f"{column} {x:g} must be whole, since limits below 10 events are exact"
        return None

    return rule


def _limits_enclose(row: Row) -> str | None:
    lower, value, upper = row["lower"], row["value"], row["upper"]
    if lower is not None and upper is not None and lower > upper:
        return f"lower {lower:g} must not be larger than upper {upper:g}"
    if value is not None and (
        (lower is not None and value < lower) or (upper is not None and value > upper)
    ):
        return f"value {value:g} must lie between lower and upper"
    return None


_NUMERATOR = Column("numerator", may_be_empty=True)
_DENOMINATOR = Column("denominator", is_above=True, may_be_empty=True)
_AGEBAND = Column("ageband", ("age band", "age_band"), parse=first_age)
_ISR_COLUMNS = (
    replace(_AGEBAND, is_optional=True),
    Column("count", may_be_empty=True),
    Column("pop"),
    Column("refcount"),
    Column("refpop", is_above=True),
)

KINDS: dict[str, Kind] = {
    "proportion": Kind(
        (_NUMERATOR, _DENOMINATOR),
        area_sql.proportion,
        (_at_most("numerator", "denominator"),),
        multiplier=1.0,
    ),
    "rate": Kind(
        (_NUMERATOR, _DENOMINATOR),
        area_sql.rate,
        (_small_counts_are_whole("numerator"),),
        multiplier=100_000.0,
    ),
    "dsr": Kind(
        (
            _AGEBAND,
            Column("count", may_be_empty=True),
            Column("pop", is_above=True),
            Column("stdpop", ("esp2013", "esp1976"), is_optional=True),
        ),
        area_sql.dsr,
        rows_are="summed",
        multiplier=100_000.0,
        ages=STANDARD_AGES,
        ages_column="ageband",
    ),
    "isr": Kind(
        _ISR_COLUMNS, area_sql.isr, rows_are="summed", multiplier=1.0, ages_column="ageband"
    ),
    "isr_rate": Kind(
        _ISR_COLUMNS,
        area_sql.isr_rate,
        rows_are="summed",
        multiplier=100_000.0,
        ages_column="ageband",
    ),
    "life_expectancy": Kind(
        (
            Column("startage", is_whole=True),
            Column("pops", ("pop", "population"), is_above=True),
            Column("deaths"),
        ),
        area_sql.life_expectancy,
        (_at_most("deaths", "pops"),),
        rows_are="summed",
        ages=LIFE_TABLE_AGES,
        ages_column="startage",
    ),
    "funnel": Kind(
        (
            Column("numerator", is_optional=True),
            Column("denominator", is_above=True, is_optional=True),
            Column("observed", ("obs",), is_whole=True, is_optional=True),
            Column("expected", is_above=True, is_optional=True),
        ),
        area_sql.funnel,
        (_at_most("numerator", "denominator"),),
        rows_are="compared",
        multiplier=100.0,
        takes_levels=False,
        choice=(("numerator", "denominator"), ("observed", "expected")),
    ),
    "trend": Kind(
        (
            Column("year", ("period",), least=None, is_whole=True),
            Column("numerator", ("count",), may_be_empty=True, is_optional=True),
            Column("denominator", may_be_empty=True, is_optional=True),
            Column("value", least=None, may_be_empty=True, is_optional=True),
            Column("lower", ("ll", "lower_ci"), least=None, may_be_empty=True, is_optional=True),
            Column("upper", ("ul", "upper_ci"), least=None, may_be_empty=True, is_optional=True),
        ),
        area_sql.trend,
        (_limits_enclose,),
        rows_are="summed",
        choice=(("numerator", "denominator"), ("value", "lower", "upper")),
    ),
    "quantile": Kind(
        (Column("value", least=None, may_be_empty=True),),
        area_sql.quantile,
        rows_are="compared",
        takes_levels=False,
    ),
}
