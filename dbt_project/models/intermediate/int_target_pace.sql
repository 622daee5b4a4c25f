{#- The latest value and the yearly change of the straight line through the 5 latest points. -#}
with

points as (
    select
        indicator_no,
        area_no,
        year_end,
        step,
        value,
        age,
        -- 3 to -1 for five points: whole numbers, so that sums are exact.
        3 - age as t,
        {{ exact_number('value') }} as exact_value
    from {{ ref('int_trend_point') }}
    where gender_no = 0 and age <= 5
),

sums as (
    select
        indicator_no,
        area_no,
        max(year_end) as year_end,
        max(case when age = 1 then value end) as value,
        count(*) as n_points,
        max(age) as oldest,
        max(step) as step,
        cast(count(*) * sum(t * t) - sum(t) * sum(t) as double) as spread,
        cast(count(*) * sum(t * exact_value) - sum(t) * sum(exact_value) as double) as product
    from points
    group by indicator_no, area_no
)

select
    indicator_no,
    area_no,
    year_end,
    value,
    cast(n_points as {{ dbt.type_int() }}) as n_points,
    case when n_points = 5 and oldest = 5 then round(product / spread / step, 9) end
        as pace_per_year
from sums
