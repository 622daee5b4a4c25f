select
    kpi,
    ou,
    period,
    gender,
    value,
    status,
    count,
    isdeleted,
    read_at
from {{ source('raw_kolada', 'ou_reading') }}
