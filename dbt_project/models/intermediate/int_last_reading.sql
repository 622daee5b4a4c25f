{#-
  When a key was last read, for keys that may have several readings: only those read after
  their KPI's first reading can, and they are few. Everything about the latest value, about
  revisions and about earlier dates starts here instead of numbering 9 million readings
  (20 s). A table: with its size unknown, the planner hashes the readings instead.
-#}
with

first_readings as (
    select
        kpi,
        min(read_at) as read_at
    from {{ ref('stg_kolada__value') }}
    group by kpi
)

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
