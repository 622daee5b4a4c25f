with

cells as (
    select
        v.indicator_id,
        v.area_id,
        v.year_end,
        max(case when v.gender = 'T' then v.value end) as total,
        max(case when v.gender = 'K' then v.value end) as women,
        max(case when v.gender = 'M' then v.value end) as men
    from {{ ref('fct_value') }} as v
    inner join {{ ref('dim_indicator') }} as indicator on v.indicator_id = indicator.indicator_id
    where indicator.value_kind = 'share'
    group by v.indicator_id, v.area_id, v.year_end
),

judged as (
    select
        indicator_id,
        count(*) as n_cells,
        count(case
            when total < least(women, men) - 0.5 or total > greatest(women, men) + 0.5 then 1
        end) as n_outside
    from cells
    where total is not null and women is not null and men is not null
    group by indicator_id
),

overall as (
    select sum(n_outside) / cast(sum(n_cells) as double) as share_outside from judged
)

select
    judged.indicator_id,
    judged.n_cells,
    judged.n_outside,
    overall.share_outside
from judged
cross join overall
where judged.n_outside > 0 and overall.share_outside > 0.018
