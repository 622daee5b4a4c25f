select
    id,
    title,
    isdeleted,
    read_at
from {{ source('raw_kolada', 'municipality_group') }}
