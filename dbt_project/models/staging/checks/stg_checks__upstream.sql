select
    asset,
    upstream_asset
from {{ source('raw_checks', 'upstream') }}
