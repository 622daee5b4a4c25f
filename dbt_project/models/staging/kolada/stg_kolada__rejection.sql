select
    load_id,
    kpi,
    municipality,
    period,
    gender,
    reason,
    raw_table
from {{ source('raw_kolada', 'rejection') }}
