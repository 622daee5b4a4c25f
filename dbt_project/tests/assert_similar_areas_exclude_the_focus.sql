select
    area_id,
    year_end,
    group_id
from {{ ref('int_similar_area') }}
where area_id = similar_area_id
