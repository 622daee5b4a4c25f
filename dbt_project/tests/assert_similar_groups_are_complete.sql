with

years as (
    select distinct year_end from {{ ref('int_similar_area') }}
),

sizes as (
    select
        area_id,
        year_end,
        count(*) as n_members
    from {{ ref('int_similar_area') }}
    group by area_id, year_end
)

select
    area.area_id,
    years.year_end,
    coalesce(sizes.n_members, 0) as n_members
from {{ ref('dim_area') }} as area
cross join years
left join sizes on area.area_id = sizes.area_id and years.year_end = sizes.year_end
where area.area_type <> 'country' and coalesce(sizes.n_members, 0) <> 7
