{{ config(materialized='view') }}
{#- A view: what reads it takes other columns, and a third copy of 9 million rows costs 3 s. -#}
select
    readings.kpi as indicator_id,
    readings.municipality as area_id,
    cast(readings.period - coalesce(register.years_in_mean, 1) + 1 as {{ dbt.type_int() }})
        as year_start,
    readings.period as year_end,
    readings.gender,
    readings.value,
    readings.status,
    readings.read_at
from {{ ref('stg_kolada__value') }} as readings
left join {{ ref('int_last_reading') }} as last_reading
    on
        readings.kpi = last_reading.kpi
        and readings.municipality = last_reading.municipality
        and readings.period = last_reading.period
        and readings.gender = last_reading.gender
left join {{ ref('int_register') }} as register
    on readings.kpi = register.indicator_id
where
    -- Groups of areas have ids like G123 and unweighted means: no area, so no fact here.
    readings.municipality not like 'G%'
    and not readings.isdeleted
    and (last_reading.read_at is null or readings.read_at = last_reading.read_at)
