select
    v.indicator_id,
    v.area_id,
    v.year_start,
    v.year_end,
    v.gender,
    v.value,
    v.status,
    case
        when v.value is not null
            then nullif(concat_ws(
                ';',
                case when note.is_total_outside then 'total_outside' end,
                case when note.is_outlier then 'outlier' end,
                case when indicator_year.is_whole_among_decimals then 'whole_among_decimals' end,
                case when indicator_year.is_coverage_drop then 'coverage_drop' end,
                case when indicator_year.is_preliminary then 'preliminary' end
            ), '')
    end as value_note,
    v.read_at,
    {{ is_demonstration() }} as is_demonstration
from {{ ref('int_value') }} as v
left join {{ ref('int_indicator_year') }} as indicator_year
    on v.indicator_id = indicator_year.indicator_id and v.year_end = indicator_year.year_end
left join {{ ref('int_value_note') }} as note
    on
        v.indicator_id = note.indicator_id
        and v.area_id = note.area_id
        and v.year_end = note.year_end
        and v.gender = note.gender
