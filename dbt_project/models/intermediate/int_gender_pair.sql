{{ config(materialized='view') }}

select
    women.indicator_id,
    men.indicator_id as indicator_id_men,
    women.area_id,
    women.year_start,
    women.year_end,
    women.value as value_women,
    men.value as value_men,
    indicator.polarity,
    indicator.value_kind,
    indicator.is_register
from {{ ref('int_gender_value') }} as women
inner join {{ ref('int_gender_value') }} as men
    on
        women.pair_indicator_id = men.pair_indicator_id
        and women.area_id = men.area_id
        and women.year_end = men.year_end
inner join {{ ref('int_indicator') }} as indicator on women.indicator_id = indicator.indicator_id
where women.gender = 'K' and men.gender = 'M'
