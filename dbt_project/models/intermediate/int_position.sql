{#-
  Socioeconomic position of municipalities: rank by education, income and child poverty, in the
  latest year of each at or before the value's year. 1 is the most disadvantaged; equal values
  share a rank.
-#}
with

rankings as (
    select
        'education' as position_by,
        'N01982' as indicator_id,
        1 as direction
    union all
    select
        'income' as position_by,
        'N00906' as indicator_id,
        1 as direction
    union all
    select
        'child_poverty' as position_by,
        'N66077' as indicator_id,
        -1 as direction
),

placed as (
    select
        rankings.position_by,
        v.area_no,
        v.year_end as position_year,
        rank() over (
            partition by rankings.position_by, v.year_end order by v.value * rankings.direction
        ) as group_order
    from {{ ref('int_series_value') }} as v
    inner join {{ ref('int_indicator') }} as indicator on v.indicator_no = indicator.indicator_no
    inner join rankings on indicator.indicator_id = rankings.indicator_id
    inner join {{ ref('int_area') }} as area on v.area_no = area.area_no
    where area.area_type = 'municipality' and v.gender_no = 0
),

years as (
    select
        v.year_end,
        placed.position_by,
        max(placed.position_year) as position_year
    from (select distinct year_end from {{ ref('int_series_value') }}) as v
    inner join (select distinct position_by, position_year from placed) as placed
        on placed.position_year <= v.year_end
    group by v.year_end, placed.position_by
)

select
    years.position_by,
    years.year_end,
    years.position_year,
    placed.area_no,
    cast(placed.group_order as {{ dbt.type_int() }}) as group_order
from years
inner join placed
    on years.position_by = placed.position_by and years.position_year = placed.position_year
