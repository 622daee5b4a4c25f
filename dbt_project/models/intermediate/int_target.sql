{{ config(materialized='view') }}

select
    indicator_id,
    nullif(area_id, '') as area_id,
    cast(target_value as double) as target_value,
    cast(target_year as {{ dbt.type_int() }}) as target_year,
    source
from {{ ref('targets') }}
