with

answers as (
    select
        source,
        round,
        survey,
        count(*) as n_answers
    from {{ ref('int_survey_respondent') }}
    where basis = 'home'
    group by source, round, survey
),

invited as (
    select
        source,
        round,
        survey,
        sum(invited) as n_invited
    from {{ ref('int_survey_asked') }}
    group by source, round, survey
)

select
    answers.source,
    cast(answers.round as {{ dbt.type_int() }}) as round,
    answers.survey,
    'survey' as source_kind,
    rounds.sender,
    rounds.instrument,
    rounds.population_text as population,
    rounds.sample,
    rounds.validated_questions as has_validated_questions,
    rounds.tested as is_tested,
    rounds.weights,
    cast(coalesce(invited.n_invited, rounds.invited) as {{ dbt.type_bigint() }}) as n_invited,
    cast(answers.n_answers as {{ dbt.type_bigint() }}) as n_answers,
    100 * cast(answers.n_answers as double)
        / nullif(coalesce(invited.n_invited, rounds.invited), 0) as response_rate_pct,
    rounds.note,
    {{ is_demonstration('surveys') }} as is_demonstration
from answers
left join {{ ref('int_survey_round') }} as rounds
    on answers.source = rounds.source and answers.round = rounds.round
    and coalesce(rounds.survey, answers.survey) = answers.survey
left join invited
    on answers.source = invited.source and answers.round = invited.round
    and answers.survey = invited.survey
