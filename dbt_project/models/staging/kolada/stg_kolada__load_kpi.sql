select
    load_id,
    kpi,
    is_known
from {{ source('raw_kolada', 'load_kpi') }}
