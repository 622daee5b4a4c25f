select
    load_id,
    kpi,
    is_known,
    raw_table
from {{ source('raw_kolada', 'load_kpi') }}
