with

readings as (
    select
        *,
        row_number() over (
            partition by kpi, municipality, period, gender order by read_at desc
        ) as age
    from {{ ref('stg_kolada__value') }}
    -- Groups of areas have ids like G123 and unweighted means: no area, so no fact here.
    where municipality not like 'G%'
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
from readings
left join {{ ref('int_register') }} as register
    on readings.kpi = register.indicator_id
where readings.age = 1 and not readings.isdeleted
