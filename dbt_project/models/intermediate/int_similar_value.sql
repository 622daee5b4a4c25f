{#- 45 million pairs of area and similar area; ranks among them are int_area_rank's. -#}
with

peers as (
    select
        cell_no,
        {{ exact_number('value') }} as value
    from {{ ref('int_series_value') }}
)

select
    focus.cell_no,
    {{ exact_mean('peers.value') }} as mean_value,
    count(*) as n_with_value
from {{ ref('int_series_value') }} as focus
inner join {{ ref('int_similar_area') }} as similar_area
    on focus.area_no = similar_area.area_no and focus.year_end = similar_area.year_end
inner join peers
    on {{ cell_no('focus.series_no', 'similar_area.similar_area_no') }} = peers.cell_no
group by focus.cell_no
