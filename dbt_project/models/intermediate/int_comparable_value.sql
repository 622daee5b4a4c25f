{#-
  Values that are compared: not null, not the country's own, with what decides how. A table:
  as a view inside the join of int_similar_value it made a plan of 147 s instead of 12.
-#}
select
    v.indicator_id,
    v.area_id,
    v.year_start,
    v.year_end,
    v.gender,
    v.value,
    indicator.polarity,
    indicator.value_kind,
    indicator.is_register,
    area.area_type,
    area.county_id
from {{ ref('int_value') }} as v
inner join {{ ref('int_area') }} as area on v.area_id = area.area_id
inner join {{ ref('int_indicator') }} as indicator on v.indicator_id = indicator.indicator_id
where v.value is not null and area.area_type <> 'country'
