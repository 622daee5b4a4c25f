{#-
  A pupil's talk in one grade, and the one in each later grade that was held or due. Besides
  staging the only place where a pupil can be followed; never a table.

  Of several talks in a grade the latest counts. One is due where the pupil was, after as many
  years as lie between the grades, if that municipality held any in that grade then.
-#}
{{ config(materialized='view') }}
{%- set items = survey_item_columns(ref('stg_elsa__respondent')) %}
with

talks as {{ once() }} (
    select
        *,
        {{ elsa_years('grade') }} as years
    from (
        select
            *,
            row_number() over (
                partition by pseudonym, grade
                order by round desc, visit_month desc, talk_id
            ) as place
        from {{ ref('stg_elsa__respondent') }}
    ) as of_grade
    where place = 1
),

held as (
    select distinct
        round,
        area_id,
        grade,
        {{ elsa_years('grade') }} as years
    from {{ ref('stg_elsa__respondent') }}
),

due as (
    select
        talks.pseudonym,
        talks.grade as from_grade,
        held.grade as to_grade
    from talks
    inner join held
        on talks.area_id = held.area_id and talks.years < held.years
        and talks.round + held.years - talks.years = held.round
    union
    select
        earlier.pseudonym,
        earlier.grade as from_grade,
        later.grade as to_grade
    from talks as earlier
    inner join talks as later
        on earlier.pseudonym = later.pseudonym and earlier.years < later.years
        and earlier.round < later.round
)

select
    due.pseudonym,
    due.from_grade,
    due.to_grade,
    earlier.round as from_round,
    later.round as to_round,
    earlier.round + {{ elsa_years('due.to_grade') }} - earlier.years as due_round,
    earlier.area_id as from_area_id,
    later.area_id as to_area_id,
    coalesce(later.gender, earlier.gender) as gender
    {%- for item in items %},
    earlier.{{ item }} as from_{{ item }},
    later.{{ item }} as to_{{ item }}
    {%- endfor %}
from due
inner join talks as earlier
    on due.pseudonym = earlier.pseudonym and due.from_grade = earlier.grade
left join talks as later
    on due.pseudonym = later.pseudonym and due.to_grade = later.grade
    and earlier.round < later.round
