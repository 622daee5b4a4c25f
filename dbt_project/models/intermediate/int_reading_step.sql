{#- All readings of keys that may have several: what each replaced and when it ended. -#}
{%- set of_key = 'partition by kpi, municipality, period, gender order by read_at' -%}
with

readings as (
    select
        readings.kpi,
        readings.municipality,
        readings.period,
        readings.gender,
        case when not readings.isdeleted then readings.value end as value,
        case when not readings.isdeleted then readings.status end as status,
        readings.isdeleted,
        readings.read_at
    from {{ ref('stg_kolada__value') }} as readings
    inner join {{ ref('int_last_reading') }} as last_reading
        on
            readings.kpi = last_reading.kpi
            and readings.municipality = last_reading.municipality
            and readings.period = last_reading.period
            and readings.gender = last_reading.gender
    where readings.municipality not like 'G%'
),

steps as (
    select
        *,
        lag(value) over ({{ of_key }}) as value_before,
        lag(status) over ({{ of_key }}) as status_before,
        lag(isdeleted) over ({{ of_key }}) as was_deleted,
        lead(read_at) over ({{ of_key }}) as superseded_at
    from readings
)

select
    steps.kpi as indicator_id,
    steps.municipality as area_id,
    cast(steps.period - coalesce(register.years_in_mean, 1) + 1 as {{ dbt.type_int() }})
        as year_start,
    steps.period as year_end,
    steps.gender,
    steps.value,
    steps.status,
    steps.isdeleted,
    steps.value_before,
    steps.status_before,
    -- Null where only the count behind the value differs: that is no revision.
    case
        when steps.was_deleted is null then 'first'
        when steps.isdeleted and not steps.was_deleted then 'withdrawn'
        when steps.was_deleted and not steps.isdeleted then 'returned'
        when steps.value is distinct from steps.value_before then 'changed'
        when steps.status is distinct from steps.status_before then 'status'
    end as kind,
    steps.read_at,
    steps.superseded_at
from steps
left join {{ ref('int_register') }} as register on steps.kpi = register.indicator_id
