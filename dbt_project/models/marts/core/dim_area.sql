select
    area_id,
    name,
    area_type,
    county_id,
    county_code,
    is_focus,
    {{ is_demonstration() }} as is_demonstration
from {{ ref('int_area') }}
