{#- Answers of those asked, per municipality; the region's rows are sums, where all of it took part. -#}
with

with_region as (
    select * from {{ ref('int_survey_response') }}
    union all
    select
        area.source,
        area.round,
        area.survey,
        area.basis,
        '00{{ env_var('JAMLIK_REGION', '20') }}' as area_id,
        sum(area.n_answers) as n_answers,
        case when count(*) = count(area.n_invited) then sum(area.n_invited) end as n_invited,
        case when count(*) = count(area.n_answered_reported) then sum(area.n_answered_reported) end
            as n_answered_reported
    from {{ ref('int_survey_response') }} as area
    inner join {{ ref('int_survey') }} as survey
        on area.source = survey.source and area.round = survey.round
        and area.survey = survey.survey and area.basis = survey.basis
    where survey.is_of_region
    group by area.source, area.round, area.survey, area.basis
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
