{{ config(materialized='view') }}

with

steps as (
    select
        *,
        lag(read_at) over (
            partition by indicator_id, area_id, year_end, gender order by read_at
        ) as first_read_at
    from {{ ref('int_reading_step') }}
    where kind is not null
)

select
    indicator_id,
    area_id,
    year_start,
    year_end,
    gender,
    kind,
    value_before,
    value as value_after,
    {{ gap_difference('value', 'value_before') }} as difference,
    status_before,
    status as status_after,
    first_read_at,
    read_at
from steps
where kind <> 'first'
