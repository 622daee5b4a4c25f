select
    table_id,
    content_code,
    area_id,
    gender,
    year_start,
    year_end,
    count(*) as n_rows
from {{ ref('stg_folkhalsodata__estimate') }}
group by table_id, content_code, area_id, gender, year_start, year_end
having
    count(*) > 1
    or min(share) < 0
    or max(share) > 100
    or max(ci_lower - share) > 0
    or min(ci_upper - share) < 0
    or max(year_start - year_end) > 0
