{{ config(materialized='view') }}
{#-
  A view: as a table it would hold area_gap's rows a second time (20 million at full size).
  Each comparison is made on numbers; texts come in once, after the union.
-#}
{%- set focus_columns -%}
    focus.cell_no,
        focus.indicator_no,
        focus.area_no,
        focus.year_end,
        focus.gender_no,
        focus.value
{%- endset -%}
{%- set join_rank -%}
    left join {{ ref('int_area_rank') }} as ranked on focus.cell_no = ranked.cell_no
{%- endset -%}
with

country_values as (
    select
        v.series_no,
        v.value
    from {{ ref('int_series_value') }} as v
    inner join {{ ref('int_area') }} as area on v.area_no = area.area_no
    where area.area_type = 'country'
),

county_values as (
    select
        v.cell_no,
        v.value
    from {{ ref('int_series_value') }} as v
    inner join {{ ref('int_area') }} as area on v.area_no = area.area_no
    where area.area_type = 'county'
),

group_sizes as (
    select
        area_no,
        year_end,
        is_stand_in,
        count(*) as n_members
    from {{ ref('int_similar_area') }}
    group by area_no, year_end, is_stand_in
),

riket as (
    select
        {{ focus_columns }},
        'riket' as benchmark,
        country_values.value as benchmark_value,
        case when country_values.value is null then 0 else 1 end as benchmark_n_areas,
        ranked.kind_rank as peer_rank,
        ranked.kind_n_tied as n_tied,
        ranked.kind_n_areas as n_areas,
        false as is_group_stand_in,
        case when country_values.value is null then 'riket has no value' end as benchmark_reason
    from {{ ref('int_series_value') }} as focus
    left join country_values on focus.series_no = country_values.series_no
    {{ join_rank }}
),

county as (
    select
        {{ focus_columns }},
        'county' as benchmark,
        county_values.value as benchmark_value,
        case when county_values.value is null then 0 else 1 end as benchmark_n_areas,
        ranked.county_rank as peer_rank,
        ranked.county_n_tied as n_tied,
        ranked.county_n_areas as n_areas,
        false as is_group_stand_in,
        case when county_values.value is null then 'county has no value' end as benchmark_reason
    from {{ ref('int_series_value') }} as focus
    inner join {{ ref('int_area') }} as focus_area on focus.area_no = focus_area.area_no
    left join county_values
        on {{ cell_no('focus.series_no', 'focus_area.county_no') }} = county_values.cell_no
    {{ join_rank }}
    where focus_area.area_type = 'municipality'
),

similar_areas as (
    select
        {{ focus_columns }},
        'similar' as benchmark,
        case when similar_value.n_with_value >= {{ min_similar() }} then similar_value.mean_value end
            as benchmark_value,
        coalesce(similar_value.n_with_value, 0) as benchmark_n_areas,
        ranked.similar_rank as peer_rank,
        ranked.similar_n_tied as n_tied,
        coalesce(similar_value.n_with_value, 0) + 1 as n_areas,
        coalesce(group_sizes.is_stand_in, false) as is_group_stand_in,
        case
            when group_sizes.n_members is null then 'no group of similar areas'
            when coalesce(similar_value.n_with_value, 0) < {{ min_similar() }}
                then {{ dbt.concat([
                    "'fewer than " ~ min_similar() ~ " of the '",
                    "cast(group_sizes.n_members as " ~ dbt.type_string() ~ ")",
                    "' similar areas have a value'"
                ]) }}
        end as benchmark_reason
    from {{ ref('int_series_value') }} as focus
    left join group_sizes
        on focus.area_no = group_sizes.area_no and focus.year_end = group_sizes.year_end
    left join {{ ref('int_similar_value') }} as similar_value
        on focus.cell_no = similar_value.cell_no
    {{ join_rank }}
),

best_county as (
    select
        {{ focus_columns }},
        'best_county' as benchmark,
        best.value as benchmark_value,
        case when best.value is null then 0 else 1 end as benchmark_n_areas,
        ranked.kind_rank as peer_rank,
        ranked.kind_n_tied as n_tied,
        ranked.kind_n_areas as n_areas,
        false as is_group_stand_in,
        case when best.value is null then 'no county has a value' end as benchmark_reason
    from {{ ref('int_ranked_value') }} as placed
    inner join {{ ref('int_series_value') }} as focus on placed.cell_no = focus.cell_no
    left join {{ ref('int_best_county') }} as best on focus.series_no = best.series_no
    {{ join_rank }}
    -- The best county is not compared with itself.
    where best.cell_no is null or best.cell_no <> focus.cell_no
),

compared as (
    select * from riket
    union all
    select * from county
    union all
    select * from similar_areas
    union all
    select * from best_county
)

select
    compared.cell_no,
    indicator.indicator_id,
    area.area_id,
    compared.year_end - indicator.years_in_mean + 1 as year_start,
    compared.year_end,
    {{ gender_letter('compared.gender_no') }} as gender,
    compared.value,
    indicator.polarity,
    indicator.value_kind,
    indicator.is_register,
    compared.benchmark,
    -- A mean of codes would be a distance between them.
    case
        when compared.benchmark <> 'similar' or {{ has_distance('indicator.value_kind') }}
            then compared.benchmark_value
    end as benchmark_value,
    compared.benchmark_n_areas,
    compared.peer_rank,
    compared.n_tied,
    compared.n_areas,
    compared.is_group_stand_in,
    compared.benchmark_reason,
    {{ untestable_reason('indicator') }} as untestable_reason
from compared
inner join {{ ref('int_area') }} as area on compared.area_no = area.area_no
inner join {{ ref('int_indicator') }} as indicator on compared.indicator_no = indicator.indicator_no
where area.area_type <> 'country'
