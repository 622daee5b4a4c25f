select
    indicator_id,
    area_id,
    year_start,
    year_end,
    gender,
    value,
    status,
    cast(null as {{ dbt.type_string() }}) as value_note,
    read_at,
    {{ is_demonstration() }} as is_demonstration
from {{ ref('int_value') }}
