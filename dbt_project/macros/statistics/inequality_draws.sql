{#-
  Intervals from draws for the measures of inequality that have no closed form.
  Belongs here: drawing, the measures of each draw, and putting the limits beside the
  estimates. Does not: closed intervals (inequality.sql).

  Every draw gives each group a value from the normal distribution around its estimate, cut at
  the ends of the scale. The numbers depend on seed, set_id, group_no and draw only. A draw
  adds to the groups' spread the noise that their estimates have already, so its measures lie
  too high by about as much as the estimate itself does; the interval is therefore reflected:
  from 2 estimate - upper percentile to 2 estimate - lower percentile (the basic bootstrap).

  groups has the columns that inequality_measures describes, set_id and group_no at least 0. A
  row needs draws times groups rows: give it the sets whose reason says "only draws".
-#}
{% macro inequality_draws(groups, draws=1000, seed=1, tail='0.025') %}
    {%- set measures = ['bgsd', 'cov', 'mdmu', 'mdmw', 'mdbu', 'mdbw', 'mdru', 'mdrw',
        'idisu', 'idisw'] %}
    with ineq_number as ({{ numbers_below(draws) }}),

    ineq_limit as (
        select
            set_id,
            max(population) as n_max,
            min(estimate) - 7 * max(se) as origin,
            max(estimate) - min(estimate) + 14 * max(se) as width
        from {{ groups }}
        where estimate is not null
        group by set_id
        having count(*) = count(se) and count(*) >= 3
    ),

    ineq_stream as (
        select
            g.*,
            {{ mix('g.state', 'g.group_no') }} as stream,
            g.population / nullif(l.n_max, 0) as u,
            l.origin,
            nullif(l.width, 0) as width
        from (
            select
                *,
                {{ mix(seed, 'set_id') }} as state
            from {{ groups }}
            where estimate is not null
        ) as g
        inner join ineq_limit as l on g.set_id = l.set_id
    ),

    ineq_draw as ({{ inequality_drawn_groups() }}),

    ineq_drawn as ({{ inequality_drawn_measures() }}),

    ineq_quantile as (
        select
            set_id
            {%- for name in measures %},
            percentile_cont({{ tail }}) within group (order by {{ name }}) as {{ name }}_low,
            percentile_cont(1 - {{ tail }}) within group (order by {{ name }}) as {{ name }}_high
            {%- endfor %}
        from ineq_drawn
        group by set_id
    )

    {%- for name in measures %}
    select
        set_id,
        '{{ name }}' as measure,
        {{ name }}_low as low,
        {{ name }}_high as high
    from ineq_quantile
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{% endmacro %}

{#- One row a group and draw; e is the drawn value between origin (0) and origin + width (1). -#}
{% macro inequality_drawn_groups() %}
    select
        set_id,
        draw,
        polarity,
        u,
        coalesce(is_reference, false) as is_reference,
        origin,
        width,
        (case
            when y < scale_min then scale_min
            when y > scale_max then scale_max
            else y
        end - origin) / width as e
    from (
        select
            *,
            estimate + se * {{ normal_quantile('p') }} as y
        from (
            select
                *,
                {{ uniform_number(mix('state_of_draw', 'draw')) }} as p
            from (
                select
                    s.*,
                    n.number as draw,
                    {{ mix('s.stream', 'n.number') }} as state_of_draw
                from ineq_stream as s
                cross join ineq_number as n
            ) as numbered
        ) as uniform
    ) as normal
{%- endmacro %}

{#- One row a set and draw. -#}
{% macro inequality_drawn_measures() %}
    select
        set_id,
        draw,
        sqrt(variance) * width as bgsd,
        case when mean > 0 then 100 * sqrt(variance) * width / mean end as cov,
        mdmu,
        mdmw,
        case when polarity = 1 then e_max - e_mean else e_mean - e_min end * width as mdbu,
        case when polarity = 1 then e_max - m else m - e_min end * width as mdbw,
        mdru,
        mdrw,
        case when mean > 0 then 100 * mdmu / mean end as idisu,
        case when mean > 0 then 100 * mdmw / mean end as idisw
    from (
        select
            d.set_id,
            d.draw,
            d.polarity,
            d.width,
            m.e_mean,
            m.e_min,
            m.e_max,
            m.m,
            m.variance,
            d.origin + m.m * d.width as mean,
            {{ exact_sum('abs(d.e - m.m)') }} / count(*) * d.width as mdmu,
            {{ exact_sum('d.u * abs(d.e - m.m)') }} / m.sum_u * d.width as mdmw,
            {{ exact_sum('abs(d.e - m.e_reference)') }} / count(*) * d.width as mdru,
            {{ exact_sum('d.u * abs(d.e - m.e_reference)') }} / m.sum_u * d.width as mdrw
        from ineq_draw as d
        inner join (
            select
                *,
                sum_ue / sum_u as m,
                {{ at_least_zero('sum_uee / sum_u - sum_ue / sum_u * sum_ue / sum_u') }}
                    as variance
            from (
                select
                    set_id,
                    draw,
                    min(e) as e_min,
                    max(e) as e_max,
                    max(case when is_reference then e end) as e_reference,
                    {{ exact_sum('e') }} / count(*) as e_mean,
                    nullif({{ exact_sum('u') }}, 0) as sum_u,
                    {{ exact_sum('u * e') }} as sum_ue,
                    {{ exact_sum('u * e * e') }} as sum_uee
                from ineq_draw
                group by set_id, draw
            ) as sums
        ) as m on d.set_id = m.set_id and d.draw = m.draw
        group by
            d.set_id, d.draw, d.polarity, d.width, d.origin,
            m.e_mean, m.e_min, m.e_max, m.m, m.variance, m.sum_u
    ) as drawn
{%- endmacro %}

{#-
  Rows of inequality_measures with the limits of inequality_draws where nothing else holds.
  Both arguments are relations.
-#}
{% macro inequality_with_draws(measures, drawn) %}
    select
        m.set_id,
        m.measure,
        m.estimate,
        m.se,
        case when d.set_id is null then m.ci_lower
            else {{ at_least_zero('2 * m.estimate - d.high') }} end as ci_lower,
        case when d.set_id is null then m.ci_upper
            else {{ at_least_zero('2 * m.estimate - d.low') }} end as ci_upper,
        case when d.set_id is null then m.ci_method else 'draws' end as ci_method,
        m.n_groups,
        case when d.set_id is null then m.reason end as reason,
        m.gap_size,
        m.gap_direction
    from {{ measures }} as m
    left join {{ drawn }} as d
        on
            m.set_id = d.set_id
            and m.measure = d.measure
            and m.reason = 'no closed interval, only draws'
            and d.low is not null
{% endmacro %}

{#- The whole numbers from 0 to n - 1, without an engine's own function. -#}
{% macro numbers_below(n) %}
    {%- set digits = (n - 1) | string | length %}
    select number
    from (
        select
            {%- for place in range(digits) %}
            {{ ' + ' if not loop.first }}d{{ place }}.digit * {{ 10 ** place }}
            {%- endfor %} as number
        from
            {%- for place in range(digits) %}
            {{ 'cross join ' if not loop.first }}(
                {%- for digit in range(10) %}
                select cast({{ digit }} as {{ dbt.type_bigint() }}) as digit
                {{- ' union all' if not loop.last }}
                {%- endfor %}
            ) as d{{ place }}
            {%- endfor %}
    ) as counted
    where number < {{ n }}
{%- endmacro %}
