{#- Units are asked for by a setting and are few beside areas: one step, and no view of it. -#}
with

last_readings as (
    {{ last_readings(ref('stg_kolada__ou_value'), 'ou') }}
)

{{ readings_in_force(
    ref('stg_kolada__ou_value'), 'last_readings', ref('int_register'), 'ou', 'unit_id'
) }}
