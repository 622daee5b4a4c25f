select
    group_id,
    member_id,
    member_title,
    isdeleted,
    read_at
from {{ source('raw_kolada', 'municipality_group_member') }}
