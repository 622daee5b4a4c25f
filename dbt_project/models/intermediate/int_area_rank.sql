{#- Rank among all areas of the kind (riket), in the county and among the similar areas. -#}
{%- set best_first = 'order by goodness desc' -%}
{%- set in_kind = 'partition by series_no, area_type' -%}
{%- set in_county = in_kind ~ ', county_no' -%}
{%- set ties = best_first ~ ' range between current row and current row' -%}
with

among_similar as (
    select
        focus.cell_no,
        count(case when peer.goodness > focus.goodness then 1 end) + 1 as similar_rank,
        count(case when peer.goodness = focus.goodness then 1 end) + 1 as similar_n_tied
    from {{ ref('int_ranked_value') }} as focus
    inner join {{ ref('int_similar_area') }} as similar_area
        on focus.area_no = similar_area.area_no and focus.year_end = similar_area.year_end
    inner join {{ ref('int_ranked_value') }} as peer
        on {{ cell_no('focus.series_no', 'similar_area.similar_area_no') }} = peer.cell_no
    group by focus.cell_no
),

among_all as (
    select
        cell_no,
        rank() over ({{ in_kind }} {{ best_first }}) as kind_rank,
        count(*) over ({{ in_kind }} {{ ties }}) as kind_n_tied,
        count(*) over ({{ in_kind }}) as kind_n_areas,
        rank() over ({{ in_county }} {{ best_first }}) as county_rank,
        count(*) over ({{ in_county }} {{ ties }}) as county_n_tied,
        count(*) over ({{ in_county }}) as county_n_areas
    from {{ ref('int_ranked_value') }}
)

select
    among_all.*,
    -- Without a similar area that has a value, an area is the first of one.
    coalesce(among_similar.similar_rank, 1) as similar_rank,
    coalesce(among_similar.similar_n_tied, 1) as similar_n_tied
from among_all
left join among_similar on among_all.cell_no = among_similar.cell_no
