-- main.municipality_profile(area): every register indicator of an area, by target area, each in
-- its latest year with a value; indicators without any value stay, with value null. Plain SQL:
-- the publisher executes it in the file it writes.
-- Example: select * from municipality_profile('2080') where gender = 'T';
create or replace macro main.municipality_profile(area) as table
select
    i.target_area,
    i.indicator_id,
    i.short_title,
    i.unit,
    v.year_end,
    v.gender,
    v.value,
    g.benchmark_value as riket_value,
    g.difference,
    g.ci_lower,
    g.ci_upper,
    g.gap_direction,
    g.verdict,
    g.q_value,
    g.verdict_reason,
    g."rank",
    g.n_areas,
    level.verdict as level_trend,
    gap.verdict as gap_trend,
    i.is_demonstration
from core.dim_indicator as i
left join (
    select *
    from core.fct_value
    where area_id = area and value is not null
    qualify row_number() over (partition by indicator_id, gender order by year_end desc) = 1
) as v on v.indicator_id = i.indicator_id
left join equity.area_gap as g
    on g.indicator_id = v.indicator_id and g.area_id = v.area_id
    and g.year_end = v.year_end and g.gender = v.gender and g.benchmark = 'riket'
left join equity.trend as level
    on level.indicator_id = v.indicator_id and level.area_id = v.area_id
    and level.gender = v.gender and level.subject = 'level'
left join equity.trend as gap
    on gap.indicator_id = v.indicator_id and gap.area_id = v.area_id
    and gap.gender = v.gender and gap.subject = 'gap_riket'
where i.is_register
order by i.target_area, i.indicator_id, v.gender
