select
    id,
    title,
    type,
    isdeleted,
    read_at
from {{ source('raw_kolada', 'municipality') }}
