{#- How many were asked and answered, per municipality, where the sender tells. -#}
select
    source,
    round,
    survey,
    area_id,
    invited,
    answered
from {{ ref('stg_lupp__round_size') }}
