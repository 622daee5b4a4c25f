{#-
  Inequality between groups, first part: what has to look at the groups of a result set.
  Belongs here: four passes over the groups, each a common table expression. Does not:
  formulas of measures (inequality_values.sql), reasons and intervals (inequality.sql).

  Groups without an estimate are counted and left out. Sums are of scaled numbers (see
  exact_sum): u population over the largest; e estimate, 0 at the set's smallest and 1 at its
  largest; v standard error over the largest; x midpoint rank less 1/2; l and h, logarithm
  and reciprocal of the estimate, scaled like e.
-#}
{% macro inequality_sets(groups) -%}
    ineq_range as ({{ inequality_range(groups) }}),

    ineq_ranked as ({{ inequality_ranked(groups) }}),

    ineq_sum as ({{ inequality_sum() }}),

    ineq_middle as ({{ inequality_middle() }}),

    ineq_deviation as ({{ inequality_deviation(groups) }})
{%- endmacro %}

{#- Counts, limits, and whatever else is one value a set. -#}
{% macro inequality_range(groups) %}
    select
        set_id,
        count(*) as n_all,
        count(estimate) as n_groups,
        count(case when estimate is not null and population >= 0 then 1 end) as n_population,
        count(case when estimate is not null and se >= 0 then 1 end) as n_se,
        count(case when estimate is not null then group_order end) as n_order,
        count(case when is_reference then 1 end) as n_reference,
        max(case when is_ordered then 1 else 0 end) as ordered,
        max(polarity) as polarity,
        max(scale_min) as scale_min,
        max(scale_max) as scale_max,
        max(setting_average) as setting_average,
        min(estimate) as y_min,
        max(estimate) as y_max,
        max(case when is_reference then estimate end) as y_reference,
        min(case when not coalesce(is_reference, false) then estimate end) as y_other_min,
        max(case when not coalesce(is_reference, false) then estimate end) as y_other_max,
        min(case when estimate is not null then group_order end) as order_min,
        max(case when estimate is not null then group_order end) as order_max,
        max(case when estimate is not null then population end) as n_max,
        max(case when estimate is not null then se end) as s_max
    from {{ groups }}
    group by set_id
{%- endmacro %}

{#-
  Midpoint ranks; groups of the same order share the midpoint of their joint span. The
  windows are a third of all work, so unordered sets go round them. Populations are rounded
  to 2^-40 of the largest here: their running sums are then exact in any order.
-#}
{% macro inequality_ranked(groups) %}
    {%- set row = 'g.set_id, g.group_no, g.group_order, g.estimate, g.se, g.population,
        coalesce(g.is_reference, false) as is_reference' %}
    {%- set from = 'from ' ~ groups ~ ' as g inner join ineq_range as r on g.set_id = r.set_id
        where g.estimate is not null' %}
    {%- set to_here = 'partition by set_id order by group_order range between
        unbounded preceding' %}
    select
        set_id,
        group_no,
        group_order,
        estimate,
        se,
        population,
        is_reference,
        (below + through) / 2 / nullif(total, 0) - 0.5 as x
    from (
        select
            *,
            coalesce(sum(part) over ({{ to_here }} and 1 preceding), 0) as below,
            sum(part) over ({{ to_here }} and current row) as through,
            sum(part) over (partition by set_id) as total
        from (
            select
                {{ row }},
                (g.population / nullif(r.n_max, 0) + 6.144e3) - 6.144e3 as part
            {{ from }} and r.ordered = 1
        ) as ordered_groups
    ) as spans
    union all
    select
        {{ row }},
        cast(null as double) as x
    {{ from }} and r.ordered = 0
{%- endmacro %}

{#- Sums that need no mean, and the groups that are picked: ties go to the first by number. -#}
{% macro inequality_sum() %}
    {%- set picks = {
        'top_no': 'group_order = order_max',
        'bottom_no': 'group_order = order_min',
        'high_no': 'estimate = y_max',
        'low_no': 'estimate = y_min',
        'reference_no': 'is_reference',
        'other_low_no': 'not is_reference and estimate = y_other_min',
        'other_high_no': 'not is_reference and estimate = y_other_max',
    } %}
    {%- set sums = {
        'sum_all': 'u', 'sum_e': 'e', 'sum_ue': 'u * e', 'sum_uee': 'u * e * e',
        'sum_v2': 'v * v', 'sum_uv2': 'u * v * v',
        'sum_q': 'q', 'sum_qe': 'q * e', 'sum_qee': 'q * e * e',
        'sum_u2v4': 'q * v * v', 'sum_u3v4': 'q * u * v * v',
        'sum_uxx': 'u * x * x', 'sum_uxe': 'u * x * e',
        'sum_qx': 'q * x', 'sum_qxx': 'q * x * x',
        'sum_ul': 'u * l', 'sum_uel': 'u * e * l', 'sum_ql': 'q * l', 'sum_qll': 'q * l * l',
        'sum_qh': 'q * h', 'sum_qhh': 'q * h * h',
        'sum_ref': 'abs(e - e_reference)', 'sum_uref': 'u * abs(e - e_reference)',
    } %}
    select
        set_id as sum_set_id,
        {%- for name, rule in picks.items() %}
        min(case when {{ rule }} then group_no end) as {{ name }},
        {%- endfor %}
        {%- for name, term in sums.items() %}
        {{ exact_sum(term) }} as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from (
        select
            *,
            u * u * v * v as q
        from (
            select
                g.set_id,
                g.group_no,
                g.group_order,
                g.estimate,
                g.is_reference,
                g.x,
                g.population / nullif(r.n_max, 0) as u,
                case when r.s_max > 0 then g.se / r.s_max else g.se end as v,
                coalesce((g.estimate - r.y_min) / nullif(r.y_max - r.y_min, 0), 0) as e,
                coalesce((r.y_reference - r.y_min) / nullif(r.y_max - r.y_min, 0), 0)
                    as e_reference,
                case
                    when r.y_min > 0 and r.y_max > r.y_min
                        then ln(g.estimate / r.y_min) / ln(r.y_max / r.y_min)
                    when r.y_min > 0 then 0
                end as l,
                case
                    when r.y_min > 0 and r.y_max > r.y_min
                        then
                            (r.y_max - g.estimate) / (r.y_max - r.y_min) * r.y_min / g.estimate
                    when r.y_min > 0 then 0
                end as h,
                r.y_min,
                r.y_max,
                r.y_other_min,
                r.y_other_max,
                r.order_min,
                r.order_max
            from ineq_ranked as g
            inner join ineq_range as r on g.set_id = r.set_id
        ) as scaled
    ) as weighted
    group by set_id
{%- endmacro %}

{#- The mean (the given one where populations are missing), and which two groups d compares. -#}
{% macro inequality_middle() %}
    select
        *,
        (mean - y_min) / nullif(y_range, 0) as center,
        case
            when ordered = 1 then top_no
            when n_reference > 0 then reference_no
            else high_no
        end as first_no,
        case
            when ordered = 1 then bottom_no
            when n_reference > 0 and (polarity = 1 or n_groups = 2) then other_low_no
            when n_reference > 0 and polarity = -1 then other_high_no
            when n_reference = 0 then low_no
        end as second_no
    from (
        select
            r.*,
            s.*,
            nullif(s.sum_all, 0) as sum_u,
            r.y_max - r.y_min as y_range,
            r.n_population = r.n_groups and s.sum_all > 0 as has_population,
            s.sum_ue / nullif(s.sum_all, 0) as m,
            case
                when r.n_population = r.n_groups and s.sum_all > 0
                    then r.y_min + (r.y_max - r.y_min) * (s.sum_ue / s.sum_all)
                else r.setting_average
            end as mean
        from ineq_range as r
        left join ineq_sum as s on r.set_id = s.sum_set_id
    ) as means
{%- endmacro %}

{#- Sums of distances from the mean, and the values of the groups that were picked. -#}
{% macro inequality_deviation(groups) %}
    select
        set_id as deviation_set_id,
        {{ exact_sum('a') }} as sum_a,
        {{ exact_sum('u * a') }} as sum_ua,
        {%- for side in ('first', 'second') %}
        max(case when group_no = {{ side }}_no then estimate end) as y_{{ side }},
        max(case when group_no = {{ side }}_no then se end) as s_{{ side }},
        {%- endfor %}
        max(case when group_no = first_no then population end) as n_first
    from (
        select
            g.set_id,
            g.group_no,
            g.estimate,
            g.se,
            g.population,
            m.first_no,
            m.second_no,
            g.population / nullif(m.n_max, 0) as u,
            abs(coalesce((g.estimate - m.y_min) / nullif(m.y_range, 0), 0) - m.center)
            / (1 + abs(m.center)) as a
        from {{ groups }} as g
        inner join ineq_middle as m on g.set_id = m.set_id
        where g.estimate is not null
    ) as distances
    group by set_id
{%- endmacro %}
