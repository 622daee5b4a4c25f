{#- Who answered, of those asked, per municipality; only senders know how many were asked. -#}
with

answered as (
    select
        source,
        round,
        survey,
        basis,
        area_id,
        count(*) as n_answers
    from {{ ref('int_survey_respondent') }}
    group by source, round, survey, basis, area_id
)

select
    answered.*,
    asked.invited as n_invited,
    asked.answered as n_answered_reported
from answered
left join {{ ref('int_survey_asked') }} as asked
    on answered.source = asked.source and answered.basis = 'home'
    and answered.round = asked.round and answered.survey = asked.survey
    and answered.area_id = asked.area_id
