with

compared as (
    select
        compared.*,
        case
            when {{ has_distance('compared.value_kind') }}
                then {{ gap_difference('compared.value', 'compared.benchmark_value') }}
        end as difference,
        compared.polarity <> 0 and {{ has_distance('compared.value_kind') }} as is_ranked,
        test.statistic,
        test.ci_lower,
        test.ci_upper,
        test.p_value,
        test.q_value,
        share.ci_lower as value_ci_lower,
        share.ci_upper as value_ci_upper,
        shrunken.shrunken_value
    from {{ ref('int_area_benchmark') }} as compared
    left join {{ ref('int_gap_test') }} as test
        on compared.cell_no = test.cell_no and compared.benchmark = test.benchmark
    left join {{ ref('int_share') }} as share on compared.cell_no = share.cell_no
    left join {{ ref('int_shrunken_value') }} as shrunken on compared.cell_no = shrunken.cell_no
)

select
    indicator_id,
    area_id,
    year_start,
    year_end,
    gender,
    value,
    benchmark,
    benchmark_value,
    cast(benchmark_n_areas as {{ dbt.type_int() }}) as benchmark_n_areas,
    difference,
    case when difference is not null then {{ gap_ratio('value', 'benchmark_value') }} end as ratio,
    {{ gap_size('difference', 'polarity') }} as gap_size,
    {{ gap_direction('difference', 'polarity') }} as gap_direction,
    cast(case when is_ranked then peer_rank end as {{ dbt.type_int() }}) as rank,
    cast(case when is_ranked then n_tied end as {{ dbt.type_int() }}) as n_tied,
    cast(case when is_ranked then n_areas end as {{ dbt.type_int() }}) as n_areas,
    is_group_stand_in,
    case
        when not {{ has_distance('value_kind') }} then {{ no_distance_reason() }}
        when benchmark_reason is not null then benchmark_reason
        else {{ gap_reason('value', 'benchmark_value', 'polarity', 'is_register') }}
    end as reason,
    ci_lower,
    ci_upper,
    case
        when statistic is null then {{ not_testable() }}
        else {{ verdict_by_statistic('statistic', 'polarity', z_value(95)) }}
    end as verdict,
    case
        when statistic is null then {{ not_testable() }}
        else {{ verdict_by_statistic('statistic', 'polarity', z_value(99.8)) }}
    end as verdict_998,
    p_value,
    q_value,
    case when statistic is not null then 'approximate: Price-Bonett' end as ci_method,
    case
        when statistic is not null then null
        when benchmark_reason is not null then benchmark_reason
        when untestable_reason is not null then untestable_reason
        else 'the size of a population is not known, or the benchmark is the area itself'
    end as verdict_reason,
    value_ci_lower,
    value_ci_upper,
    shrunken_value,
    {{ is_demonstration() }} as is_demonstration
from compared
