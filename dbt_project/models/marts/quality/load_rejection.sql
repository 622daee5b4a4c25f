select
    load_id,
    'kolada' as source,
    kpi,
    municipality,
    ou,
    period,
    gender,
    reason,
    {{ is_demonstration() }} as is_demonstration
from {{ ref('int_load_rejection') }}
