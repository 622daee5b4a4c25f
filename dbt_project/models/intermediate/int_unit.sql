with

readings as (
    select
        *,
        -- A unit that Kolada no longer lists keeps its last name: its values are still here.
        row_number() over (partition by id order by isdeleted, read_at desc) as age
    from {{ ref('stg_kolada__ou') }}
),

ids as (
    select id as unit_id from readings
    union distinct
    select unit_id from {{ ref('int_unit_value') }}
)

select
    ids.unit_id,
    coalesce(readings.title, ids.unit_id) as name,
    case when ids.unit_id like 'V__E%' then left(ids.unit_id, 3) end as unit_type,
    readings.municipality as area_id
from ids
left join readings on ids.unit_id = readings.id and readings.age = 1
