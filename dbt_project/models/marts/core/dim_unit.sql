select
    unit_id,
    name,
    unit_type,
    area_id,
    {{ is_demonstration() }} as is_demonstration
from {{ ref('int_unit') }}
