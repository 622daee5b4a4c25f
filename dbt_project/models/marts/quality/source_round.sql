with

answers as (
    select
        source,
        round,
        survey,
        sum(n_answers) as n_answers,
        -- Of the municipalities whose files are here; unknown for one, unknown for all.
        case when count(*) = count(n_invited) then sum(n_invited) end as n_invited
    from {{ ref('int_survey_response') }}
    where basis = 'home'
    group by source, round, survey
)

select
    answers.source,
    cast(answers.round as {{ dbt.type_int() }}) as round,
    answers.survey,
    case when answers.source = 'elsa' then 'register' else 'survey' end as source_kind,
    rounds.sender,
    rounds.instrument,
    rounds.population_text as population,
    rounds.sample,
    rounds.validated_questions as has_validated_questions,
    rounds.tested as is_tested,
    rounds.weights,
    cast(coalesce(answers.n_invited, rounds.invited) as {{ dbt.type_bigint() }}) as n_invited,
    cast(answers.n_answers as {{ dbt.type_bigint() }}) as n_answers,
    100 * cast(answers.n_answers as double)
        / nullif(coalesce(answers.n_invited, rounds.invited), 0) as response_rate_pct,
    rounds.note,
    {{ is_demonstration('surveys') }} as is_demonstration
from answers
left join {{ ref('int_survey_round') }} as rounds
    on answers.source = rounds.source and answers.round = rounds.round
    and coalesce(rounds.survey, answers.survey) = answers.survey
