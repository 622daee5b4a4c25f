{#-
  Values that groups can be compared by, with the weight of each area. Counts are left out: they
  measure the size of an area, and codes have no distance.
-#}
with

population as (
    select
        v.area_no,
        v.year_end,
        v.gender_no,
        v.value as population
    from {{ ref('int_series_value') }} as v
    inner join {{ ref('int_indicator') }} as indicator on v.indicator_no = indicator.indicator_no
    where indicator.indicator_id = 'N01951'
)

select
    v.cell_no,
    v.series_no,
    v.indicator_no,
    v.area_no,
    v.year_end,
    v.gender_no,
    v.value,
    share.se,
    population.population,
    area.area_type,
    area.county_no,
    area.is_focus,
    indicator.polarity,
    indicator.scale
from {{ ref('int_series_value') }} as v
inner join {{ ref('int_indicator') }} as indicator on v.indicator_no = indicator.indicator_no
inner join {{ ref('int_area') }} as area on v.area_no = area.area_no
left join population
    on
        v.area_no = population.area_no
        and v.year_end = population.year_end
        and v.gender_no = population.gender_no
left join {{ ref('int_share') }} as share on v.cell_no = share.cell_no
where indicator.value_kind in ('share', 'rate', 'mean', 'median', 'index')
