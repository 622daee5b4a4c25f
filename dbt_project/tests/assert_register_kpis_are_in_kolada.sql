select
    indicator_id,
    title,
    kolada_title,
    status
from {{ ref('dim_indicator') }}
where is_register and status <> 'current'
