{#-
  Answers given and answers possible, per municipality, grade and part of the questionnaire. An
  item is possible in a grade in which somebody of the region answered it that year.
-#}
with

answered as (
    select
        survey.round,
        share.area_no,
        share.grade_no,
        share.item_no,
        split_part(item.item_id, '_', 2) as part,
        share.n
    from {{ ref('int_survey_share') }} as share
    inner join {{ ref('int_survey') }} as survey on share.survey_no = survey.survey_no
    inner join {{ ref('int_survey_item') }} as item on share.item_no = item.item_no
    where survey.source = 'elsa' and share.area_no > 0 and share.grade_no > 0
        {%- for name in survey_breakdowns() if name != 'grade' %}
        and share.{{ name }}_no = 0
        {%- endfor %}
),

asked as (
    select
        round,
        grade_no,
        part,
        count(distinct item_no) as n_items
    from answered
    group by round, grade_no, part
)

select
    grade.round,
    grade.area_no,
    grade.grade_no,
    asked.part,
    grade.n_seen * asked.n_items as n_possible,
    coalesce(given.n_answers, 0) as n_answers
from {{ ref('int_elsa_grade') }} as grade
inner join asked on grade.round = asked.round and grade.grade_no = asked.grade_no
left join (
    select
        round,
        area_no,
        grade_no,
        part,
        sum(n) as n_answers
    from answered
    group by round, area_no, grade_no, part
) as given
    on grade.round = given.round and grade.area_no = given.area_no
    and grade.grade_no = given.grade_no and asked.part = given.part
