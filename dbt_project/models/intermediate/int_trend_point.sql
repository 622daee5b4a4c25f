{#- The points a trend may stand on: the unbroken series that ends in the latest value, thinned. -#}
with

points as (
    select
        v.*,
        series.step,
        max(v.year_end) over (partition by v.indicator_no, v.area_no, v.gender_no) as last_year
    from {{ ref('int_series_value') }} as v
    inner join {{ ref('int_series_step') }} as series on v.indicator_no = series.indicator_no
    where v.year_end >= series.first_year_end
)

select
    cell_no,
    indicator_no,
    area_no,
    gender_no,
    year_end,
    step,
    value,
    cast((last_year - year_end) / step as {{ dbt.type_int() }}) + 1 as age
from points
where mod(last_year - year_end, step) = 0
