{#-
  Which of a key's readings counts, for values of areas and of units alike.
  Belongs here: the latest reading of each key. Does not: what the values are of (the models).
-#}

{#- When a key was last read, for every key read after its KPI's first reading. -#}
{% macro last_readings(readings, place) -%}
    select
        readings.kpi,
        readings.{{ place }},
        readings.period,
        readings.gender,
        max(readings.read_at) as read_at
    from {{ readings }} as readings
    inner join (
        select
            kpi,
            min(read_at) as read_at
        from {{ readings }}
        group by kpi
    ) as first_readings on readings.kpi = first_readings.kpi
    where readings.read_at > first_readings.read_at
    group by readings.kpi, readings.{{ place }}, readings.period, readings.gender
{%- endmacro %}

{#- Values in force; `last` is the relation of `last_readings`. Ends in a condition. -#}
{% macro readings_in_force(readings, last, register, place, place_id) -%}
select
    readings.kpi as indicator_id,
    readings.{{ place }} as {{ place_id }},
    cast(readings.period - coalesce(register.years_in_mean, 1) + 1 as {{ dbt.type_int() }})
        as year_start,
    readings.period as year_end,
    readings.gender,
    readings.value,
    readings.status,
    readings.read_at
from {{ readings }} as readings
left join {{ last }} as last_reading
    on
        readings.kpi = last_reading.kpi
        and readings.{{ place }} = last_reading.{{ place }}
        and readings.period = last_reading.period
        and readings.gender = last_reading.gender
left join {{ register }} as register
    on readings.kpi = register.indicator_id
where
    not readings.isdeleted
    and (last_reading.read_at is null or readings.read_at = last_reading.read_at)
{%- endmacro %}
