{{ config(materialized='view') }}
{#-
  A view: what reads it takes other columns, and a third copy of 9 million rows costs more than
  finding the latest readings again. Only keys read after their KPI's first reading can have
  two readings, and those are few; numbering all readings by key took 20 s.
-#}
with

first_readings as (
    select
        kpi,
        min(read_at) as read_at
    from {{ ref('stg_kolada__value') }}
    group by kpi
),

last_readings as (
    select
        readings.kpi,
        readings.municipality,
        readings.period,
        readings.gender,
        max(readings.read_at) as read_at
    from {{ ref('stg_kolada__value') }} as readings
    inner join first_readings on readings.kpi = first_readings.kpi
    where readings.read_at > first_readings.read_at
    group by readings.kpi, readings.municipality, readings.period, readings.gender
)

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
left join last_readings
    on
        readings.kpi = last_readings.kpi
        and readings.municipality = last_readings.municipality
        and readings.period = last_readings.period
        and readings.gender = last_readings.gender
left join {{ ref('int_register') }} as register
    on readings.kpi = register.indicator_id
where
    -- Groups of areas have ids like G123 and unweighted means: no area, so no fact here.
    readings.municipality not like 'G%'
    and not readings.isdeleted
    and (last_readings.read_at is null or readings.read_at = last_readings.read_at)
