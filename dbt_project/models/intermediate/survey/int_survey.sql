{#- Weights are summed as decimals, so that the total does not depend on the order of rows. -#}
select
    *,
    {{ survey_magic('n_respondents') }} as magic,
    cast(row_number() over (order by source, round, survey, basis) as {{ dbt.type_int() }})
        as survey_no
from (
    select
        source,
        round,
        survey,
        basis,
        cast(count(*) as double) as n_respondents,
        cast(sum(cast(weight as decimal(38, 10))) as double) as weight_total
    from {{ ref('int_survey_respondent') }}
    group by source, round, survey, basis
) as totals
