-- Found another way than in int_value (the latest read_at per key, not a numbering).
with

latest as (
    select
        kpi,
        municipality,
        period,
        gender,
        max(read_at) as read_at
    from {{ ref('stg_kolada__value') }}
    where municipality not like 'G%'
    group by kpi, municipality, period, gender
),

expected as (
    select
        readings.kpi,
        readings.municipality,
        readings.period,
        readings.gender,
        readings.value,
        readings.status
    from {{ ref('stg_kolada__value') }} as readings
    inner join latest
        on
            readings.kpi = latest.kpi
            and readings.municipality = latest.municipality
            and readings.period = latest.period
            and readings.gender = latest.gender
            and readings.read_at = latest.read_at
    where not readings.isdeleted
)

select
    coalesce(expected.kpi, found.indicator_id) as kpi,
    coalesce(expected.municipality, found.area_id) as municipality,
    coalesce(expected.period, found.year_end) as period,
    coalesce(expected.gender, found.gender) as gender,
    expected.value as expected_value,
    found.value as found_value
from expected
full outer join {{ ref('fct_value') }} as found
    on
        expected.kpi = found.indicator_id
        and expected.municipality = found.area_id
        and expected.period = found.year_end
        and expected.gender = found.gender
where
    expected.kpi is null
    or found.indicator_id is null
    or expected.value is distinct from found.value
    or expected.status is distinct from found.status
