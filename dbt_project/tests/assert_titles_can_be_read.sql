select
    indicator_id,
    title,
    unit,
    value_kind
from {{ ref('dim_indicator') }}
where
    not is_register
    and (
        value_kind is null
        -- A code, mean or median can stand in a title without a unit.
        or (unit is null and value_kind not in ('code', 'mean', 'median'))
    )
