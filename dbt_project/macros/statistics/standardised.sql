{#-
  Age-standardised rates, direct and indirect.
  Belongs here: sums over age bands and the intervals made from them. Does not: multipliers
  (per 1 000, per 100 000), and limits of plain counts (poisson.sql).
-#}

{#- European standard population 2013 by the band's first age, 0-4 to 90+ (Eurostat 2013). -#}
{% macro esp2013(start_age) -%}
    case {{ start_age }}
        {%- for weight in [
            5000, 5500, 5500, 5500, 6000, 6000, 6500, 7000, 7000, 7000, 7000, 6500, 6000, 5500,
            5000, 4000, 2500, 1500, 1000
        ] %}
        when {{ 5 * loop.index0 }} then {{ weight }}
        {%- endfor %}
    end
{%- endmacro %}

{#-
  One row per key: total_count, total_pop, rate (per person), variance, n_bands,
  n_missing_counts (taken as 0), n_unusable (bands without population or weight; rate and
  variance are then null). rate = sum w x/n / sum w; variance = sum w² x/n² / (sum w)².
  squares: where persons have several events, the sum of their squared numbers of events
  per band instead of x in the variance.
-#}
{% macro directly_standardised(relation, keys, count, population, weight, squares=none) -%}
    {%- set usable = '(' ~ population ~ ' > 0 and ' ~ weight ~ ' >= 0)' -%}
    select
        {{ keys | join(', ') }},
        total_count,
        total_pop,
        case when n_unusable = 0 then weighted / weights end as rate,
        case when n_unusable = 0 then spread / (weights * weights) end as variance,
        cast(n_bands as bigint) as n_bands,
        cast(n_missing_counts as bigint) as n_missing_counts,
        cast(n_unusable as bigint) as n_unusable
    from (
        {{ exact_totals(relation, keys, {
            'total_count': count,
            'total_pop': population,
            'weights': weight,
            'weighted': 'case when ' ~ usable ~ ' then cast(' ~ weight ~ ' as double) * '
                ~ count ~ ' / ' ~ population ~ ' end',
            'spread': 'case when ' ~ usable ~ ' then cast(' ~ weight ~ ' as double) * ' ~ weight
                ~ ' * ' ~ (squares or count) ~ ' / ' ~ population ~ ' / ' ~ population ~ ' end',
            'n_bands': '1',
            'n_missing_counts': 'case when ' ~ count ~ ' is null then 1 end',
            'n_unusable': 'case when ' ~ usable ~ ' then 0 else 1 end'
        }) }}
    ) as totals
{%- endmacro %}

{#- Dobson et al. 1991, Stat Med 10:457, on Byar's limits; none below 10 events. -#}
{% macro dobson_lower(rate, variance, x, z) -%}
    case
        when {{ x }} >= 10
            then {{ rate }} + sqrt({{ variance }} / {{ x }}) * ({{ byar_lower(x, z) }} - {{ x }})
    end
{%- endmacro %}

{% macro dobson_upper(rate, variance, x, z) -%}
    case
        when {{ x }} >= 10
            then {{ rate }} + sqrt({{ variance }} / {{ x }}) * ({{ byar_upper(x, z) }} - {{ x }})
    end
{%- endmacro %}

{#-
  One row per key: observed, expected, ref_rate (all reference events over all reference
  persons), n_bands, n_missing_counts (taken as 0), n_unusable (bands without a population
  or a reference; expected is then null). The ratio is observed / expected; its limits are
  poisson_lower and poisson_upper of observed over expected.
-#}
{% macro indirectly_standardised(relation, keys, count, population, ref_count, ref_population) -%}
    {%- set usable -%}
        ({{ population }} >= 0 and {{ ref_count }} >= 0 and {{ ref_population }} > 0)
    {%- endset -%}
    select
        {{ keys | join(', ') }},
        observed,
        case when n_unusable = 0 then expected_all end as expected,
        case when n_unusable = 0 then ref_events / nullif(ref_persons, 0) end as ref_rate,
        cast(n_bands as bigint) as n_bands,
        cast(n_missing_counts as bigint) as n_missing_counts,
        cast(n_unusable as bigint) as n_unusable
    from (
        {{ exact_totals(relation, keys, {
            'observed': count,
            'expected_all': 'case when ' ~ usable ~ ' then cast(' ~ population ~ ' as double) * '
                ~ ref_count ~ ' / ' ~ ref_population ~ ' end',
            'ref_events': ref_count,
            'ref_persons': ref_population,
            'n_bands': '1',
            'n_missing_counts': 'case when ' ~ count ~ ' is null then 1 end',
            'n_unusable': 'case when ' ~ usable ~ ' then 0 else 1 end'
        }) }}
    ) as totals
{%- endmacro %}
