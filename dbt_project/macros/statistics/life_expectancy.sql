{#-
  Life expectancy from an abridged life table (Chiang 1984, method II) with the interval of
  Silcocks et al. 2001 (JECH 55:38), which adds the last band's variance.
  Belongs here: the table for the 20 bands 0, 1-4, 5-9, ... 85-89, 90+. Does not: choosing
  years and populations.
-#}

{#-
  One row per key and band: start_age, life_expectancy and its se (years), pops_used and
  dths_used (from the band upwards), reason (null where there is a value; the same for all
  bands of a key). a = 0.1 in the first year, 0.5 after; q = n M / (1 + n M (1 - a));
  last band q = 1, L = l / M, variance term l² (M / P) / M⁴; others
  l² ((1 - a) n + e_next)² q² (1 - q) / D. No value for 5 000 persons or fewer.
  keys: list of columns, none null. Sums run in decimals, so that they have no order.
-#}
{% macro life_table(relation, keys, start_age, population, deaths) -%}
    {%- set by = keys | join(', ') -%}
    {%- set upwards = 'over (partition by ' ~ by ~ ' order by age desc'
        ~ ' rows between unbounded preceding and current row)' -%}
    with lt_band as (
        select
            {{ by }},
            {{ start_age }} as age,
            cast({{ population }} as double) as p,
            cast({{ deaths }} as double) as d,
            case {{ start_age }} when 0 then 1 when 1 then 4 when 90 then null else 5 end as n,
            case {{ start_age }} when 0 then 0.1 else 0.5 end as a
        from {{ relation }} as bands
    ),
    lt_risk as (
        select
            *,
            d / nullif(p, 0) as m,
            case
                when age = 90 then 1.0
                else n * d / nullif(p, 0) / (1.0 + n * d / nullif(p, 0) * (1.0 - a))
            end as q
        from lt_band
    ),
    lt_reason as (
        select
            {{ by }},
            case
                when count(*) <> 20 or count(distinct age) <> 20
                    or min(age) <> 0 or max(age) <> 90
                    or sum(case when age = 1 or mod(age, 5) = 0 then 1 else 0 end) <> 20
                    then 'bands are not 0, 1, 5, 10, ... 85, 90'
                when sum(case when p > 0 and d >= 0 and d <= p then 1 else 0 end) <> 20
                    then 'a band without persons, or with more deaths than persons'
                when sum(p) <= 5000 then 'population of 5 000 or fewer'
                when sum(case when age = 90 and d > 0 then 1 else 0 end) <> 1
                    then 'no deaths in the last band'
                when sum(case when age < 90 and q >= 1 then 1 else 0 end) > 0
                    then 'a death rate too high for a band of its width'
            end as reason
        from lt_risk
        group by {{ by }}
    ),
    lt_alive as (
        select
            r.*,
            exp(cast(coalesce(
                sum(cast(ln(case when r.age < 90 then 1.0 - r.q else 1.0 end) as decimal(38, 24)))
                    over (
                        partition by {{ by }} order by r.age
                        rows between unbounded preceding and 1 preceding
                    ), 0
            ) as double)) as l
        from lt_risk as r
        inner join lt_reason as why using ({{ by }})
        where why.reason is null
    ),
    lt_years as (
        select
            *,
            cast(sum(cast(
                case when age = 90 then l / m else n * (l - l * q * (1.0 - a)) end
                as decimal(38, 24)
            )) {{ upwards }} as double) / l as e
        from lt_alive
    ),
    lt_term as (
        select
            *,
            l * l * case
                when age = 90 then 1.0 / (d * m * m)
                when d = 0 then 0.0
                else q * q * (1.0 - q) / d * power(
                    (1.0 - a) * n + lead(e) over (partition by {{ by }} order by age), 2
                )
            end as v
        from lt_years
    ),
    lt_value as (
        select
            {{ by }},
            age,
            e,
            sqrt(cast(sum(cast(v as decimal(38, 24))) {{ upwards }} as double)) / l as se,
            sum(cast(p as decimal(38, 9))) {{ upwards }} as pops_used,
            sum(cast(d as decimal(38, 9))) {{ upwards }} as dths_used
        from lt_term
    )
    select
        {% for key in keys %}b.{{ key }},
        {% endfor -%}
        b.age as start_age,
        x.e as life_expectancy,
        x.se,
        cast(x.pops_used as double) as pops_used,
        cast(x.dths_used as double) as dths_used,
        why.reason
    from lt_band as b
    inner join lt_reason as why using ({{ by }})
    left join lt_value as x
        on b.age = x.age{% for key in keys %} and b.{{ key }} = x.{{ key }}{% endfor %}
{%- endmacro %}
