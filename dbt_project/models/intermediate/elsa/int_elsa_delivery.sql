{#- The exports that a municipality's talks of a grade came in, and how many in each had consent. -#}
with

refused as (
    select
        file_id,
        sum(n) as n_without_consent
    from {{ ref('stg_elsa__consent_count') }}
    group by file_id
)

select
    talk.round,
    cast(talk.area_id as {{ dbt.type_int() }}) as area_no,
    grade.category_no as grade_no,
    dense_rank() over (order by talk.file_id) as delivery_no,
    load.rows_read as n_delivered,
    coalesce(refused.n_without_consent, 0) as n_without_consent
from (
    select distinct
        round,
        area_id,
        grade,
        file_id
    from {{ ref('int_elsa_talk') }}
) as talk
inner join {{ ref('stg_elsa__load') }} as load on talk.file_id = load.file_id
inner join {{ ref('int_survey_category') }} as grade
    on grade.dimension = 'grade' and talk.grade = grade.category
left join refused on talk.file_id = refused.file_id
