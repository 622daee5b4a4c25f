select
    indicator_id,
    area_id,
    year_start,
    year_end,
    gender,
    kind,
    value_before,
    value_after,
    difference,
    status_before,
    status_after,
    first_read_at,
    read_at,
    {{ is_demonstration() }} as is_demonstration
from {{ ref('int_revision') }}
