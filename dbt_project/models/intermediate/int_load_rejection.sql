{{ config(materialized='view') }}

select
    load_id,
    kpi,
    case when raw_table = 'ou_reading' then null else municipality end as municipality,
    case when raw_table = 'ou_reading' then municipality end as ou,
    period,
    gender,
    reason
from {{ ref('stg_kolada__rejection') }}
