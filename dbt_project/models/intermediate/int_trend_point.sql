{#-
  The points that a trend may stand on: those of the unbroken series that ends in the latest
  value, as many years apart as the indicator declares. Means over k years overlap unless they
  end k years apart, and an election's turnout is repeated until the next election.
-#}
with

indicators as (
    select
        indicator_no,
        years_in_mean,
        case when years_in_mean > cycle_years then years_in_mean else cycle_years end as step,
        cast(right(series_breaks, 4) as {{ dbt.type_int() }}) as first_year_of_series
    from {{ ref('int_indicator') }}
    where is_register and {{ has_distance('value_kind') }}
),

points as (
    select
        v.*,
        indicators.step,
        max(v.year_end) over (partition by v.indicator_no, v.area_no, v.gender_no) as last_year
    from {{ ref('int_series_value') }} as v
    inner join indicators on v.indicator_no = indicators.indicator_no
    where
        indicators.first_year_of_series is null
        or v.year_end - indicators.years_in_mean + 1 >= indicators.first_year_of_series
)

select
    cell_no,
    indicator_no,
    area_no,
    gender_no,
    year_end,
    cast(step as {{ dbt.type_int() }}) as step,
    value,
    cast((last_year - year_end) / step as {{ dbt.type_int() }}) + 1 as age
from points
where mod(last_year - year_end, step) = 0
