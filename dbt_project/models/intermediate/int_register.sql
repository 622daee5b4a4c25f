{{ config(materialized='view') }}

select
    indicator_id,
    title,
    short_title,
    unit,
    value_kind,
    cast(scale as double) as scale,
    cast(polarity as {{ dbt.type_int() }}) as polarity,
    cast(target_area as {{ dbt.type_int() }}) as target_area,
    target_area_source,
    programmes,
    source_kind,
    numerator,
    denominator,
    denominator_kpis,
    cast(years_in_mean as {{ dbt.type_int() }}) as years_in_mean,
    cast(cycle_years as {{ dbt.type_int() }}) as cycle_years,
    pair_id,
    pair_gender,
    series_breaks,
    status,
    note
from {{ ref('indicators') }}
