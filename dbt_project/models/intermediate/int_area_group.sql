{%- set titled = "'^(.+), ([^,]+), ([0-9]{4})$'" -%}
with

titles as (
    select
        id as group_id,
        title,
        isdeleted,
        read_at as valid_from,
        lead(read_at) over (partition by id order by read_at) as valid_to
    from {{ ref('stg_kolada__municipality_group') }}
),

-- A new row for a member may only bring its new name: membership changes with isdeleted.
member_readings as (
    select
        *,
        lag(isdeleted) over (partition by group_id, member_id order by read_at) as was_deleted
    from {{ ref('stg_kolada__municipality_group_member') }}
),

members as (
    select
        group_id,
        member_id,
        isdeleted,
        read_at as valid_from,
        lead(read_at) over (partition by group_id, member_id order by read_at) as valid_to
    from member_readings
    where was_deleted is null or was_deleted <> isdeleted
),

-- The title names the focus area and the year, and changes while members stay: a membership
-- is cut where the title changes.
memberships as (
    select
        titles.group_id,
        titles.title,
        members.member_id as area_id,
        greatest(titles.valid_from, members.valid_from) as valid_from,
        least(
            coalesce(titles.valid_to, members.valid_to),
            coalesce(members.valid_to, titles.valid_to)
        ) as valid_to
    from titles
    inner join members
        on
            titles.group_id = members.group_id
            and (members.valid_to is null or titles.valid_from < members.valid_to)
            and (titles.valid_to is null or members.valid_from < titles.valid_to)
    where not titles.isdeleted and not members.isdeleted
),

-- "Liknande kommuner, övergripande, Falun, 2025": the focus is the last part but one, and
-- the family before it may itself hold a comma.
parsed as (
    select
        *,
        nullif(regexp_extract(title, {{ titled }}, 1), '') as title_family,
        nullif(regexp_extract(title, {{ titled }}, 2), '') as title_focus,
        nullif(regexp_extract(title, {{ titled }}, 3), '') as title_year
    from memberships
)

select
    parsed.group_id,
    coalesce(parsed.title_family, parsed.title) as family,
    parsed.title,
    focus.area_id as focus_area_id,
    cast(parsed.title_year as {{ dbt.type_int() }}) as group_year,
    parsed.area_id,
    parsed.valid_from,
    parsed.valid_to
from parsed
left join {{ ref('int_area') }} as focus
    on
        parsed.title_focus = focus.name
        and (
            (parsed.title_family like 'Liknande kommuner%' and focus.area_type = 'municipality')
            or (parsed.title_family like 'Liknande regioner%' and focus.area_type = 'county')
        )
