with

readings as (
    select
        *,
        -- An area that Kolada no longer lists keeps its last name: its values are still here.
        row_number() over (partition by id order by isdeleted, read_at desc) as age
    from {{ ref('stg_kolada__municipality') }}
),

typed as (
    select
        id as area_id,
        title as name,
        case when id = '0000' then 'country' when type = 'L' then 'county' else 'municipality' end
            as area_type
    from readings
    where age = 1
),

coded as (
    select
        *,
        -- Gotland is municipality 0980 and region 0009: the same rule holds for it.
        case area_type
            when 'county' then right(area_id, 2) when 'municipality' then left(area_id, 2)
        end as county_code
    from typed
)

select
    area_id,
    cast(area_id as {{ dbt.type_int() }}) as area_no,
    name,
    area_type,
    {{ dbt.concat(["'00'", "county_code"]) }} as county_id,
    cast(county_code as {{ dbt.type_int() }}) as county_no,
    county_code,
    coalesce(county_code = '{{ env_var("JAMLIK_REGION", "20") }}', false) as is_focus
from coded
