select
    indicator_id,
    area_id,
    year_start,
    year_end,
    gender,
    value,
    status,
    read_at as valid_from,
    superseded_at as valid_to,
    {{ is_demonstration() }} as is_demonstration
from {{ ref('int_reading_step') }}
where superseded_at is not null and not isdeleted
