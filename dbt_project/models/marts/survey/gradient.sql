with

numbered as (
    select
        *,
        {{ survey_part_no('survey') }} as survey_no,
        {{ survey_part_no('item') }} as item_no,
        {{ survey_part_no('area') }} as area_no
        {%- for name in survey_breakdowns() %},
        {{ survey_part_no(name) }} as {{ name }}_no
        {%- endfor %}
    from {{ ref('int_survey_gradient') }}
)

select
    survey.source,
    cast(survey.round as {{ dbt.type_int() }}) as round,
    survey.survey,
    survey.basis,
    item.item_id,
    {{ survey_area_id('numbered') }} as area_id,
    coalesce(gender_label.category, 'T') as gender,
    numbered.dimension,
    numbered.measure,
    {{ survey_percent('numbered.estimate') }} as estimate,
    {{ survey_percent('numbered.se') }} as se,
    {{ survey_percent('numbered.ci_lower') }} as ci_lower,
    {{ survey_percent('numbered.ci_upper') }} as ci_upper,
    numbered.ci_method,
    numbered.n_groups,
    numbered.n,
    {{ survey_percent('numbered.gap_size') }} as gap_size,
    numbered.gap_direction,
    numbered.reason,
    {{ is_demonstration('surveys') }} as is_demonstration
from numbered
{{ survey_label_joins('numbered') }}
