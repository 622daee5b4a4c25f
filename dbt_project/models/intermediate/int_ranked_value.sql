{#-
  A table: as part of int_area_rank, whose planner then does not know how few rows these are
  (1 in 30 KPIs has a polarity), the ranks of 66 KPIs took 5 s instead of 1.
-#}
select
    v.cell_no,
    v.series_no,
    v.area_no,
    v.year_end,
    v.value * indicator.polarity as goodness,
    area.area_type,
    area.county_no
from {{ ref('int_series_value') }} as v
inner join {{ ref('int_area') }} as area on v.area_no = area.area_no
inner join {{ ref('int_indicator') }} as indicator on v.indicator_no = indicator.indicator_no
where
    area.area_type <> 'country'
    and indicator.polarity <> 0
    and {{ has_distance('indicator.value_kind') }}
