with

years as (
    select
        year_end,
        cast({{ dbt.concat(["cast(year_end + 1 as " ~ dbt.type_string() ~ ")", "'-01-01'"]) }}
            as {{ dbt.type_timestamp() }}) as next_year
    from (select distinct year_end from {{ ref('int_series_value') }}) as distinct_years
),

similar_groups as (
    select
        *,
        min(valid_from) over (partition by focus_area_id) as first_read_at
    from {{ ref('int_area_group') }}
    where
        family in ('Liknande kommuner socioekonomi', 'Liknande regioner socioekonomi')
        and focus_area_id is not null
),

-- Membership as it stood at the end of 31 December; for years before the first reading the
-- earliest members stand in.
candidates as (
    select
        similar_groups.focus_area_id as area_id,
        years.year_end,
        similar_groups.area_id as similar_area_id,
        similar_groups.group_id,
        years.next_year <= similar_groups.first_read_at as is_stand_in,
        -- Two editions of a group can stand side by side; the later one counts.
        dense_rank() over (
            partition by similar_groups.focus_area_id, years.year_end
            order by similar_groups.group_year desc, similar_groups.group_id
        ) as choice
    from similar_groups
    inner join years
        on (
            similar_groups.valid_from < years.next_year
            and (similar_groups.valid_to is null or similar_groups.valid_to >= years.next_year)
        )
        or (
            years.next_year <= similar_groups.first_read_at
            and similar_groups.valid_from = similar_groups.first_read_at
        )
)

select
    area_id,
    cast(area_id as {{ dbt.type_int() }}) as area_no,
    year_end,
    similar_area_id,
    cast(similar_area_id as {{ dbt.type_int() }}) as similar_area_no,
    group_id,
    is_stand_in
from candidates
where choice = 1
