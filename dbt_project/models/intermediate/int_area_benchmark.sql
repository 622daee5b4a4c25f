{{ config(materialized='view') }}
{#- A view: as a table it would hold area_gap's rows a second time (20 million at full size). -#}
{%- set value_columns -%}
    focus.indicator_id,
        focus.area_id,
        focus.year_start,
        focus.year_end,
        focus.gender,
        focus.value,
        focus.polarity,
        focus.value_kind,
        focus.is_register
{%- endset -%}
{%- set join_rank -%}
    left join {{ ref('int_area_rank') }} as ranked
        on
            focus.indicator_id = ranked.indicator_id
            and focus.area_id = ranked.area_id
            and focus.year_end = ranked.year_end
            and focus.gender = ranked.gender
{%- endset -%}
{%- set min_similar = 4 -%}
with

published as (
    select
        v.indicator_id,
        v.area_id,
        v.year_end,
        v.gender,
        v.value,
        area.area_type
    from {{ ref('int_value') }} as v
    inner join {{ ref('int_area') }} as area on v.area_id = area.area_id
    where v.value is not null and area.area_type in ('country', 'county')
),

group_sizes as (
    select
        area_id,
        year_end,
        is_stand_in,
        count(*) as n_members
    from {{ ref('int_similar_area') }}
    group by area_id, year_end, is_stand_in
),

riket as (
    select
        {{ value_columns }},
        'riket' as benchmark,
        riket.value as benchmark_value,
        case when riket.value is null then 0 else 1 end as benchmark_n_areas,
        ranked.kind_rank as peer_rank,
        ranked.kind_n_tied as n_tied,
        ranked.kind_n_areas as n_areas,
        false as is_group_stand_in,
        case when riket.value is null then 'riket has no value' end as benchmark_reason
    from {{ ref('int_comparable_value') }} as focus
    left join published as riket
        on
            focus.indicator_id = riket.indicator_id
            and focus.year_end = riket.year_end
            and focus.gender = riket.gender
            and riket.area_type = 'country'
    {{ join_rank }}
),

county as (
    select
        {{ value_columns }},
        'county' as benchmark,
        county.value as benchmark_value,
        case when county.value is null then 0 else 1 end as benchmark_n_areas,
        ranked.county_rank as peer_rank,
        ranked.county_n_tied as n_tied,
        ranked.county_n_areas as n_areas,
        false as is_group_stand_in,
        case when county.value is null then 'county has no value' end as benchmark_reason
    from {{ ref('int_comparable_value') }} as focus
    left join published as county
        on
            focus.indicator_id = county.indicator_id
            and focus.county_id = county.area_id
            and focus.year_end = county.year_end
            and focus.gender = county.gender
            and county.area_type = 'county'
    {{ join_rank }}
    where focus.area_type = 'municipality'
),

similar_areas as (
    select
        {{ value_columns }},
        'similar' as benchmark,
        -- A mean of codes would be a distance between them.
        case
            when
                similar_value.n_with_value >= {{ min_similar }}
                and {{ has_distance('focus.value_kind') }}
                then similar_value.mean_value
        end as benchmark_value,
        coalesce(similar_value.n_with_value, 0) as benchmark_n_areas,
        coalesce(similar_value.similar_rank, 1) as peer_rank,
        coalesce(similar_value.n_tied, 1) as n_tied,
        coalesce(similar_value.n_with_value, 0) + 1 as n_areas,
        coalesce(group_sizes.is_stand_in, false) as is_group_stand_in,
        case
            when group_sizes.n_members is null then 'no group of similar areas'
            when coalesce(similar_value.n_with_value, 0) < {{ min_similar }}
                then {{ dbt.concat([
                    "'fewer than " ~ min_similar ~ " of the '",
                    "cast(group_sizes.n_members as " ~ dbt.type_string() ~ ")",
                    "' similar areas have a value'"
                ]) }}
        end as benchmark_reason
    from {{ ref('int_comparable_value') }} as focus
    left join group_sizes
        on focus.area_id = group_sizes.area_id and focus.year_end = group_sizes.year_end
    left join {{ ref('int_similar_value') }} as similar_value
        on
            focus.indicator_id = similar_value.indicator_id
            and focus.area_id = similar_value.area_id
            and focus.year_end = similar_value.year_end
            and focus.gender = similar_value.gender
)

select * from riket
union all
select * from county
union all
select * from similar_areas
