{#-
  Rank among all areas of the kind (riket) and, for municipalities, in the county. Only where
  one end of the scale is better: all windows over every KPI cost 43 s of a build of 9 million
  rows, and 1 in 30 KPIs has a polarity.
-#}
{%- set best_first = 'order by value * polarity desc' -%}
{%- set in_kind = 'partition by indicator_id, year_end, gender, area_type' -%}
{%- set in_county = in_kind ~ ', county_id' -%}
{%- set ties = best_first ~ ' range between current row and current row' -%}
select
    indicator_id,
    area_id,
    year_end,
    gender,
    rank() over ({{ in_kind }} {{ best_first }}) as kind_rank,
    count(*) over ({{ in_kind }} {{ ties }}) as kind_n_tied,
    count(*) over ({{ in_kind }}) as kind_n_areas,
    rank() over ({{ in_county }} {{ best_first }}) as county_rank,
    count(*) over ({{ in_county }} {{ ties }}) as county_n_tied,
    count(*) over ({{ in_county }}) as county_n_areas
from {{ ref('int_comparable_value') }}
where polarity <> 0 and {{ has_distance('value_kind') }}
