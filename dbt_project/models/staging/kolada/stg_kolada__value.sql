{#- Populations that were read only as denominators are no indicators that anyone asked for. -#}
with

unasked as (
    select kpi
    from {{ source('raw_kolada', 'load_kpi') }}
    group by kpi
    having max(case when is_asked then 1 else 0 end) = 0
)

select
    readings.kpi,
    readings.municipality,
    readings.period,
    readings.gender,
    readings.value,
    readings.status,
    readings.count,
    readings.isdeleted,
    readings.read_at
from {{ source('raw_kolada', 'reading') }} as readings
left join unasked on readings.kpi = unasked.kpi
where unasked.kpi is null
