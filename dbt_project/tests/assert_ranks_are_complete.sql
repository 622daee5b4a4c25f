with

comparisons as (
    select
        gap.indicator_id,
        gap.year_end,
        gap.gender,
        area.area_type,
        min(gap.rank) as first_rank,
        max(gap.rank + gap.n_tied - 1) as last_rank,
        max(gap.n_areas) as n_areas,
        count(*) as n_rows,
        sum(1.0 / gap.n_tied) as n_ranks,
        count(distinct gap.rank) as n_distinct_ranks
    from {{ ref('area_gap') }} as gap
    inner join {{ ref('dim_area') }} as area on gap.area_id = area.area_id
    where gap.benchmark = 'riket' and gap.rank is not null
    group by gap.indicator_id, gap.year_end, gap.gender, area.area_type
)

select *
from comparisons
where
    first_rank <> 1
    or last_rank <> n_areas
    or n_areas <> n_rows
    -- Each area counts as one n_tied-th of its rank, so the parts add up to the ranks there are.
    or abs(n_ranks - n_distinct_ranks) > 0.001
