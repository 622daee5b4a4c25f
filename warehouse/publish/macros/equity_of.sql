-- main.equity_of(indicator): where the region's areas stand in an indicator, each in its latest
-- year with a value, the worst off first. The country and the county stand among them as their
-- own rows. Plain SQL: the publisher executes it in the file it writes.
-- Example: select * from equity_of('N00923') where gender = 'T';
create or replace macro main.equity_of(indicator) as table
select
    v.indicator_id,
    v.area_id,
    a.name as area_name,
    a.area_type,
    v.year_end,
    v.gender,
    v.value,
    riket.benchmark_value as riket_value,
    riket.difference,
    riket.ci_lower,
    riket.ci_upper,
    riket.gap_size,
    riket.verdict,
    riket.q_value,
    riket.verdict_reason,
    alike.benchmark_value as similar_value,
    alike.difference as similar_difference,
    alike.verdict as similar_verdict,
    level.verdict as level_trend,
    gap.verdict as gap_trend,
    v.is_demonstration
from (
    select *
    from core.fct_value
    where indicator_id = upper(indicator) and value is not null
    qualify row_number() over (partition by area_id, gender order by year_end desc) = 1
) as v
inner join core.dim_area as a on a.area_id = v.area_id and (a.is_focus or a.area_type = 'country')
left join equity.area_gap as riket
    on riket.indicator_id = v.indicator_id and riket.area_id = v.area_id
    and riket.year_end = v.year_end and riket.gender = v.gender and riket.benchmark = 'riket'
left join equity.area_gap as alike
    on alike.indicator_id = v.indicator_id and alike.area_id = v.area_id
    and alike.year_end = v.year_end and alike.gender = v.gender and alike.benchmark = 'similar'
left join equity.trend as level
    on level.indicator_id = v.indicator_id and level.area_id = v.area_id
    and level.gender = v.gender and level.subject = 'level'
left join equity.trend as gap
    on gap.indicator_id = v.indicator_id and gap.area_id = v.area_id
    and gap.gender = v.gender and gap.subject = 'gap_riket'
order by v.gender, riket.gap_size desc nulls last, v.area_id
