{#-
  Inequality between groups: one row per result set and measure, as readers see it.
  Belongs here: which measures a set has, when a number or its interval is withheld and why,
  intervals, gap_size. Does not: formulas (inequality_values.sql), sums over groups
  (inequality_sets.sql), draws (inequality_draws.sql).

  inequality_measures(groups, measures, z, gated)

  groups    a relation with one row a group and the columns set_id (bigint), group_no (bigint,
            ties go to the smallest), estimate, se, population (double or null), group_order
            (integer, 1 the most disadvantaged; null when not ordered), is_reference, polarity
            (1, -1, 0), scale_min, scale_max (double; null without a scale), is_ordered,
            setting_average (double or null; used where populations are missing). The last
            five are the same in all rows of a set. No NaN, no infinity.
  measures  a list of names; without it all. Measures along an order are given for ordered
            sets only, distances from a reference for sets that name one.
  z         of the interval: 1.959963984540054 for 95 %.
  gated     false gives every closed interval there is, for comparison with other software.

  Columns: set_id, measure, estimate, se (of the logarithm for r and rii), ci_lower, ci_upper,
  ci_method, n_groups, reason (why estimate or interval is null), gap_size, gap_direction.
-#}
{% macro inequality_measures(groups, measures=none, z='1.959963984540054', gated=true) %}
    {%- set wanted = [] %}
    {%- for one in inequality_catalogue(gated).strip().split('\n') %}
        {%- set part = one.split('|') %}
        {%- if measures is none or part[0].strip() in measures %}{% do wanted.append(part) %}{% endif %}
    {%- endfor %}
    {%- if not wanted or (measures is not none and wanted | length != measures | length) %}
        {{- exceptions.raise_compiler_error('inequality_measures: unknown measure in '
            ~ measures) }}
    {%- endif %}
    with {{ inequality_sets(groups) }},

    {{ inequality_values() }},
    {%- set kinds = wanted | map(attribute=1) | map('trim') | list %}
    {%- if 'own' in kinds %}

    ineq_variance as ({{ inequality_variance_interval('ineq_value', z) }}),
    {%- endif %}

    ineq_long as (
        {%- for name, kind, gap, sets, needs, interval_needs in wanted %}
        {{ inequality_rows(name.strip(), kind.strip(), gap.strip(), sets.strip(),
            needs.split(), interval_needs.split()) }}
        {{ 'union all' if not loop.last }}
        {%- endfor %}
    )

    {{ inequality_finished('ineq_long', z) }}
{% endmacro %}

{#- All sets' rows of one measure, not yet withheld or turned. -#}
{% macro inequality_rows(name, kind, gap, sets, needs, interval_needs) %}
        select
            v.set_id,
            '{{ name }}' as measure,
            cast(v.{{ name }} as double) as value,
            {%- if kind in ('draws', 'own') %}
            cast(null as double) as error,
            {%- else %}
            v.se_{{ name }} as error,
            {%- endif %}
            {%- for side in ('lower', 'upper') %}
            {{ 'i.ci_' ~ side if kind == 'own' else 'cast(null as double)' }} as own_{{ side }},
            {%- endfor %}
            '{{ kind }}' as kind,
            '{{ gap }}' as gap,
            v.n_groups,
            v.polarity,
            v.ordered = 1 or v.n_reference > 0 as is_directed,
            case
                {%- for word in needs %}
                {{ inequality_need(word) }}
                {%- endfor %}
            end as reason,
            case
                {%- for word in interval_needs %}
                {{ inequality_need(word) }}
                {%- endfor %}
            end as interval_reason
        from ineq_value as v
        {%- if kind == 'own' %}
        left join ineq_variance as i on v.set_id = i.set_id
        {%- endif %}
        {%- if sets == 'ordered' %}
        where v.ordered = 1
        {%- elif sets == 'reference' %}
        where v.n_reference > 0
        {%- endif %}
{%- endmacro %}

{#- Numbers that may be shown, with interval, gap and the reason of whatever is null. -#}
{% macro inequality_finished(rows, z) %}
    select
        set_id,
        measure,
        -- -0.0 becomes 0.
        case when reason is null and value = 0 then 0 when reason is null then value end
            as estimate,
        case when has_interval then error end as se,
        case when has_interval then {{ inequality_limit('lower', z) }} end as ci_lower,
        case when has_interval then {{ inequality_limit('upper', z) }} end as ci_upper,
        case
            when not has_interval then 'none'
            when kind = 'normal' then 'normal'
            when kind = 'log' then 'normal on the logarithm'
            when kind = 'clamped' then 'normal, cut at 0'
            else 'inversion of the variance'
        end as ci_method,
        cast(n_groups as {{ dbt.type_int() }}) as n_groups,
        coalesce(reason, interval_reason, case when not has_interval then 'no interval' end)
            as reason,
        case when reason is null then {{ inequality_gap() }} end as gap_size,
        case
            when reason is not null then null
            when gap = 'size' or not is_directed then 'no direction'
            when {{ inequality_lead() }} = 0 then 'equal'
            when polarity = 0 and {{ inequality_lead() }} > 0 then 'advantaged_higher'
            when polarity = 0 then 'advantaged_lower'
            when {{ inequality_gap() }} > 0 then 'disadvantaged_worse'
            else 'disadvantaged_better'
        end as gap_direction
    from (
        select
            *,
            coalesce(
                reason is null and interval_reason is null
                and (error is not null or own_upper is not null), false
            ) as has_interval
        from {{ rows }}
    ) as judged
{%- endmacro %}

{% macro inequality_limit(side, z) -%}
    {%- set sign = '-' if side == 'lower' else '+' -%}
    case
        when kind = 'own' then own_{{ side }}
        when kind = 'log' then value * exp({{ sign }}{{ z }} * error)
        when kind = 'clamped' and polarity * (value {{ sign }} {{ z }} * error) < 0 then 0
        else value {{ sign }} {{ z }} * error
    end
{%- endmacro %}

{#- Above 0 when the advantaged (or the reference) have the higher values. -#}
{% macro inequality_lead() -%}
    case
        when gap in ('ratio', 'signed_ratio') then value - 1
        when gap = 'same' and polarity = -1 then -value
        else value
    end
{%- endmacro %}

{#- Positive when the disadvantaged are worse off; ratios count from 1, worse over better. -#}
{% macro inequality_gap() -%}
    case
        when gap = 'size' then value
        when polarity = 0 and is_directed then null
        when value = 0 and gap in ('same', 'signed') then 0
        when gap = 'same' then value
        when gap = 'ratio' then value - 1
        when gap = 'signed' then polarity * value
        when polarity = 1 then value - 1
        when value > 0 then 1 / value - 1
    end
{%- endmacro %}
