select
    load_id,
    origin,
    started_at,
    finished_at,
    read_at,
    kpis_requested,
    requests,
    retries,
    bytes_read,
    values_read,
    values_new,
    values_changed,
    values_unchanged,
    values_withdrawn,
    values_rejected,
    state
from {{ source('raw_kolada', 'load') }}
