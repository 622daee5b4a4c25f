{#- The county whose value is best in a series; of several the one with the lowest code. -#}
with

ranked as (
    select
        series_no,
        area_no as county_no,
        row_number() over (partition by series_no order by goodness desc, area_no) as place
    from {{ ref('int_ranked_value') }}
    where area_type = 'county'
)

select
    ranked.series_no,
    ranked.county_no,
    v.cell_no,
    v.value
from ranked
inner join {{ ref('int_series_value') }} as v
    on {{ cell_no('ranked.series_no', 'ranked.county_no') }} = v.cell_no
where ranked.place = 1
