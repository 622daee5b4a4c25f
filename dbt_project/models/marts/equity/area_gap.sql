with

compared as (
    select
        *,
        case
            when {{ has_distance('value_kind') }}
                then {{ gap_difference('value', 'benchmark_value') }}
        end as difference,
        polarity <> 0 and {{ has_distance('value_kind') }} as is_ranked
    from {{ ref('int_area_benchmark') }}
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
    {{ is_demonstration() }} as is_demonstration
from compared
