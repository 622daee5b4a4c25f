{{ config(materialized='view') }}

select
    load_id,
    kpi,
    municipality,
    period,
    gender,
    reason
from {{ ref('stg_kolada__rejection') }}
