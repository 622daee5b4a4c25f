select
    round,
    area_id,
    grade,
    n_seen,
    n_pupils
from {{ ref('coverage') }}
where n_seen > n_pupils
