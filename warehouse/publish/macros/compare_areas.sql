-- main.compare_areas(indicator, areas): one indicator over the years in several areas, side by
-- side with Riket. Areas are compared with Riket, never with each other: their difference would
-- need a test of its own. Plain SQL: the publisher executes it in the file it writes.
-- Example: select * from compare_areas('N00923', ['2080', '2081']) where gender = 'T';
create or replace macro main.compare_areas(indicator, areas) as table
select
    v.indicator_id,
    v.area_id,
    a.name as area_name,
    v.year_start,
    v.year_end,
    v.gender,
    v.value,
    v.status,
    g.benchmark_value as riket_value,
    g.difference,
    g.ci_lower,
    g.ci_upper,
    g.verdict,
    g.q_value,
    g.verdict_reason,
    v.is_demonstration
from core.fct_value as v
inner join core.dim_area as a on a.area_id = v.area_id
left join equity.area_gap as g
    on g.indicator_id = v.indicator_id and g.area_id = v.area_id
    and g.year_end = v.year_end and g.gender = v.gender and g.benchmark = 'riket'
where v.indicator_id = upper(indicator) and list_contains(areas, v.area_id)
order by v.gender, v.year_end, v.area_id
