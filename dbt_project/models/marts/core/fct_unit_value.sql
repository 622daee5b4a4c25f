select
    indicator_id,
    unit_id,
    year_start,
    year_end,
    gender,
    value,
    status,
    read_at,
    {{ is_demonstration() }} as is_demonstration
from {{ ref('int_unit_value') }}
