with

numbered as (
    select
        {{ series_no('indicator.indicator_no', 'v.year_end', gender_no('v.gender')) }}
            as series_no,
        indicator.indicator_no,
        area.area_no,
        v.year_end,
        cast({{ gender_no('v.gender') }} as {{ dbt.type_int() }}) as gender_no,
        v.value
    from {{ ref('int_value') }} as v
    inner join {{ ref('int_area') }} as area on v.area_id = area.area_id
    inner join {{ ref('int_indicator') }} as indicator on v.indicator_id = indicator.indicator_id
    where v.value is not null
)

select
    {{ cell_no('series_no', 'area_no') }} as cell_no,
    series_no,
    indicator_no,
    area_no,
    year_end,
    gender_no,
    value
from numbered
