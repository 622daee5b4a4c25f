select
    {{ survey_label_columns('compared') }},
    compared.benchmark,
    cast(compared.benchmark_round as {{ dbt.type_int() }}) as benchmark_round,
    compared.n,
    100 * compared.estimate as share_pct,
    100 * compared.benchmark_share as benchmark_share_pct,
    compared.benchmark_n,
    100 * compared.difference as difference_pct,
    100 * test.ci_lower as ci_lower_pct,
    100 * test.ci_upper as ci_upper_pct,
    {{ gap_size('100 * compared.difference', 'item.polarity') }} as gap_size,
    {{ gap_direction('compared.difference', 'item.polarity') }} as gap_direction,
    test.p_value,
    test.q_value,
    case
        when test.statistic is null then {{ not_testable() }}
        else {{ verdict_by_statistic('test.statistic', 'item.polarity', z_value(95)) }}
    end as verdict,
    case
        when test.statistic is null then {{ not_testable() }}
        else {{ verdict_by_statistic('test.statistic', 'item.polarity', z_value(99.8)) }}
    end as verdict_998,
    case
        when test.statistic is null
            then coalesce(compared.verdict_reason, 'no standard error')
    end as verdict_reason,
    {{ is_demonstration('surveys') }} as is_demonstration
from {{ ref('int_survey_difference') }} as compared
{{ survey_label_joins('compared') }}
left join {{ ref('int_survey_test') }} as test
    on compared.domain_no = test.domain_no and compared.benchmark = test.benchmark
