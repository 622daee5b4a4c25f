select
    area.area_id,
    area.county_id
from {{ ref('dim_area') }} as area
left join {{ ref('dim_area') }} as county
    on area.county_id = county.area_id and county.area_type = 'county'
where
    (area.area_type <> 'country' and county.area_id is null)
    or (area.area_type = 'county' and area.county_id <> area.area_id)
    or (area.area_type = 'country' and area.county_id is not null)
