{#- Talks held and pupils seen, of those in the grade, per municipality and school year. -#}
with

held as (
    select
        round,
        area_id,
        grade,
        count(*) as n_talks
    from {{ ref('stg_elsa__respondent') }}
    group by round, area_id, grade
),

seen as (
    select
        round,
        area_id,
        grade,
        count(*) as n_seen
    from {{ ref('int_elsa_talk') }}
    group by round, area_id, grade
),

both_sides as (
    select
        coalesce(held.round, size.round) as round,
        coalesce(held.area_id, size.area_id) as area_id,
        coalesce(held.grade, size.grade) as grade,
        coalesce(held.n_talks, 0) as n_talks,
        coalesce(seen.n_seen, 0) as n_seen,
        size.pupils as n_pupils
    from held
    inner join seen
        on held.round = seen.round and held.area_id = seen.area_id and held.grade = seen.grade
    full outer join {{ ref('stg_elsa__grade_size') }} as size
        on held.round = size.round and held.area_id = size.area_id and held.grade = size.grade
)

select
    both_sides.round,
    cast(both_sides.area_id as {{ dbt.type_int() }}) as area_no,
    grade.category_no as grade_no,
    both_sides.n_talks,
    both_sides.n_seen,
    both_sides.n_pupils
from both_sides
inner join {{ ref('int_survey_category') }} as grade
    on grade.dimension = 'grade' and both_sides.grade = grade.category
