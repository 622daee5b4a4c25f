{#- Unlike stg_kolada__value this holds populations that were read only as denominators. -#}
select
    kpi,
    municipality,
    period,
    gender,
    value,
    isdeleted,
    read_at
from {{ source('raw_kolada', 'reading') }}
