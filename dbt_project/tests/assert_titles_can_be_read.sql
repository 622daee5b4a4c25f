select
    indicator_id,
    title,
    unit,
    value_kind
from {{ ref('dim_indicator') }}
where not is_register and (unit is null or value_kind is null)
