-- Stated from the words better and worse, not from the arithmetic of the macros. Half a
-- billionth of slack, as differences are rounded to 9 decimals.
select
    gap.*,
    indicator.polarity
from {{ ref('area_gap') }} as gap
inner join {{ ref('dim_indicator') }} as indicator on gap.indicator_id = indicator.indicator_id
where
    (indicator.polarity = 0 and gap.gap_size is not null)
    or (
        indicator.polarity <> 0
        and gap.difference is not null
        and gap.gap_direction <> case
            when abs(gap.value - gap.benchmark_value) < 0.000000001 then 'equal'
            when (gap.value > gap.benchmark_value) = (indicator.polarity = 1) then 'better'
            else 'worse'
        end
    )
    or (gap.gap_size > 0 and gap.gap_direction <> 'worse')
    or (gap.gap_size < 0 and gap.gap_direction <> 'better')
    or (gap.gap_size = 0 and gap.gap_direction <> 'equal')
