{#- One row per area of EMQ and respondent; a grade's own talks, never all grades together. -#}
select
    emq.emq_area,
    emq.respondent,
    emq.item_id,
    {{ survey_area_id('share') }} as area_id,
    grade.category as grade,
    coalesce(gender.category, 'T') as gender,
    cast(survey.round as {{ dbt.type_int() }}) as year,
    share.n,
    share.n_yes,
    100 * share.estimate as share_pct,
    100 * share.ci_lower as ci_lower_pct,
    100 * share.ci_upper as ci_upper_pct,
    share.ci_method,
    coverage.is_low_coverage,
    {{ is_demonstration('surveys') }} as is_demonstration
from {{ ref('int_elsa_emq') }} as emq
inner join {{ ref('int_survey_item') }} as item on emq.item_id = item.item_id
inner join {{ ref('int_survey_share') }} as share on item.item_no = share.item_no
inner join {{ ref('int_survey') }} as survey
    on share.survey_no = survey.survey_no and survey.source = 'elsa'
inner join {{ ref('int_survey_category') }} as grade
    on grade.dimension = 'grade' and share.grade_no = grade.category_no
left join {{ ref('int_survey_category') }} as gender
    on gender.dimension = 'gender' and share.gender_no = gender.category_no
left join {{ ref('int_elsa_coverage') }} as coverage
    on survey.round = coverage.round and share.area_no = coverage.area_no
    and share.grade_no = coverage.grade_no
{%- for name in survey_breakdowns() if name not in ('gender', 'grade') %}
{{ 'where' if loop.first else '    and' }} share.{{ name }}_no = 0
{%- endfor %}
