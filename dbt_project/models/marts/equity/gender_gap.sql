with

compared as (
    select
        pair.*,
        case
            when {{ has_distance('pair.value_kind') }}
                then {{ gap_difference('pair.value_women', 'pair.value_men') }}
        end as difference,
        test.statistic,
        test.ci_lower,
        test.ci_upper,
        test.p_value,
        test.q_value
    from {{ ref('int_gender_pair') }} as pair
    left join {{ ref('int_gender_gap_test') }} as test on pair.pair_cell_no = test.pair_cell_no
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
    ci_lower,
    ci_upper,
    case
        when statistic is null then {{ not_testable() }}
        when abs(statistic) <= {{ z_value(95) }} then 'similar'
        else {{ gap_direction(
            'statistic', 'polarity',
            better='men_worse', worse='women_worse', higher='women_higher', lower='men_higher'
        ) }}
    end as verdict,
    p_value,
    q_value,
    case when statistic is not null then 'approximate: Agresti-Caffo' end as ci_method,
    case
        when statistic is not null then null
        when untestable_reason is not null then untestable_reason
        else 'the size of a population is not known'
    end as verdict_reason,
    {{ is_demonstration() }} as is_demonstration
from compared
