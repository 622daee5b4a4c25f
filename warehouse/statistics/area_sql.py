"""The queries of `jamlik area`: the macros of dbt_project/macros/statistics, one kind each.

What belongs here: which columns come out, under the names of the reference tables, and the
words for what is missing. What does not: formulas (the macros), reading and writing files.

`input` holds the known columns as doubles, `row_no`, and `group_no`: a number for every
distinct set of labels (kinds that sum up rows) or of the `--by` columns (kinds that compare
rows).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from warehouse.statistics.macros import render

Z95, Z998 = render("z_value", 95), render("z_value", 99.8)


@dataclass(frozen=True)
class Options:
    """The options of a call.

    Args:
        levels: Confidence levels in percent, each with its z as text.
        multiplier: What values are multiplied by.
        quantiles: Number of groups.
        worst: Which end of the values is the worst.
        cycle: Periods between two points of a series.
        sampling_error_only: A trend without overdispersion, as Fingertips has it.
    """

    levels: dict[float, str]
    multiplier: float = 1.0
    quantiles: int = 10
    worst: Literal["high", "low"] = "low"
    cycle: int = 1
    sampling_error_only: bool = False


def _limits(
    options: Options, lower: Callable[[str], str], upper: Callable[[str], str], scale: str
) -> str:
    """lower95_0cl, upper95_0cl, ...: two expressions in z, for every level."""
    parts = []
    for level, z in options.levels.items():
        name = repr(float(level)).replace(".", "_")
        parts.append(f"({lower(z)}) * {scale} as lower{name}cl")
        parts.append(f"({upper(z)}) * {scale} as upper{name}cl")
    return ", ".join(parts)


def _whole(number: float) -> str:
    return f"{number:.12g}"


def proportion(_: set[str], options: Options) -> str:
    """x of n by Wilson."""
    m = repr(options.multiplier)
    words = "percentage" if options.multiplier == 100 else f"proportion of {_whole(float(m))}"
    limits = _limits(
        options,
        lambda z: render("wilson_lower", "numerator", "denominator", z),
        lambda z: render("wilson_upper", "numerator", "denominator", z),
        m,
    )
    return f"""
        select row_no, numerator / denominator * {m} as value, {limits},
            '{words}' as statistic, 'Wilson' as method,
            {_missing("numerator", "denominator")} as reason
        from input order by row_no"""


def _missing(*columns: str) -> str:
    cases = " ".join(f"when {c} is null then '{c} is missing'" for c in columns)
    return f"case {cases} end"


def _exact_or_byar(count: str) -> str:
    return f"case when {count} < 10 then 'Exact' when {count} >= 10 then 'Byars' end"


def rate(_: set[str], options: Options) -> str:
    """Events over person-years, by Byar or exact."""
    m = repr(options.multiplier)
    limits = _limits(
        options,
        lambda z: render("poisson_lower", "numerator", z),
        lambda z: render("poisson_upper", "numerator", z),
        f"{m} / denominator",
    )
    return f"""
        select row_no, numerator / denominator * {m} as value, {limits},
            'rate per {_whole(options.multiplier)}' as statistic,
            {_exact_or_byar("numerator")} as method,
            {_missing("numerator", "denominator")} as reason
        from input order by row_no"""


def dsr(present: set[str], options: Options) -> str:
    """Directly standardised rate; ESP 2013 where the table has no weights of its own."""
    m = repr(options.multiplier)
    weight = "stdpop" if "stdpop" in present else render("esp2013", "ageband")
    table = render("directly_standardised", "input", ["group_no"], '"count"', "pop", f"({weight})")
    limits = _limits(
        options,
        lambda z: render("dobson_lower", "rate", "variance", "total_count", z),
        lambda z: render("dobson_upper", "rate", "variance", "total_count", z),
        m,
    )
    words = f"dsr per {_whole(options.multiplier)}"
    return f"""
        select group_no, total_count, total_pop,
            case when total_count >= 10 then rate * {m} end as value, {limits},
            case when total_count < 10 then 'dsr NA for total count < 10' else '{words}' end
                as statistic,
            'Dobson' as method, n_missing_counts,
            case when total_count < 10 then 'fewer than 10 events' end as reason
        from ({table}) as t order by group_no"""


def _standardised_ratio(options: Options, scale: str, words: str) -> str:
    table = render(
        "indirectly_standardised", "input", ["group_no"], '"count"', "pop", "refcount", "refpop"
    )
    limits = _limits(
        options,
        lambda z: render("poisson_lower", "observed", z),
        lambda z: render("poisson_upper", "observed", z),
        f"{scale} / nullif(expected, 0)",
    )
    m = repr(options.multiplier)
    return f"""
        select group_no, observed, expected, ref_rate * {m} as ref_rate,
            observed / nullif(expected, 0) * {scale} as value, {limits},
            '{words} {_whole(options.multiplier)}' as statistic,
            {_exact_or_byar("observed")} as method, n_missing_counts,
            case when expected = 0 then 'no events expected' end as reason
        from ({table}) as t order by group_no"""


def isr(_: set[str], options: Options) -> str:
    """Indirectly standardised ratio."""
    return _standardised_ratio(options, repr(options.multiplier), "indirectly standardised ratio x")


def isr_rate(_: set[str], options: Options) -> str:
    """The same as a rate: the ratio times the reference's crude rate."""
    return _standardised_ratio(
        options, f"{options.multiplier!r} * ref_rate", "indirectly standardised rate per"
    )


def life_expectancy(_: set[str], options: Options) -> str:
    """One row for every band of every group."""
    table = render("life_table", "input", ["group_no"], "startage", "pops", "deaths")
    limits = _limits(
        options,
        lambda z: f"life_expectancy - {z} * se",
        lambda z: f"life_expectancy + {z} * se",
        "1.0",
    )
    return f"""
        select group_no, cast(start_age as bigint) as startage, life_expectancy as value, {limits},
            pops_used, dths_used,
            concat('life expectancy at ', cast(cast(start_age as bigint) as text)) as statistic,
            'Chiang, using Silcocks et al for confidence limits' as method, reason
        from ({table}) as t order by group_no, start_age"""


def funnel(present: set[str], options: Options) -> str:
    """Limits and significance: shares around their common share, or observed on expected."""
    m = repr(options.multiplier)
    last: tuple[str, ...]
    if "denominator" in present:
        x, value, p0 = "numerator", "numerator / denominator", "baseline_share"
        source = f"""(select i.*, t.x / t.n as {p0} from input as i inner join ({
            render("exact_totals", "input", ["group_no"], {"x": "numerator", "n": "denominator"})
        }) as t using (group_no)) as t"""
        baseline, macro, last = p0, "funnel_share", (p0, "denominator")
        significance = render("funnel_share_significance", x, "denominator", p0, Z95, Z998)
    else:
        x, value, source, baseline = "observed", "observed / expected", "input", "1.0"
        macro, last = "funnel_ratio", (x,)
        significance = render("funnel_ratio_significance", x, "expected", Z95, Z998)
    limits = ", ".join(
        f"({render(f'{macro}_{side}', *last, z)}) * {m} as {side}_{name}_limit"
        for name, z in (("2s", Z95), ("3s", Z998))
        for side in ("lower", "upper")
    )
    return f"""
        select row_no, {value} * {m} as value, cast({baseline} * {m} as double) as baseline,
            {limits}, {significance} as significance
        from {source} order by row_no"""


def trend(present: set[str], options: Options) -> str:
    """The five-point test; limits in the table make it the weighted one."""
    named = {"step": str(options.cycle), "widen": not options.sampling_error_only}
    if "denominator" in present:
        table = render(
            "trend_of_proportions",
            "input",
            ["group_no"],
            "year",
            "numerator",
            "denominator",
            **named,
        )
    else:
        z = next(iter(options.levels.values()))
        table = render(
            "trend_of_estimates",
            "input",
            ["group_no"],
            "year",
            "value",
            f"((upper - lower) / (2 * {z}))",
            **named,
        )
    return f"""
        select group_no, n_points, cast(period_first as bigint) as first_year,
            cast(period_last as bigint) as last_year, slope as gradient, chi2, overdispersion,
            statistic as significance, keeps_sign, fitted_first, fitted_last,
            concat(upper(substring(trend, 1, 1)), substring(trend, 2)) as recent_trend,
            trend_reason as recent_trend_reason
        from ({table}) as t order by group_no"""


def quantile(_: set[str], options: Options) -> str:
    """Quantile groups, 1 the worst."""
    group = render(
        "quantile_group",
        "value",
        options.quantiles,
        ["group_no"],
        "true" if options.worst == "high" else "false",
    )
    return f"""
        select row_no, {group} as quantile, {options.quantiles} as nquantiles,
            case
                when value is null then 'value is missing'
                when count(value) over (partition by group_no) < {options.quantiles}
                    then 'fewer values than groups'
            end as reason
        from input order by row_no"""
