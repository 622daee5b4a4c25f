select
    load_id,
    kpi,
    municipality,
    period,
    gender,
    reason
from {{ source('raw_kolada', 'rejection') }}
