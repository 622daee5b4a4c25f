select
    kpi,
    municipality,
    period,
    gender,
    value,
    status,
    count,
    isdeleted,
    read_at
from {{ source('raw_kolada', 'reading') }}
