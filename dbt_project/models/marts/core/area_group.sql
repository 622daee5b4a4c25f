select
    group_id,
    family,
    title,
    focus_area_id,
    group_year,
    area_id,
    valid_from,
    valid_to,
    {{ is_demonstration() }} as is_demonstration
from {{ ref('int_area_group') }}
