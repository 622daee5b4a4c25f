select
    id,
    title,
    municipality,
    isdeleted,
    read_at
from {{ source('raw_kolada', 'ou') }}
