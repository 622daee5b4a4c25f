{#- Answers of those asked, per municipality; the region's rows are sums. -#}
with

answered as (
    select source, round, survey, basis, area_id, count(*) as n_answers
    from {{ ref('int_survey_respondent') }}
    group by source, round, survey, basis, area_id
),

asked as (
    select
        answered.*,
        size.invited as n_invited,
        size.answered as n_answered_reported
    from answered
    left join {{ ref('int_survey_asked') }} as size
        on answered.source = size.source and answered.basis = 'home'
        and answered.round = size.round and answered.survey = size.survey
        and answered.area_id = size.area_id
),

with_region as (
    select * from asked
    union all
    select
        source,
        round,
        survey,
        basis,
        '00{{ env_var('JAMLIK_REGION', '20') }}' as area_id,
        sum(n_answers) as n_answers,
        case when count(*) = count(n_invited) then sum(n_invited) end as n_invited,
        case when count(*) = count(n_answered_reported) then sum(n_answered_reported) end
            as n_answered_reported
    from asked
    group by source, round, survey, basis
)

select
    source,
    cast(round as {{ dbt.type_int() }}) as round,
    survey,
    basis,
    area_id,
    cast(n_answers as {{ dbt.type_bigint() }}) as n_answers,
    cast(n_invited as {{ dbt.type_bigint() }}) as n_invited,
    cast(n_answered_reported as {{ dbt.type_bigint() }}) as n_answered_reported,
    100 * cast(n_answers as double) / nullif(n_invited, 0) as response_rate_pct,
    {{ is_demonstration('surveys') }} as is_demonstration
from with_region
