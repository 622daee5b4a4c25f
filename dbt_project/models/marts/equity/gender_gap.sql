with

compared as (
    select
        *,
        case
            when {{ has_distance('value_kind') }}
                then {{ gap_difference('value_women', 'value_men') }}
        end as difference
    from {{ ref('int_gender_pair') }}
)

select
    indicator_id,
    indicator_id_men,
    area_id,
    year_start,
    year_end,
    value_women,
    value_men,
    difference,
    case when difference is not null then {{ gap_ratio('value_women', 'value_men') }} end as ratio,
    abs(difference) as gap_size,
    {{ gap_direction(
        'difference', 'polarity',
        better='men_worse', worse='women_worse', higher='women_higher', lower='men_higher'
    ) }} as gap_direction,
    case
        when not {{ has_distance('value_kind') }} then {{ no_distance_reason() }}
        else {{ gap_reason('value_women', 'value_men', 'polarity', 'is_register') }}
    end as reason,
    {{ is_demonstration() }} as is_demonstration
from compared
