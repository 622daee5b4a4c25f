select
    asset,
    check_name,
    kind,
    rule,
    is_blocking
from {{ source('raw_checks', 'check_in_force') }}
