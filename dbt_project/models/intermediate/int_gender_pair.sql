{{ config(materialized='view') }}

select
    women.pair_cell_no,
    indicator.indicator_id,
    indicator_men.indicator_id as indicator_id_men,
    area.area_id,
    women.year_end - indicator.years_in_mean + 1 as year_start,
    women.year_end,
    women.value as value_women,
    men.value as value_men,
    indicator.polarity,
    indicator.value_kind,
    indicator.is_register,
    {{ untestable_reason('indicator') }} as untestable_reason
from {{ ref('int_gender_value') }} as women
inner join {{ ref('int_gender_value') }} as men
    on women.pair_cell_no = men.pair_cell_no
inner join {{ ref('int_indicator') }} as indicator on women.indicator_no = indicator.indicator_no
inner join {{ ref('int_indicator') }} as indicator_men
    on men.indicator_no = indicator_men.indicator_no
inner join {{ ref('int_area') }} as area on women.area_no = area.area_no
where women.gender_no = 1 and men.gender_no = 2
